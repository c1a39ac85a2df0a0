"""Lens distortion: the models of COLMAP and nerfstudio, and undistortion of pictures.

Points are in the camera's plane z = 1 (x right, y down). With r^2 = x^2 + y^2, the two families:

    Brown-Conrady (COLMAP's OPENCV, FULL_OPENCV and simpler ones), s the ratio of polynomials
        s = (1 + k1 r^2 + k2 r^4 + k3 r^6) / (1 + k4 r^2 + k5 r^4 + k6 r^6)
        x' = x s + 2 p1 x y + p2 (r^2 + 2 x^2),   y' = y s + p1 (r^2 + 2 y^2) + 2 p2 x y
    Kannala-Brandt (OPENCV_FISHEYE and simpler ones), with a = atan r
        (x', y') = (x, y) a (1 + k1 a^2 + k2 a^4 + k3 a^6 + k4 a^8) / r

Sources: Brown, "Decentering distortion of lenses", 1966; Kannala and Brandt, "A generic camera
model and calibration method", PAMI 2006; the names and orders of parameters are COLMAP's.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
from jaxtyping import Float32, Float64, UInt8

from nersemble.data_manager.config import Size
from nersemble.data_manager.picture_files import resize_bilinear
from nersemble.errors import CaptureError

# Limit of the search for the radius where a polynomial stops being a lens: 84 degrees off axis.
_LARGEST_RADIUS = 10.0
_ALIASING = 0.75
_SMALLEST_ZOOM, _LARGEST_ZOOM = 0.2, 10.0


@dataclass(frozen=True)
class Lens:
    """Intrinsics with distortion, for pictures of ``size``.

    focal, principal_point: pixels; the first pixel's centre is at (0.5, 0.5).
    radial: k1 to k6 (k1 to k4 of a fisheye); missing ones are 0.
    tangential: p1, p2; not for a fisheye.
    """

    size: Size
    focal: tuple[float, float]
    principal_point: tuple[float, float]
    radial: tuple[float, ...] = ()
    tangential: tuple[float, float] = (0.0, 0.0)
    fisheye: bool = False

    @property
    def is_pinhole(self) -> bool:
        """Whether the lens has no distortion."""
        return not (self.fisheye or any(self.radial) or any(self.tangential))

    def resized(self, size: Size) -> "Lens":
        """The same lens for another size of its picture (the field of view stays)."""
        x, y = size[0] / self.size[0], size[1] / self.size[1]
        return replace(
            self,
            size=size,
            focal=(self.focal[0] * x, self.focal[1] * y),
            principal_point=(self.principal_point[0] * x, self.principal_point[1] * y),
        )

    def intrinsics(self) -> Float64[np.ndarray, "3 3"]:
        """The pinhole part as a matrix."""
        (fx, fy), (cx, cy) = self.focal, self.principal_point
        return np.array([[fx, 0.0, cx], [0.0, fy, cy], [0.0, 0.0, 1.0]])

    def distort(self, points: Float64[np.ndarray, "*n 2"]) -> Float64[np.ndarray, "*n 2"]:
        """Applies the distortion to points of the plane z = 1 (see the module)."""
        squared = (points**2).sum(-1)
        scaled = points * self._radial_factor(squared)[..., None]
        p1, p2 = self.tangential
        x, y = points[..., 0], points[..., 1]
        shift = [
            2 * p1 * x * y + p2 * (squared + 2 * x**2),
            p1 * (squared + 2 * y**2) + 2 * p2 * x * y,
        ]
        shifted: Float64[np.ndarray, "*n 2"] = scaled + np.stack(shift, -1)
        return shifted

    def _radial_factor(self, squared: Float64[np.ndarray, "*n"]) -> Float64[np.ndarray, "*n"]:
        k = (*self.radial, *[0.0] * 6)[:6]
        if self.fisheye:
            radius = np.sqrt(squared)
            angle = np.arctan(radius)
            a2 = angle**2
            polynomial = 1 + a2 * (k[0] + a2 * (k[1] + a2 * (k[2] + a2 * k[3])))
            # atan(r) / r tends to 1.
            ratio = np.divide(angle, radius, out=np.ones_like(radius), where=radius > 1e-9)
            return ratio * polynomial
        numerator = 1 + squared * (k[0] + squared * (k[1] + squared * k[2]))
        return numerator / (1 + squared * (k[3] + squared * (k[4] + squared * k[5])))

    def usable_radius(self) -> float:
        """The largest r up to which the distorted radius grows; beyond it the model is invalid."""
        radius = np.linspace(0, _LARGEST_RADIUS, 4001)
        distorted = radius * self._radial_factor(radius**2)
        folded = np.flatnonzero(~(np.diff(distorted) > 0))
        return float(radius[folded[0]]) if len(folded) else _LARGEST_RADIUS


LensOfSize = Lens | Callable[[Size], Lens]
"""A lens, or a function of the picture size if the calibration does not give the size."""


@dataclass(frozen=True)
class Undistortion:
    """Maps the pictures of one camera to those of a pinhole; computed once for each camera.

    intrinsics: those of the pinhole, for pictures of ``size``.
    shrunk: the size to which pictures are reduced before sampling, to avoid aliasing.
    grid: the position in the picture for each pixel, -1..1 from edge to edge; None if only the
        size changes.
    """

    intrinsics: Float64[np.ndarray, "3 3"]
    size: Size
    shrunk: Size
    grid: Float32[torch.Tensor, "1 h w 2"] | None

    def apply(self, picture: UInt8[np.ndarray, "h w *c"]) -> UInt8[np.ndarray, "h2 w2 *c"]:
        """Undistorts a picture (bicubic, which blurs less than bilinear)."""
        picture = resize_bilinear(picture, self.shrunk)
        if self.grid is None:
            return picture
        channels = torch.from_numpy(np.atleast_3d(picture).astype(np.float32)).permute(2, 0, 1)
        if len(channels) == 4:
            # As in resize_bilinear: hidden colours must not bleed into the edges.
            channels[:3] *= channels[3:] / 255
        sampled = torch.nn.functional.grid_sample(
            channels[None], self.grid, mode="bicubic", padding_mode="border", align_corners=False
        )[0]
        if len(channels) == 4:
            sampled[:3] *= 255 / sampled[3:].clamp_min(1.0)
        pixels = sampled.permute(1, 2, 0).round_().clamp_(0, 255).to(torch.uint8).numpy()
        return pixels[..., 0] if picture.ndim == 2 else pixels


def undistortion(
    lens: LensOfSize, picture_size: Size, size: Size, camera: str, orientation: str = ""
) -> Undistortion:
    """Replaces ``lens`` by the pinhole of the largest field of view without empty pixels.

    Args:
        lens: as calibrated.
        picture_size: size of the pictures, which may be resized versions of the calibrated ones.
        size: size of the resulting pictures.
        camera: its name, for messages.
        orientation: the pictures' orientation mark, for messages; empty if they were not turned.

    Raises:
        CaptureError: pictures and calibration have different aspect ratios, or the distortion is so
            strong that no pinhole fits.
    """
    if not isinstance(lens, Lens):
        lens = lens(picture_size)
    stretch = (picture_size[0] / lens.size[0]) / (picture_size[1] / lens.size[1])
    if abs(stretch - 1) > 0.01:
        as_stored = ", or give --no-follow_orientation if you calibrated the pixels as stored"
        raise CaptureError(
            f"The pictures of camera {camera} are {picture_size[0]}x{picture_size[1]} pixels"
            f"{orientation}, but its calibration is for {lens.size[0]}x{lens.size[1]}, another "
            f"aspect ratio: calibrate with uncropped, equally rotated frames of the same recording"
            f"{as_stored if orientation else ''}."
        )
    target = lens.resized(size)
    if lens.is_pinhole and abs(size[0] * lens.size[1] / (size[1] * lens.size[0]) - 1) < 1e-3:
        return Undistortion(target.intrinsics(), size, size, None)
    # If the aspect ratio changes, pixels keep their shape and the longer side is cropped.
    growth = max(size[0] / lens.size[0], size[1] / lens.size[1])
    focal = np.array(lens.focal) * growth
    zoom = _smallest_zoom(lens, target, focal, camera)
    target = replace(target, focal=(focal[0] * zoom, focal[1] * zoom))
    x, y = np.meshgrid(np.arange(size[0]) + 0.5, np.arange(size[1]) + 0.5)
    source = _in_source(lens, target, np.stack([x, y], -1))
    grid = torch.from_numpy((source * 2 - 1).astype(np.float32))[None]
    shrink = growth * zoom * lens.size[0] / picture_size[0]
    # Near 1 little aliases, and resizing twice would only blur.
    shrink = shrink if shrink < _ALIASING else 1.0
    shrunk = (round(picture_size[0] * shrink), round(picture_size[1] * shrink))
    return Undistortion(target.intrinsics(), size, shrunk, grid)


def _in_source(
    lens: Lens, target: Lens, pixels: Float64[np.ndarray, "*n 2"]
) -> Float64[np.ndarray, "*n 2"]:
    """Positions of the pinhole's pixels in the lens's picture, 0..1; NaN if they have none."""
    points = (pixels - target.principal_point) / target.focal
    outside = (points**2).sum(-1) >= lens.usable_radius() ** 2
    source = (lens.distort(points) * lens.focal + lens.principal_point) / lens.size
    source[outside] = np.nan
    return source


def _smallest_zoom(lens: Lens, target: Lens, focal: Float64[np.ndarray, "2"], camera: str) -> float:
    """The smallest factor on the focal length for which every pixel of the pinhole has an image."""
    width, height = target.size
    x, y = np.linspace(0.5, width - 0.5, 65), np.linspace(0.5, height - 0.5, 65)
    sides = [np.stack([x, np.full(65, v)], -1) for v in (0.5, height - 0.5)]
    sides += [np.stack([np.full(65, v), y], -1) for v in (0.5, width - 0.5)]
    border = np.concatenate(sides)
    margin = 0.5 / np.array(lens.size) - 1e-6

    def fits(zoom: float) -> bool:
        zoomed = replace(target, focal=(focal[0] * zoom, focal[1] * zoom))
        source = _in_source(lens, zoomed, border)
        return bool(((source >= margin) & (source <= 1 - margin)).all())

    if not fits(_LARGEST_ZOOM):
        raise CaptureError(
            f"The calibration of camera {camera} has too strong a distortion to be removed: "
            f"calibrate it again, with a simpler camera model."
        )
    low, high = _SMALLEST_ZOOM, _LARGEST_ZOOM
    for _ in range(40):
        middle = (low * high) ** 0.5
        low, high = (low, middle) if fits(middle) else (middle, high)
    return high
