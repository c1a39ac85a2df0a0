"""The visual hull of alpha maps: the head's place and size, and contradicting cameras.

A point belongs to the hull if nearly all cameras that have it in view see it as foreground. A few
may disagree, so that a wrong alpha map or pose does not carve the head away. A camera that then
sees much of the hull as background contradicts the others.

Source: Laurentini, "The visual hull concept for silhouette-based image understanding", PAMI 1994.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import torch
from jaxtyping import Bool, Float, UInt8
from torch import Tensor

from nersemble.data_manager.capture import Capture
from nersemble.data_manager.pixels import FOREGROUND
from nersemble.errors import CaptureError
from nersemble.geometry.camera import Camera
from nersemble.geometry.frustum import surroundings
from nersemble.geometry.scene_box import SceneBox
from nersemble.geometry.world import SCALE_FACTOR
from nersemble.machine import n_usable_cores

# Cells along each side of the two grids: over all camera views, then over the hull found there.
_RESOLUTIONS = (24, 40)
# A camera contradicts the others if it sees more than this share of the hull as background; the
# limit is 1.6 / n for n cameras where that is larger.
_CONTRADICTION, _PART = 0.2, 1.6
# If less is covered, the silhouettes do not agree, and no single camera is wrong.
_LEAST_COVERED = 0.5
# A camera with a smaller share of its foreground in the hull is reported.
_LEAST_OF_ONE = 0.7
# The extent of the hull excludes this share at both ends of each axis, as specks.
_SPECKS = 0.005
# Margin of the box around the hull, on each side, as a share of its longest side.
_ROOM = 0.1
# Silhouettes are compared with the hull's at this many pixels per side.
_COARSE = 64
# Possible mistakes in masks, and the functions that undo them.
_MISTAKES: dict[str, Callable[[Tensor], Tensor]] = {
    "inverted": torch.logical_not,
    "mirrored left to right": lambda mask: mask.flip(1),
    "upside down": lambda mask: mask.flip(0),
    "turned by 180 degrees": lambda mask: mask.flip(0, 1),
}
# A mistake is reported if undoing it improves the overlap (IoU) of mask and hull by this much, and
# brings it within this much of the other cameras' overlap.
_CLEARLY = 0.1
# A border of the picture cuts off the neck if more than this share of it is foreground; at another
# border it may be less than the second. Their directions agree if their mean is so long.
_CUT, _UNCUT, _ONE_SIDE = 0.1, 0.01, 0.7
# All masks seem inverted if this share of them does.
_NEARLY_ALL = 0.8


@dataclass(frozen=True)
class Silhouette:
    """One alpha map and the camera that sees it (model world); ``mask`` may have any size."""

    serial: str
    camera: Camera
    mask: Bool[Tensor, "h w"]


def silhouette(serial: str, camera: Camera, alpha: UInt8[np.ndarray, "h w"]) -> Silhouette:
    """The silhouette of an alpha map."""
    return Silhouette(serial, camera, torch.from_numpy(alpha >= FOREGROUND))


def read_silhouettes(
    capture: Capture, serials: Sequence[str], frame_numbers: Sequence[int]
) -> list[list[Silhouette]]:
    """The silhouettes of a capture by frame; missing and unreadable ones are skipped."""
    cameras = {camera.serial: camera.camera for camera in capture.cameras}

    def read(serial: str, number: int) -> Silhouette | None:
        try:
            if capture.has_alpha(serial, number):
                return silhouette(serial, cameras[serial], capture.alpha(serial, number))
        except CaptureError:
            # Reading the picture reports this later.
            pass
        return None

    with ThreadPoolExecutor(n_usable_cores()) as pool:
        moments = [[pool.submit(read, s, number) for s in serials] for number in frame_numbers]
        return [[s for one in moment if (s := one.result()) is not None] for moment in moments]


def looked_at(numbers: Sequence[int]) -> tuple[int, ...]:
    """The frames whose silhouettes are checked: the first, the middle and the last."""
    return tuple(dict.fromkeys((numbers[0], numbers[len(numbers) // 2], numbers[-1])))


def seem_inverted(moments: Iterable[Iterable[Silhouette]]) -> str:
    """A clause if nearly all masks are foreground in the upper corners of the picture and less so
    in the rest, so that the hull would cover the surroundings of the head; otherwise empty."""
    masks = [found.mask for moment in moments for found in moment]
    shares = [(float(_upper_corners(m).double().mean()), float(m.double().mean())) for m in masks]
    odd = [corners > max(share + _CLEARLY / 2, 0.5) for corners, share in shares]
    if len(odd) < 2 or np.mean(odd) < _NEARLY_ALL:
        return ""
    corners, share = np.median(shares, axis=0)
    return (
        f"{sum(odd)} of {len(odd)} masks seem to be inverted: they are foreground in the upper "
        f"corners ({corners:.0%}, median) rather than elsewhere ({share:.0%} of the picture)"
    )


def _upper_corners(mask: Bool[Tensor, "h w"]) -> Bool[Tensor, "h2 w2"]:
    height, width = (max(n // share, 1) for n, share in zip(mask.shape, (20, 5), strict=True))
    return torch.cat([mask[:height, :width], mask[:height, -width:]], dim=1)


@dataclass(frozen=True)
class Hull:
    """Grid points that the silhouettes at one or more moments agree on; at least one.

    points: centres of cells, model world.
    background: the share of the points in a camera's picture that it sees as background, by serial;
        the minimum over the moments.
    covered: the share of a camera's foreground that the hull explains;
        the maximum over the moments.
    mistakes: the mistake in a camera's masks at all moments, as text, if it is clear.
    """

    points: Float[Tensor, "n 3"]
    background: dict[str, float]
    covered: dict[str, float]
    mistakes: dict[str, str]

    @property
    def extent(self) -> Float[Tensor, "2 3"]:
        """The lower and upper bound along each axis, without specks."""
        ends = torch.tensor([_SPECKS, 1 - _SPECKS])
        return torch.quantile(self.points, ends, dim=0)

    def describe(self, box: SceneBox) -> str:
        """Its size in metres, and the share of it inside a box."""
        width, depth, height = ((self.extent[1] - self.extent[0]) / SCALE_FACTOR).tolist()
        return (
            f"The head (the hull of the alpha maps) is {width:.2f} m wide, {height:.2f} m high and "
            f"{depth:.2f} m deep; {100 * self.share_inside(box):.0f} % of it lie in the scene box"
        )

    def rescaled(self, factor: float, origin: Float[np.ndarray, "3"]) -> "Hull":
        """Scales by a factor; moves the origin to a point."""
        return replace(self, points=factor * (self.points - torch.from_numpy(origin).float()))

    def box(self) -> SceneBox:
        """A box around it, with a margin for motion between the moments."""
        low, high = self.extent
        room = _ROOM * (high - low).max()
        (x, y, z), (right, back, top) = (low - room).tolist(), (high + room).tolist()
        return SceneBox((x, y, z), (right, back, top))

    def share_inside(self, box: SceneBox) -> float:
        """The share of the points inside a box."""
        low, high = box.tensor()
        return float(((self.points >= low) & (self.points <= high)).all(1).double().mean())

    def remarks(self) -> dict[str, str]:
        """Problems of cameras by serial, as predicates of sentences such as "Camera c ..."."""
        if not self.is_agreed:
            return {}
        beside = {s: 1 - share for s, share in self.covered.items() if share < _LEAST_OF_ONE}
        odd = {
            s: f"shows {100 * share:.0f} % of its foreground where the other cameras see no head"
            for s, share in beside.items()
        } | {
            s: f"sees {100 * share:.0f} % of the head as background"
            for s, share in self.contradicting.items()
        }
        return odd | {
            s: f"has alpha maps that seem to be {mistake}, by the other cameras"
            + (f" (it {odd[s]})" if s in odd else "")
            for s, mistake in self.mistakes.items()
        }

    @property
    def is_agreed(self) -> bool:
        """Whether it explains most of most cameras' foreground; otherwise it proves nothing."""
        return bool(np.median(list(self.covered.values())) >= _LEAST_COVERED)

    @property
    def contradicting(self) -> dict[str, float]:
        """The cameras that see much of an agreed hull as background, with their shares."""
        if not self.is_agreed:
            return {}
        limit = max(_CONTRADICTION, _PART / len(self.background))
        return {s: share for s, share in self.background.items() if share > limit}


def carve(moments: Sequence[Sequence[Silhouette]]) -> Hull | None:
    """The hull of one or more moments; None if no two silhouettes of a moment agree on a point.

    Of n cameras that see a point, n / 8 may see it as background; with four to seven cameras, one.
    """
    hulls = [hull for moment in moments if len(moment) > 1 and (hull := _carve(moment))]
    if not hulls:
        return None
    serials = {serial: None for hull in hulls for serial in hull.background}
    return Hull(
        torch.cat([hull.points for hull in hulls]),
        {s: min(h.background[s] for h in hulls if s in h.background) for s in serials},
        {s: max(h.covered[s] for h in hulls if s in h.covered) for s in serials},
        {
            s: mistake
            for s, mistake in hulls[0].mistakes.items()
            if all(h.mistakes.get(s) == mistake for h in hulls if s in h.background)
        },
    )


def _carve(silhouettes: Sequence[Silhouette]) -> Hull | None:
    center, radius = surroundings([s.camera for s in silhouettes])
    low, high = center - radius, center + radius
    for resolution in _RESOLUTIONS:
        points = _cells(low, high, resolution)
        inside, foreground = _seen(points, silhouettes)
        n_inside, n_background = inside.sum(0), (inside & ~foreground).sum(0)
        tolerated = torch.maximum(n_inside // 8, (n_inside >= 4).long())
        kept = (n_inside >= max(2, len(silhouettes) // 3)) & (n_background <= tolerated)
        if not kept.any():
            return None
        cell = (high - low) / resolution
        points, inside, foreground = points[kept], inside[:, kept], foreground[:, kept]
        spared = (tolerated - n_background)[kept]
        low, high = points.amin(0) - cell, points.amax(0) + cell
    n_background = (inside & ~foreground).sum(1).double()
    shares = (n_background / inside.sum(1).clamp(min=1)).tolist()
    covered, overlaps = {}, {}
    for found, objects in zip(silhouettes, inside & ~foreground, strict=True):
        mask = _coarse(found.mask)
        shadow = _shadow(points, float(cell.max()), found.camera)
        covered[found.serial] = float((shadow & mask).sum() / mask.sum().clamp(min=1))
        # Points that the other cameras would keep whatever this one sees.
        others = points[spared + objects > 0]
        shadow = _shadow(others, float(cell.max()), found.camera)
        readings = {"": mask, **{mistake: undo(mask) for mistake, undo in _MISTAKES.items()}}
        overlaps[found.serial] = {
            reading: float((other & shadow).sum() / (other | shadow).sum().clamp(min=1))
            for reading, other in readings.items()
        }
    background = {s.serial: share for s, share in zip(silhouettes, shares, strict=True)}
    return Hull(points, background, covered, _mistakes(overlaps))


def neck_direction(silhouettes: Sequence[Silhouette]) -> Float[Tensor, "3"] | None:
    """The direction from head to neck (model world, unit vector), if nearly every mask is cut off
    by one border of its picture only, and all of these are on one side of the head."""
    found = []
    for one in silhouettes:
        mask = one.mask.double()
        cut = torch.stack([mask[-1].mean(), mask[0].mean(), mask[:, -1].mean(), mask[:, 0].mean()])
        border = int(cut.argmax())
        if cut[border] > _CUT and (cut > _UNCUT).sum() == 1:
            axis, sign = (1, 0)[border // 2], (1, -1)[border % 2]
            found.append(sign * one.camera.world_to_camera[axis, :3])
    if len(found) < max(3, _NEARLY_ALL * len(silhouettes)):
        return None
    mean = torch.stack(found).mean(0)
    length = torch.linalg.vector_norm(mean)
    return (mean / length).float() if length > _ONE_SIDE else None


def share_missing(silhouettes: Iterable[Silhouette], box: SceneBox) -> float:
    """The share of foreground rays that miss a box; 0 without foreground."""
    low, high = box.tensor()
    n_missing = n_rays = 0
    for found in silhouettes:
        places = _coarse_places(found.mask)
        rows, columns = (p[i] for p, i in zip(places, _coarse(found.mask).nonzero().T, strict=True))
        origins, directions = found.camera.resized(*found.mask.shape[::-1]).rays(
            torch.stack([rows, columns], 1)
        )
        ends = torch.stack([low - origins, high - origins]) / directions
        near, far = ends.amin(0).amax(1), ends.amax(0).amin(1)
        n_missing += int(((near > far) | (far < 0)).sum())
        n_rays += len(rows)
    return n_missing / max(n_rays, 1)


def _coarse(mask: Bool[Tensor, "h w"]) -> Bool[Tensor, "h2 w2"]:
    """The mask on a coarse grid over the picture."""
    rows, columns = _coarse_places(mask)
    return mask[rows[:, None], columns]


def _coarse_places(mask: Bool[Tensor, "h w"]) -> tuple[Tensor, Tensor]:
    rows, columns = (((torch.arange(_COARSE) + 0.5) * n / _COARSE).long() for n in mask.shape)
    return rows, columns


def _cells(
    low: Float[Tensor, "3"], high: Float[Tensor, "3"], resolution: int
) -> Float[Tensor, "n 3"]:
    """The centres of the cells of a grid."""
    steps = (torch.arange(resolution, dtype=torch.float64) + 0.5) / resolution
    return (low + torch.cartesian_prod(steps, steps, steps) * (high - low)).float()


def _seen(
    points: Float[Tensor, "n 3"], silhouettes: Sequence[Silhouette]
) -> tuple[Bool[Tensor, "c n"], Bool[Tensor, "c n"]]:
    """Whether each camera sees each point, and whether it sees it as foreground."""
    inside = torch.zeros(len(silhouettes), len(points), dtype=torch.bool)
    foreground = torch.zeros_like(inside)
    for index, found in enumerate(silhouettes):
        height, width = found.mask.shape
        seen, rows, columns, _ = _projected(points, found.camera, height, width)
        inside[index] = seen
        foreground[index, seen] = found.mask.flatten()[rows * width + columns]
    return inside, foreground


def _shadow(points: Float[Tensor, "n 3"], cell: float, camera: Camera) -> Bool[Tensor, "h w"]:
    """The cells around points in a camera's coarse grid; wider by up to a cell."""
    seen = torch.zeros(1, 1, _COARSE, _COARSE)
    _, rows, columns, depth = _projected(points, camera, _COARSE, _COARSE)
    if len(rows):
        resized = camera.resized(_COARSE, _COARSE)
        focal = float(torch.maximum(resized.intrinsics[0, 0], resized.intrinsics[1, 1]))
        reach = min(int(np.ceil(focal * cell / float(depth.median()))), _COARSE)
        seen[0, 0, rows, columns] = 1
        seen = torch.nn.functional.max_pool2d(seen, 2 * reach + 1, stride=1, padding=reach)
    return seen[0, 0] > 0


def _mistakes(overlaps: Mapping[str, Mapping[str, float]]) -> dict[str, str]:
    """The mistakes in the cameras' masks: undoing one makes a mask fit the hull clearly better, and
    nearly as well as those of the other cameras.

    Args:
        overlaps: by serial, the overlap of mask and hull (IoU) as the mask is (""), and after
            undoing each mistake.
    """
    usual = float(np.median([fits[""] for fits in overlaps.values()]))
    found = {}
    for serial, fits in overlaps.items():
        best = max(fits.values())
        if best > fits[""] + _CLEARLY and best > max(_LEAST_COVERED, usual - _CLEARLY):
            # For a symmetric head, prefer the simpler mistake.
            close = (m for m in _MISTAKES if fits[m] > best - _CLEARLY / 4)
            found[serial] = next(close)
    return found


def _projected(
    points: Float[Tensor, "n 3"], camera: Camera, height: int, width: int
) -> tuple[Bool[Tensor, "n"], Tensor, Tensor, Tensor]:
    """Which points are in a camera's picture; their rows, columns and depths."""
    resized = camera.resized(width, height)
    projected = resized.projected(points)
    seen = resized.contains(projected)
    x, y, depth = projected[seen].T
    # A point on the border counts as seen.
    rows = (y / depth).long().clamp(max=height - 1)
    columns = (x / depth).long().clamp(max=width - 1)
    return seen, rows, columns, depth
