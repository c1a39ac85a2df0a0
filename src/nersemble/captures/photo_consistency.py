"""Checks with colours whether the cameras are where the calibration says, and what is wrong if not.

Small patches of the head in one picture are searched for in the picture of a neighbour, along the
lines where the calibration puts them. If the calibration is right, most are found: their best
correlation is high. A mistake is reported only if undoing it finds clearly more patches. Masks do
not show such mistakes: the outlines of heads stay similar if they are mirrored, swapped or scaled.

Source: plane sweeping; Collins, "A space-sweep approach to true multi-image matching", CVPR 1996.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import torch
from jaxtyping import Bool, Float, Int, UInt8
from torch import Tensor
from torch.nn.functional import avg_pool2d, grid_sample, max_pool2d

from nersemble.captures.silhouettes import Silhouette
from nersemble.data_manager.capture import Capture
from nersemble.data_manager.picture_files import resize_bilinear, resize_nearest
from nersemble.errors import CaptureError
from nersemble.geometry.camera import Camera
from nersemble.geometry.frustum import surroundings
from nersemble.machine import n_usable_cores

# The longer side of the compared pictures, and the side of a patch, pixels.
_LONGER_SIDE, _PATCH = 160, 7
# Patches of a picture, and cells along its longer side, each with at most one patch.
_PATCHES, _CELLS = 32, 20
# The least variance of a patch, in grey levels of 0..1.
_LEAST_VARIANCE = 1e-5
# Depths at which a patch is searched for, and their range around the head's centre, as a share of
# the radius that a camera sees.
_DEPTHS, _RANGE = 40, 0.7
# Neighbours that a camera is compared with, and cameras that judge the whole rig.
_NEIGHBOURS, _JUDGES = 2, 8
# A patch fits better if its correlation grows by more than this.
_CLEARLY = 0.02
# To report a mistake of all cameras: the least number of patches whose fit changes, the least share
# of them that fits better without it, and the least share of cameras where this is most of them. In
# many rigs, other focal lengths only change the head's scale, so more is needed for them.
_CHANGED, _BETTER, _BETTER_FOCAL, _AGREED = 40, 0.6, 0.75, 0.7
# If the calibration fits no more of the patches than turned pictures would, it is random; tested if
# the cosine of the angle between neighbours is above the limit.
_RANDOM, _NEAR = 0.55, 0.82
_ANOTHER_ORDER = (
    "The pictures of neighbouring cameras do not fit together, as if their poses were in another "
    "order or from another recording: correct the calibration"
)
# The same for one camera. Besides, the median correlation must become as high as in good cameras
# of the rig, less a tolerance.
_CHANGED_OF_ONE, _BETTER_OF_ONE, _TOLERANCE = 12, 0.85, 0.03
# Only the worst cameras are tested for mistakes of their own, if they are worse than good ones by
# this much.
_SUSPECTS, _WORSE = 8, 0.015
_FACTORS = (0.6, 0.75, 1.3, 1.6)

# The cameras that a mistake may really be.
_Change = Callable[[Camera], Sequence[Camera]]


@dataclass(frozen=True)
class Picture:
    """A grey picture (0..1) with its mask, both of the camera's size."""

    camera: Camera
    grey: Float[Tensor, "h w"]
    mask: Bool[Tensor, "h w"]


def picture(found: Silhouette, rgb: UInt8[np.ndarray, "h w 3"]) -> Picture:
    """A picture and its silhouette, reduced to the size at which pictures are compared."""
    height, width = rgb.shape[:2]
    scale = _LONGER_SIDE / max(height, width)
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    grey = torch.from_numpy(resize_bilinear(rgb, size)).float().mean(2) / 255
    mask = resize_nearest(found.mask.numpy().astype(np.uint16), size) > 0
    return Picture(found.camera.resized(*size), grey, torch.from_numpy(mask))


def read_pictures(
    capture: Capture, silhouettes: Sequence[Silhouette], frame_number: int
) -> dict[str, Picture]:
    """The pictures of a frame by serial; unreadable ones are skipped."""

    def read(found: Silhouette) -> Picture | None:
        try:
            return picture(found, capture.frame(found.serial, frame_number).rgb)
        except CaptureError:
            # Reading the pictures reports this later.
            return None

    with ThreadPoolExecutor(n_usable_cores()) as pool:
        pictures = dict(
            zip((s.serial for s in silhouettes), pool.map(read, silhouettes), strict=True)
        )
    return {serial: picture for serial, picture in pictures.items() if picture is not None}


@dataclass(frozen=True)
class Mistakes:
    """Mistakes of a calibration that its pictures reveal.

    of_all: what all cameras seem to have in common, as a sentence without full stop; may be empty.
    of_cameras: the mistakes of single cameras, as predicates of sentences such as "Camera c ...".
    taken_by: the camera that seems to have taken the pictures of another one.
    """

    of_all: str = ""
    of_cameras: Mapping[str, str] = field(default_factory=dict)
    taken_by: Mapping[str, str] = field(default_factory=dict)


def find_mistakes(pictures: Mapping[str, Picture]) -> Mistakes:
    """The mistakes in the calibration of pictures that were taken at one moment, by serial.

    Found are pictures that are mirrored, upside down or turned against the calibration, of all
    cameras or of one; focal lengths that all are wrong; swapped cameras, inverted poses of single
    cameras, and cameras in another order. With fewer than three cameras, or without texture,
    nothing is found.
    """
    if len(pictures) < 3:
        return Mistakes()
    rig = _Rig(list(pictures.values()))
    words, is_right = rig.mistake_of_all()
    if not is_right:
        return Mistakes(words)
    serials = list(pictures)
    of_cameras, taken_by = rig.mistakes_of_cameras()
    return Mistakes(
        of_cameras={serials[i]: words for i, words in of_cameras.items()},
        taken_by={serials[i]: serials[j] for i, j in taken_by.items()},
    )


class _Rig:
    """The pictures with the patches to search for, and how well each is found as calibrated."""

    def __init__(self, pictures: Sequence[Picture]) -> None:
        self.pictures = pictures
        self.cameras = [picture.camera for picture in pictures]
        self.patches = [_patches(picture) for picture in pictures]
        self.center, self.radius = surroundings(self.cameras)
        away = torch.stack([camera.center_world for camera in self.cameras]) - self.center
        self.directions = torch.nn.functional.normalize(away, dim=1)

    def mistake_of_all(self) -> tuple[str, bool]:
        """A mistake of all cameras in words (or empty), and whether most cameras are right: as
        calibrated, they fit better than if they were turned."""
        n = len(self.cameras)
        judges = sorted({round(index) for index in np.linspace(0, n - 1, min(n, _JUDGES))})

        def fits(change: _Change) -> list[Tensor]:
            variants = zip(*(change(camera) for camera in self.cameras), strict=True)
            found = [[self._fit(i, cameras[i], cameras) for i in judges] for cameras in variants]
            return max(found, key=lambda of_judges: float(torch.cat(of_judges).sum()))

        found = {words: fits(change) for words, change in _OF_ALL.items()}

        def beaten(words: str) -> list[float]:
            rivals = [found[other] for other in ("", *_TURNS_OF_ALL) if other != words]
            return [
                _share_better(torch.cat(rival), torch.cat(found[words]), _CHANGED)
                for rival in rivals
            ]

        as_given = beaten("")
        best = max((words for words in found if words), key=lambda words: min(beaten(words)))
        agreed = [
            _share_better(*pair, 1) > 0.5 for pair in zip(found[""], found[best], strict=True)
        ]
        enough = _BETTER if best in _TURNS_OF_ALL else _BETTER_FOCAL
        if min(beaten(best)) >= enough and np.mean(agreed) >= _AGREED:
            return best, False
        nearest = [self._nearest(self.cameras[i], (i,))[0] for i in judges]
        cosines = (self.directions[judges] * self.directions[nearest]).sum(1)
        if 0 < max(as_given) < _RANDOM and cosines.median() > _NEAR:
            return _ANOTHER_ORDER, False
        return "", min(as_given) > _RANDOM

    def mistakes_of_cameras(self) -> tuple[dict[int, str], dict[int, int]]:
        """The mistakes of single cameras in words, and the cameras that took others' pictures.

        The clearest mistake is corrected before the next is searched for, because a wrong camera
        spoils the fit of its neighbours.
        """
        given, cameras = tuple(self.cameras), list(self.cameras)
        words: dict[int, str] = {}
        taken_by: dict[int, int] = {}
        for _ in range(_SUSPECTS):
            fits = [self._fit(i, camera, cameras) for i, camera in enumerate(cameras)]
            medians = [float(fit.median()) if len(fit) else 1.0 for fit in fits]
            good = float(np.quantile(medians, 0.75))
            suspects = [
                i
                for i in np.argsort(medians)[:_SUSPECTS].tolist()
                if medians[i] < good - _WORSE and i not in (*words, *taken_by)
            ]
            found: list[tuple[float, int, str | int, Camera]] = []
            for i in suspects:
                readings: list[tuple[str | int, Camera]] = [
                    (text, c) for text, change in _OF_ONE.items() for c in change(given[i])
                ]
                readings += [(j, given[j]) for j in {*suspects, *taken_by} if j != i]
                for reading, camera in readings:
                    fit = self._fit(i, camera, cameras, without=reading)
                    share = _share_better(fits[i], fit, _CHANGED_OF_ONE)
                    if share >= _BETTER_OF_ONE and float(fit.median()) > good - _TOLERANCE:
                        found.append((float((fit - fits[i]).mean()), i, reading, camera))
            if not found:
                break
            _, i, reading, cameras[i] = max(found, key=lambda one: one[0])
            if isinstance(reading, int):
                taken_by[i] = reading
            else:
                words[i] = reading
        return words, taken_by

    def _fit(
        self,
        index: int,
        camera: Camera,
        cameras: Sequence[Camera],
        *,
        without: int | str | None = None,
    ) -> Float[Tensor, "p"]:
        """The best correlation of each patch of a picture, if ``camera`` took it, with the pictures
        of the cameras nearest to that camera (except for ``without``)."""
        fits = [
            _correlations(
                replace(self.pictures[index], camera=camera),
                self.patches[index],
                replace(self.pictures[j], camera=cameras[j]),
                self.center,
                _RANGE * self.radius,
            )
            for j in self._nearest(camera, (index, without))[:_NEIGHBOURS]
        ]
        return torch.stack(fits).amax(0)

    def _nearest(self, camera: Camera, without: Sequence[int | str | None]) -> list[int]:
        """The rig's cameras by the angle between their view of the head and that of a camera."""
        away = torch.nn.functional.normalize(camera.center_world - self.center, dim=0)
        order: list[int] = (self.directions @ away).argsort(descending=True).tolist()
        return [index for index in order if index not in without]


def _scaled(camera: Camera, x: float, y: float) -> Camera:
    """The camera with its focal lengths multiplied; negative factors mirror the world."""
    factors = camera.intrinsics.new_tensor([[x, 1, 1], [1, y, 1], [1, 1, 1]])
    return replace(camera, intrinsics=camera.intrinsics * factors)


def _turned(camera: Camera, x: bool, y: bool) -> Sequence[Camera]:
    """The cameras if the camera's axes, or the picture's pixels, are mirrored along x, along y."""
    mirrored = _scaled(camera, -1 if x else 1, -1 if y else 1)
    intrinsics = mirrored.intrinsics.clone()
    if x:
        intrinsics[0, 2] = camera.width - intrinsics[0, 2]
    if y:
        intrinsics[1, 2] = camera.height - intrinsics[1, 2]
    return mirrored, replace(mirrored, intrinsics=intrinsics)


def _scaled_by(factor: float) -> _Change:
    return lambda camera: (_scaled(camera, factor, factor),)


_TURNS: dict[str, _Change] = {
    "mirrored left to right": partial(_turned, x=True, y=False),
    "upside down": partial(_turned, x=False, y=True),
    "turned by 180 degrees": partial(_turned, x=True, y=True),
}
_TURNS_OF_ALL: dict[str, _Change] = {
    f"The pictures seem to be {turn} against the calibration, or its world has a mirrored axis: "
    f"correct one of them": change
    for turn, change in _TURNS.items()
}
_OF_ALL: dict[str, _Change] = {
    "": _scaled_by(1),
    **_TURNS_OF_ALL,
    **{
        f"The focal lengths seem to be about {factor:g} times the given ones: correct them, or the "
        f"size of the calibrated pictures": _scaled_by(factor)
        for factor in _FACTORS
    },
}
_OF_ONE: dict[str, _Change] = {
    **{
        f"has pictures that seem to be {turn} against its calibration": change
        for turn, change in _TURNS.items()
    },
    "seems to have an inverted pose": lambda camera: (
        replace(camera, world_to_camera=camera.camera_to_world),
    ),
}


def _share_better(given: Float[Tensor, "p"], other: Float[Tensor, "p"], fewest: int) -> float:
    """The share of the patches that fit better, of those whose fit changes clearly; 0 if these are
    too few."""
    n_better, n_worse = int((other > given + _CLEARLY).sum()), int((other < given - _CLEARLY).sum())
    return n_better / (n_better + n_worse) if n_better + n_worse >= fewest else 0.0


def _patches(picture: Picture) -> Int[Tensor, "p 2"]:
    """The centres (row, column) of the patches with the most texture on the head, well apart."""
    grey = picture.grey[None, None]
    reach = _PATCH // 2
    height, width = picture.mask.shape
    cell = max(max(height, width) // _CELLS, 1)
    if min(height, width) < 2 * _PATCH:
        return torch.zeros(0, 2, dtype=torch.int64)
    mean, square = (avg_pool2d(values, _PATCH, 1, reach) for values in (grey, grey**2))
    outside = torch.nn.functional.pad((~picture.mask).float()[None, None], (1, 1, 1, 1), value=1.0)
    # Beyond its own pixels, a patch stays away from the outline, which moves with the view.
    near_outside = max_pool2d(outside, _PATCH + 4, 1, reach + 2)[..., 1:-1, 1:-1]
    variance = (square - mean**2) * (near_outside == 0)
    best, places = max_pool2d(variance, cell, return_indices=True)
    order = best.flatten().argsort(descending=True)[:_PATCHES]
    chosen = places.flatten()[order[best.flatten()[order] > _LEAST_VARIANCE]]
    return torch.stack([chosen // width, chosen % width], 1)


def _correlations(
    picture: Picture,
    patches: Int[Tensor, "p 2"],
    other: Picture,
    center: Float[Tensor, "3"],
    reach: Tensor,
) -> Float[Tensor, "p"]:
    """The best normalised correlation of each patch with the other picture, over planes that face
    the camera at depths within ``reach`` of ``center``; -1 if the other camera sees none."""
    camera, pixels = picture.camera, _PATCH**2
    depth = float((camera.world_to_camera[2, :3] @ center.double()) + camera.world_to_camera[2, 3])
    if depth <= 0 or not len(patches):
        return torch.full((len(patches),), -1.0)
    offsets = torch.arange(_PATCH) - _PATCH // 2
    around = patches[:, None] + torch.cartesian_prod(offsets, offsets)
    values = picture.grey[around[..., 0], around[..., 1]]
    points = torch.cat([around.flip(2) + 0.5, torch.ones_like(around[..., :1])], 2).double()
    # Points of the plane z = 1 of the camera, and from there to pixels of the other one.
    change = other.camera.world_to_camera @ camera.camera_to_world
    intrinsics = other.camera.intrinsics
    turned = (
        points @ (intrinsics @ change[:3, :3] @ torch.linalg.inv(camera.intrinsics)).T
    ).float()
    nearest, farthest = max(depth - float(reach), 0.1 * depth), depth + float(reach)
    depths = 1 / torch.linspace(1 / farthest, 1 / nearest, _DEPTHS)
    moved = turned[:, None] * depths[:, None, None] + (intrinsics @ change[:3, 3]).float()
    sizes = moved.new_tensor([other.camera.width, other.camera.height])
    places = 2 * moved[..., :2] / moved[..., 2:] / sizes - 1
    seen = ((places.abs() < 1).all(3) & (moved[..., 2] > 0)).all(2)
    found = grid_sample(
        other.grey[None, None], places.view(1, -1, pixels, 2), align_corners=False
    ).view(len(patches), _DEPTHS, pixels)
    values = values - values.mean(1, keepdim=True)
    found = found - found.mean(2, keepdim=True)
    product = (values[:, None] * found).sum(2)
    norms = ((values**2).sum(1)[:, None] * (found**2).sum(2) + 1e-6).sqrt()
    return torch.where(seen, product / norms, -1.0).amax(1)
