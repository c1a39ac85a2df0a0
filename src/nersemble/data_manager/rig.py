"""The recording rig: camera ids, roles, the sensor and its down-scaled sizes (method.md, Capture).

A serial identifies a camera permanently; its id is only its place in the rig's list. The number of
cameras is not fixed: unknown serials, from other captures, get ids after the known ones.
"""

from collections.abc import Iterable
from pathlib import Path

from nersemble.data_manager.config import Size
from nersemble.errors import CaptureError, ConfigError

SERIALS: tuple[str, ...] = (
    "222200042",
    "222200044",
    "222200046",
    "222200040",
    "222200036",
    "222200048",
    "220700191",
    "222200041",
    "222200037",
    "222200038",
    "222200047",
    "222200043",
    "222200049",
    "222200039",
    "222200045",
    "221501007",
)
"""The rig's serials by camera id."""

TRAIN_CAMERA_IDS: tuple[int, ...] = (8, 7, 9, 4, 10, 5, 13, 2, 12, 1, 14, 0)
"""Training cameras, the most important first."""

EVAL_CAMERA_IDS: tuple[int, ...] = (3, 6, 11, 15)
"""Cameras held out for evaluation."""

SENSOR_WIDTH = 2200
SENSOR_HEIGHT = 3208
RIG_SENSOR: Size = (SENSOR_WIDTH, SENSOR_HEIGHT)
FRAMES_PER_SECOND = 73


def assign_camera_ids(serials: Iterable[str]) -> dict[str, int]:
    """The camera id of every serial: the rig's own, otherwise the next number after the rig's last.

    Unknown serials are numbered in the order given, so that their ids never collide with the
    rig's and they never become training or evaluation cameras of the rig by accident.
    """
    known = {serial: camera_id for camera_id, serial in enumerate(SERIALS)}
    ids: dict[str, int] = {}
    following = len(SERIALS)
    for serial in serials:
        if serial in known:
            ids[serial] = known[serial]
        elif serial not in ids:
            ids[serial] = following
            following += 1
    return ids


def check_sensor_fraction(
    size: Size, path: Path, sensor: Size = RIG_SENSOR, orientation: str = ""
) -> None:
    """Checks that a picture, turned by the mark ``orientation``, shows the whole sensor.

    Raises:
        CaptureError: its size is not the sensor's divided by an integer; names the path.
    """
    width, height = size
    fits = any(
        _is_rounded(width, sensor[0] / d) and _is_rounded(height, sensor[1] / d)
        for d in range(1, sensor[0] + 1)
    )
    if not fits:
        raise CaptureError(
            f"{path} is {width}x{height} pixels{orientation}, which is not the "
            f"{sensor[0]}x{sensor[1]} sensor divided by an integer: export the pictures uncropped."
        )


def target_size(
    size_on_disk: Size, downscale_factor: int | None, sensor: Size = RIG_SENSOR
) -> Size:
    """The size that pictures have after reading.

    Args:
        size_on_disk: the files' size.
        downscale_factor: relative to the sensor; None: the size on disk.
        sensor: the sensor's size.

    Raises:
        ConfigError: the factor is not positive, or asks for more pixels than the files have.
    """
    if downscale_factor is None:
        return size_on_disk
    if not 1 <= downscale_factor <= min(sensor):
        raise ConfigError(
            f"The down-scale factor is {downscale_factor}, but must be 1 to {min(sensor)}."
        )
    exact = (sensor[0] / downscale_factor, sensor[1] / downscale_factor)
    if all(_is_rounded(have, wanted) for have, wanted in zip(size_on_disk, exact, strict=True)):
        # Exported at this factor, perhaps rounded up: resizing by one pixel would only blur.
        return size_on_disk
    size = (int(exact[0]), int(exact[1]))
    if size[0] > size_on_disk[0] or size[1] > size_on_disk[1]:
        raise ConfigError(
            f"The down-scale factor {downscale_factor} asks for {size[0]}x{size[1]} pixels, but "
            f"the pictures on disk have only {size_on_disk[0]}x{size_on_disk[1]}: use a factor of "
            f"at least {-(-sensor[0] // size_on_disk[0])}."
        )
    return size


def _is_rounded(pixels: int, exact: float) -> bool:
    """Whether a length equals another, rounded to whole pixels or, as in videos, to even ones."""
    return abs(exact - pixels) < 1 or (pixels % 2 == 0 and 0 <= exact - pixels < 2)
