"""Camera poses and lenses in the form that all calibration formats are converted to."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float64

from nersemble.captures.convert.lens import Lens, LensOfSize
from nersemble.data_manager.config import PoseConvention
from nersemble.data_manager.picture_files import MAX_PIXELS
from nersemble.errors import CaptureError

_MIDDLE = 0.25

MODELS: dict[str, tuple[str, ...]] = {
    "SIMPLE_PINHOLE": ("f", "cx", "cy"),
    "PINHOLE": ("fx", "fy", "cx", "cy"),
    "SIMPLE_RADIAL": ("f", "cx", "cy", "k1"),
    "RADIAL": ("f", "cx", "cy", "k1", "k2"),
    "OPENCV": ("fx", "fy", "cx", "cy", "k1", "k2", "p1", "p2"),
    "OPENCV_FISHEYE": ("fx", "fy", "cx", "cy", "k1", "k2", "k3", "k4"),
    "FULL_OPENCV": (*("fx", "fy", "cx", "cy", "k1", "k2", "p1", "p2"), *("k3", "k4", "k5", "k6")),
    "SIMPLE_RADIAL_FISHEYE": ("f", "cx", "cy", "k1"),
    "RADIAL_FISHEYE": ("f", "cx", "cy", "k1", "k2"),
}
"""The parameters of COLMAP's camera models in its order."""


@dataclass(frozen=True)
class SolvedImage:
    """One calibrated picture.

    name: its path as the calibration has it, with forward slashes.
    world_to_camera: the calibration's own world to OpenCV axes.
    in_metres: its world is the calibration world (metres, the head at the origin, y up, the face
        along +z); otherwise scale and orientation are unknown.
    camera, timestep: their names in the calibration, if any.
    file, mask: the picture and its mask, if they exist.
    documented: the pose convention that the format documents.
    """

    name: str
    lens: LensOfSize
    world_to_camera: Float64[np.ndarray, "4 4"]
    in_metres: bool = False
    camera: str = ""
    timestep: int | None = None
    file: Path | None = None
    mask: Path | None = None
    documented: PoseConvention = "world_to_camera_opencv"


def make_lens(model: str, size: tuple[int, int], values: dict[str, float], where: str) -> Lens:
    """A lens from the named parameters of one of :data:`MODELS`.

    Raises:
        CaptureError: the model is unknown, or a value is not finite or is not possible.
    """
    if model not in MODELS:
        raise CaptureError(
            f"{where} has the camera model {model}, which is not supported: calibrate with one of "
            f"{', '.join(MODELS)}."
        )
    if not np.isfinite(list(values.values())).all():
        raise CaptureError(f"{where} has a parameter that is NaN or infinite: calibrate it again.")
    focal = (values.get("fx", values.get("f", 0.0)), values.get("fy", values.get("f", 0.0)))
    if min(focal) <= 0 or min(size) < 1 or size[0] * size[1] > MAX_PIXELS:
        raise CaptureError(
            f"{where} has the focal lengths {focal[0]}, {focal[1]} and the size "
            f"{size[0]}x{size[1]}, which must be positive and at most {MAX_PIXELS} pixels: "
            f"calibrate it again."
        )
    return Lens(
        size,
        focal,
        (values["cx"], values["cy"]),
        radial=tuple(values.get(f"k{i}", 0.0) for i in range(1, 7)),
        tangential=(values.get("p1", 0.0), values.get("p2", 0.0)),
        fisheye=model.endswith("FISHEYE"),
    )


def check_centered(lens: Lens, where: str) -> Lens:
    """Returns the lens if its principal point is in the middle half of its pictures.

    Raises:
        CaptureError: it is not, so the lens belongs to another picture size.
    """
    shares = [c / s for c, s in zip(lens.principal_point, lens.size, strict=True)]
    if not all(_MIDDLE < share < 1 - _MIDDLE for share in shares):
        x, y = lens.principal_point
        raise CaptureError(
            f"{where} has the principal point {x:g}, {y:g}, far from the middle of "
            f"{lens.size[0]}x{lens.size[1]} pixels: add the size of the calibrated pictures."
        )
    return lens
