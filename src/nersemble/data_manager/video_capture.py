"""A capture whose pictures are one mp4 for each camera: what layouts v2 and benchmark share."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from jaxtyping import Float64, UInt8

from nersemble.data_manager.calibration import Calibration, cameras
from nersemble.data_manager.capture import CaptureCamera, Frame
from nersemble.data_manager.color import Rounding
from nersemble.data_manager.color_polynomial import correct_polynomial
from nersemble.data_manager.rig import (
    RIG_SENSOR,
    Size,
    check_sensor_fraction,
    resize_bilinear,
    target_size,
)
from nersemble.data_manager.video_reader import VideoReader
from nersemble.errors import CaptureError

_log = logging.getLogger("nersemble.data")

IMAGES = "images"
ALPHA_MAPS = "alpha_maps"

SetAside = dict[str, CaptureError]
"""Cameras that cannot be used, each with the reason."""

_Value = TypeVar("_Value")


@dataclass(frozen=True)
class VideoCapture:
    """An opened capture of videos; see ``capture.Capture``. Safe to read from many threads.

    available: the serials that have pictures; ``cameras`` has all calibrated ones.
    size_on_disk: of every video; ``cameras`` and frames have the size asked for on opening.
    on_white: the files' colours are blended onto white with the alpha maps already.
    """

    participant: int
    sequence: str
    cameras: tuple[CaptureCamera, ...]
    frame_numbers: tuple[int, ...]
    available: frozenset[str]
    size_on_disk: Size
    sensor_size: Size
    on_white: bool
    _folder: Path
    _pictures: Mapping[str, VideoReader]
    _alpha_maps: Mapping[str, VideoReader]
    _matrices: Mapping[str, Float64[np.ndarray, "3 terms"]]
    _color_path: Path | None
    _rounding: Rounding

    def read(self, serial: str, frame_number: int) -> Frame:
        """Reads, resizes and colour-corrects one picture; these layouts have no depth.

        Raises:
            CaptureError: there is no such camera or frame, or a video is damaged.
        """
        picture = self._raw(serial, frame_number)
        rgb = resize_bilinear(picture, self._size)
        matrix = self._matrices.get(serial)
        if matrix is not None:
            rgb = correct_polynomial(rgb, matrix, self._rounding)
        if serial not in self._alpha_maps:
            return Frame(rgb, np.full(rgb.shape[:2], 255, dtype=np.uint8), None)
        grey = self._alpha_maps[serial].read(frame_number)[..., 0]
        alpha = resize_bilinear(np.ascontiguousarray(grey), self._size)
        return Frame(_take_off_white(rgb, alpha) if self.on_white else rgb, alpha, None)

    def sources(self, serial: str, frame_number: int) -> tuple[Path, ...]:
        """The files that a picture is made from; see ``capture.HasSources``."""
        paths = [r[serial].path for r in (self._pictures, self._alpha_maps) if serial in r]
        if serial in self._matrices and self._color_path is not None:
            paths.append(self._color_path)
        return tuple(paths)

    @property
    def has_depth(self) -> bool:
        """These layouts have none."""
        return False

    def close(self) -> None:
        """Closes the videos; reading opens them again."""
        for video in (*self._pictures.values(), *self._alpha_maps.values()):
            video.close()

    def has_alpha(self, serial: str, frame_number: int) -> bool:
        """Whether the capture says what is foreground in a picture."""
        alpha_map = self._alpha_maps.get(serial)
        return alpha_map is not None and frame_number < alpha_map.n_frames

    def _raw(self, serial: str, frame_number: int) -> UInt8[np.ndarray, "h w 3"]:
        if serial not in self._pictures:
            raise CaptureError(
                f"Camera {serial} has no video in {self._folder / IMAGES}, where there are "
                f"{', '.join(self._pictures)}."
            )
        if not 0 <= frame_number < len(self.frame_numbers):
            raise CaptureError(
                f"Timestep {frame_number} is not in sequence {self.sequence} of participant "
                f"{self.participant}, which runs from 0 to {self.frame_numbers[-1]}."
            )
        return self._pictures[serial].read(frame_number)

    @property
    def _size(self) -> Size:
        return self.cameras[0].camera.width, self.cameras[0].camera.height


def open_videos(
    folder: Path,
    calibration: Calibration,
    calibration_path: Path,
    *,
    participant: int,
    downscale_factor: int | None,
    color_rounding: Rounding,
    matrix_of: Callable[[str], Float64[np.ndarray, "3 terms"] | None],
    color_path: Path | None,
    on_white: bool,
    set_aside: SetAside | None,
) -> VideoCapture:
    """Opens the videos in a sequence's folder; see :func:`layout_v2.open_v2` for the arguments.

    Args:
        matrix_of: the colour correction of a camera, if it has one.
        color_path: the file that they are from.
        on_white: see :class:`VideoCapture`.
        set_aside: takes the cameras that cannot be used, instead of an exception.
    """
    files = video_files(folder / IMAGES)
    if not files:
        raise CaptureError(
            f"Sequence {folder} has no video {IMAGES}/cam_SERIAL.mp4: download it, or check the "
            f"layout."
        )
    _check_calibrated(files, calibration, calibration_path)
    pictures = _usable(files, lambda serial: VideoReader(files[serial], serial), set_aside)
    _require_some(pictures, folder)
    first = next(iter(pictures.values()))
    check_sensor_fraction(first.size, first.path)
    pictures = _usable(pictures, lambda s: _of_size(pictures[s], first), set_aside)
    matrices = _usable(pictures, matrix_of, set_aside)
    grey_files = video_files(folder / ALPHA_MAPS)
    alpha_maps = _usable(
        [serial for serial in matrices if serial in grey_files],
        lambda serial: _of_size(VideoReader(grey_files[serial], serial), first),
        set_aside,
    )
    pictures = {s: reader for s, reader in pictures.items() if s not in (set_aside or {})}
    _require_some(pictures, folder)
    _report_missing_alpha(folder, [s for s in pictures if s not in alpha_maps], on_white)
    n_frames = _shortest(folder, [*pictures.values(), *alpha_maps.values()])
    return VideoCapture(
        participant=participant,
        sequence=folder.name,
        cameras=tuple(cameras(calibration, *target_size(first.size, downscale_factor))),
        frame_numbers=tuple(range(n_frames)),
        available=frozenset(pictures),
        size_on_disk=first.size,
        sensor_size=RIG_SENSOR,
        on_white=on_white,
        _folder=folder,
        _pictures=pictures,
        _alpha_maps=alpha_maps,
        _matrices={s: m for s, m in matrices.items() if m is not None},
        _color_path=color_path,
        _rounding=color_rounding,
    )


def video_files(folder: Path) -> dict[str, Path]:
    """The videos in a folder by serial; empty if there is no such folder."""
    paths = sorted(folder.glob("cam_*.mp4"))
    return {path.stem.removeprefix("cam_"): path for path in paths}


def _usable(
    serials: Sequence[str] | Mapping[str, object],
    make: Callable[[str], _Value],
    set_aside: SetAside | None,
) -> dict[str, _Value]:
    made = {}
    for serial in serials:
        try:
            made[serial] = make(serial)
        except CaptureError as error:
            if set_aside is None:
                raise
            set_aside[serial] = error
    return made


def _require_some(pictures: Mapping[str, VideoReader], folder: Path) -> None:
    if not pictures:
        raise CaptureError(f"Sequence {folder} has no video that can be used: download it again.")


def _check_calibrated(
    files: Mapping[str, Path], calibration: Calibration, calibration_path: Path
) -> None:
    strangers = [serial for serial in files if serial not in calibration.world_to_camera]
    if strangers:
        raise CaptureError(
            f"Calibration {calibration_path} has no entry for camera {', '.join(strangers)}, but "
            f"{files[strangers[0]]} exists: add the calibration or remove the video."
        )


def _of_size(video: VideoReader, first: VideoReader) -> VideoReader:
    if video.size != first.size:
        raise CaptureError(
            f"Video {video.path} is {video.size[0]}x{video.size[1]} pixels, but {first.path} is "
            f"{first.size[0]}x{first.size[1]}; all videos must have one size."
        )
    return video


def _report_missing_alpha(folder: Path, serials: Sequence[str], on_white: bool) -> None:
    if serials:
        _log.warning(
            "%s has no alpha map for camera %s: their pictures count as foreground everywhere%s.",
            folder / ALPHA_MAPS,
            ", ".join(serials),
            "" if on_white else " ('nersemble data mask' makes alpha maps)",
        )


def _shortest(folder: Path, videos: Sequence[VideoReader]) -> int:
    shortest = min(videos, key=lambda video: video.n_frames)
    longest = max(videos, key=lambda video: video.n_frames)
    if shortest.n_frames != longest.n_frames:
        _log.warning(
            "The videos of %s have %d to %d frames: only the %d of the shortest, %s, are used.",
            folder,
            shortest.n_frames,
            longest.n_frames,
            shortest.n_frames,
            shortest.path,
        )
    return shortest.n_frames


def _take_off_white(
    rgb: UInt8[np.ndarray, "h w 3"], alpha: UInt8[np.ndarray, "h w"]
) -> UInt8[np.ndarray, "h w 3"]:
    """The colour that gives ``rgb`` when it is blended onto white, which a Frame must not be yet.

    Without this an edge would be blended twice and come out too light.
    """
    edge = (alpha > 0) & (alpha < 255)
    opacity = alpha[edge][:, None] / 255.0
    colors = 255.0 - (255.0 - rgb[edge]) / opacity
    foreground = rgb.copy()
    foreground[edge] = np.clip(np.rint(colors), 0, 255)
    return foreground
