"""A capture with one mp4 for each camera: the common part of layouts v2 and benchmark."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float64, UInt8

from nersemble.data_manager.calibration import Calibration, cameras
from nersemble.data_manager.capture import Capture, Frame, ReadOptions, SetAside, usable
from nersemble.data_manager.color_polynomial import correct_polynomial
from nersemble.data_manager.config import Rounding, Size
from nersemble.data_manager.picture_files import resize_bilinear
from nersemble.data_manager.pixels import split_alpha
from nersemble.data_manager.point_clouds import PointClouds, find_point_clouds
from nersemble.data_manager.rig import RIG_SENSOR, check_sensor_fraction, target_size
from nersemble.data_manager.video_reader import VideoReader
from nersemble.errors import CaptureError

_log = logging.getLogger("nersemble.data")

IMAGES = "images"
ALPHA_MAPS = "alpha_maps"


@dataclass(frozen=True)
class VideoColors:
    """The state of the colours in a layout's videos, and their correction.

    on_white: they are already blended onto white with the alpha maps.
    matrix_of: a camera's correction by serial; None without one.
    path_of: the correction's file, if it has one.
    correct: applies the correction to an 8-bit picture.
    """

    on_white: bool
    matrix_of: Callable[[str], Float64[np.ndarray, "3 terms"] | None]
    path_of: Callable[[str], Path | None] = lambda _serial: None
    correct: Callable[[Any, Any, Rounding], UInt8[np.ndarray, "h w 3"]] = correct_polynomial


@dataclass(frozen=True)
class VideoSequence:
    """A sequence whose calibration is read, and whose videos are not yet open.

    participant: the participant's id.
    folder: the sequence's folder.
    calibration: the rig's, from the file ``calibration_path``.
    images: the folder of colour videos inside ``folder``.
    """

    participant: int
    folder: Path
    calibration: Calibration
    calibration_path: Path
    images: str = IMAGES


@dataclass(kw_only=True, repr=False)
class VideoCapture(Capture):
    """An opened capture of videos.

    size_on_disk: of every video; ``cameras`` and frames have the requested size.
    """

    size_on_disk: Size
    _images: Path
    _colors: VideoColors
    _pictures: Mapping[str, VideoReader]
    _alpha_maps: Mapping[str, VideoReader]
    _matrices: Mapping[str, Float64[np.ndarray, "3 terms"]]
    _clouds: PointClouds
    _calibration: Path
    _rounding: Rounding

    def read(self, serial: str, frame_number: int) -> Frame:
        """Reads, resizes and colour-corrects one picture; depth is that of its frame's point cloud.

        Raises:
            CaptureError: the camera or frame does not exist, or a video or point cloud is damaged.
        """
        pixels = resize_bilinear(self._raw(serial, frame_number), self.picture_size)
        rgb, own_alpha = split_alpha(pixels)
        matrix = self._matrices.get(serial)
        if matrix is not None:
            rgb = self._colors.correct(rgb, matrix, self._rounding)
        alpha = np.full(rgb.shape[:2], 255, np.uint8) if own_alpha is None else own_alpha
        if serial in self._alpha_maps:
            alpha = np.minimum(alpha, self.alpha(serial, frame_number))
            rgb = _unblend_white(rgb, alpha) if self._colors.on_white else rgb
        camera = next(one.camera for one in self.cameras if one.serial == serial)
        return Frame(rgb, alpha, self._clouds.depth(frame_number, camera, alpha))

    def alpha(self, serial: str, frame_number: int) -> UInt8[np.ndarray, "h w"]:
        """See :class:`Capture`; decodes no colours if an alpha map exists."""
        if serial not in self._alpha_maps:
            return super().alpha(serial, frame_number)
        return resize_bilinear(self._alpha_maps[serial].read_mask(frame_number), self.picture_size)

    def picture_path(self, serial: str, frame_number: int) -> Path:
        """The video of a camera."""
        return self._images / f"cam_{serial}.mp4"

    def sources(self, serial: str, frame_number: int) -> tuple[Path, ...]:
        """The videos of colours and alpha, the colour correction, the point cloud, and the
        calibration that projects it."""
        paths = [r[serial].path for r in (self._pictures, self._alpha_maps) if serial in r]
        if (corrections := self._colors.path_of(serial)) is not None and serial in self._matrices:
            paths.append(corrections)
        if (cloud := self._clouds.path(frame_number)) is not None:
            paths += [cloud, self._calibration]
        return tuple(paths)

    @property
    def has_depth(self) -> bool:
        """Whether point clouds exist."""
        return len(self._clouds) > 0

    def close(self) -> None:
        """Closes the videos; reading opens them again."""
        for video in (*self._pictures.values(), *self._alpha_maps.values()):
            video.close()

    def has_alpha(self, serial: str, frame_number: int) -> bool:
        """Whether the capture knows the foreground of a picture."""
        alpha_map = self._alpha_maps.get(serial)
        return alpha_map is not None and frame_number < alpha_map.n_frames

    def _raw(self, serial: str, frame_number: int) -> UInt8[np.ndarray, "h w c"]:
        if serial not in self._pictures:
            raise CaptureError(
                f"Camera {serial} has no video in {self._images}: choose from "
                f"{', '.join(self._pictures)}."
            )
        if not 0 <= frame_number < len(self.frame_numbers):
            raise CaptureError(
                f"Timestep {frame_number} is not in sequence {self.sequence} of participant "
                f"{self.participant}, which runs from 0 to {self.frame_numbers[-1]}."
            )
        return self._pictures[serial].read(frame_number)


def open_videos(
    sequence: VideoSequence, colors: VideoColors, options: ReadOptions, set_aside: SetAside | None
) -> VideoCapture:
    """Opens the videos of a sequence and checks their headers; see ``layouts.Opener`` for
    ``options``, ``set_aside`` and errors."""
    folder = sequence.folder
    images = folder / sequence.images
    files = video_files(images)
    if not files:
        raise CaptureError(
            f"Sequence {folder} has no video {sequence.images}/cam_SERIAL.mp4: download it, or "
            f"check the layout."
        )
    _check_calibrated(files, sequence)
    pictures = usable(files, lambda serial: VideoReader(files[serial], serial), set_aside)
    _require_some(pictures, folder)
    first = next(iter(pictures.values()))
    check_sensor_fraction(first.size, first.path, orientation=first.orientation())
    pictures = usable(pictures, lambda s: _of_size(pictures[s], first), set_aside)
    matrices = usable(pictures, colors.matrix_of, set_aside)
    grey_files = video_files(folder / ALPHA_MAPS)
    alpha_maps = usable(
        [serial for serial in matrices if serial in grey_files],
        lambda serial: _of_size(VideoReader(grey_files[serial], serial), first),
        set_aside,
    )
    pictures = {s: reader for s, reader in pictures.items() if s not in (set_aside or {})}
    _require_some(pictures, folder)
    _report_out_of_step(folder, pictures)
    _report_missing_alpha(folder, [s for s in pictures if s not in alpha_maps], colors)
    n_frames = _shortest(folder, [*pictures.values(), *alpha_maps.values()])
    size = target_size(first.size, options.downscale_factor)
    numbers = tuple(range(n_frames))
    return VideoCapture(
        participant=sequence.participant,
        sequence=folder.name,
        cameras=cameras(sequence.calibration, size, options.poses),
        frame_numbers=numbers,
        available=frozenset(pictures),
        sensor_size=RIG_SENSOR,
        size_on_disk=first.size,
        _images=images,
        _colors=colors,
        _pictures=pictures,
        _alpha_maps=alpha_maps,
        _matrices={s: m for s, m in matrices.items() if m is not None},
        _clouds=find_point_clouds(folder, numbers, options.point_clouds),
        _calibration=sequence.calibration_path,
        _rounding=options.color_rounding,
    )


def video_extent(sequence_folder: Path) -> tuple[int, int]:
    """The number of readable colour videos, and the number of pictures of the shortest."""
    lengths = []
    images = sequence_folder / IMAGES
    for serial, path in video_files(images if images.is_dir() else sequence_folder).items():
        try:
            # As stored: counting needs no decoding.
            lengths.append(VideoReader(path, serial, upright=False).n_frames)
        except CaptureError:
            # "nersemble data check" explains the problem.
            continue
    return len(lengths), min(lengths, default=0)


def video_files(folder: Path) -> dict[str, Path]:
    """The videos in a folder by serial; empty if the folder does not exist."""
    paths = sorted(folder.glob("cam_*.mp4"))
    return {path.stem.removeprefix("cam_"): path for path in paths}


def _require_some(pictures: Mapping[str, VideoReader], folder: Path) -> None:
    if not pictures:
        raise CaptureError(f"Sequence {folder} has no usable video: download it again.")


def _check_calibrated(files: Mapping[str, Path], sequence: VideoSequence) -> None:
    strangers = [s for s in files if s not in sequence.calibration.world_to_camera]
    if strangers:
        raise CaptureError(
            f"Calibration {sequence.calibration_path} has no entry for camera "
            f"{', '.join(strangers)}, but {files[strangers[0]]} exists: add the calibration or "
            f"remove the video."
        )


def _of_size(video: VideoReader, first: VideoReader) -> VideoReader:
    if video.size != first.size:
        raise CaptureError(
            f"Video {video.path} is {video.size[0]}x{video.size[1]} pixels{video.orientation()}, "
            f"but {first.path} is {first.size[0]}x{first.size[1]}{first.orientation()}; all videos "
            f"must have one size."
        )
    return video


def _report_missing_alpha(folder: Path, serials: Sequence[str], colors: VideoColors) -> None:
    if serials:
        _log.warning(
            "%s has no alpha map for camera %s: everything in these pictures is foreground%s.",
            folder / ALPHA_MAPS,
            ", ".join(serials),
            "" if colors.on_white else " ('nersemble data mask' makes alpha maps)",
        )


def _report_out_of_step(folder: Path, videos: Mapping[str, VideoReader]) -> None:
    """Warns if the i-th frames of the videos were not recorded at the same moment."""
    n_frames = min(video.n_frames for video in videos.values())
    rates = {serial: video.rate for serial, video in videos.items() if video.rate}
    starts = {serial: video.start for serial, video in videos.items()}
    codes = {serial: video.timecode for serial, video in videos.items() if video.timecode}
    differences = []
    if rates and max(rates.values()) / min(rates.values()) - 1 > 0.5 / n_frames:
        differences.append(f"record {_extremes(rates, '.5g')} frames a second")
    if rates and max(starts.values()) - min(starts.values()) > 0.5 / max(rates.values()):
        differences.append(f"begin at {_extremes(starts, '.3f')} seconds")
    if len(set(codes.values())) > 1:
        differences.append(f"begin at the timecodes {_extremes(codes, 's')}")
    if differences:
        _log.warning(
            "The i-th frames of the videos of %s count as one moment, but the cameras %s: leave "
            "out cameras that were not synchronized with --without_cameras.",
            folder,
            " and ".join(differences),
        )


def _extremes(values: Mapping[str, Any], how: str) -> str:
    """The smallest and the largest value with their cameras, for a message."""
    low, high = min(values, key=values.__getitem__), max(values, key=values.__getitem__)
    return f"{values[low]:{how}} ({low}) to {values[high]:{how}} ({high})"


def _shortest(folder: Path, videos: Sequence[VideoReader]) -> int:
    shortest = min(videos, key=lambda video: video.n_frames)
    longest = max(videos, key=lambda video: video.n_frames)
    if shortest.n_frames != longest.n_frames:
        _log.warning(
            "The videos of %s have %d to %d frames: using only the %d of the shortest, %s.",
            folder,
            shortest.n_frames,
            longest.n_frames,
            shortest.n_frames,
            shortest.path,
        )
    return shortest.n_frames


def _unblend_white(
    rgb: UInt8[np.ndarray, "h w 3"], alpha: UInt8[np.ndarray, "h w"]
) -> UInt8[np.ndarray, "h w 3"]:
    """The colour that gives ``rgb`` when blended onto white; a Frame must not be blended yet.

    Otherwise edges would be blended twice and be too light.
    """
    edge = (alpha > 0) & (alpha < 255)
    opacity = alpha[edge][:, None] / 255.0
    colors = 255.0 - (255.0 - rgb[edge]) / opacity
    foreground = rgb.copy()
    foreground[edge] = np.clip(np.rint(colors), 0, 255)
    return foreground
