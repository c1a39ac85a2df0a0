"""Layout "v1": one PNG for each camera and timestep (method.md, Layout v1).

Folder names may have the suffix ``-73fps``; ``images-2x`` holds pictures of any scale.
"""

import logging
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from jaxtyping import Float64, UInt8, UInt16

from nersemble.data_manager.calibration import Calibration, cameras, read_camera_params
from nersemble.data_manager.capture import (
    AS_ON_DISK,
    Capture,
    Frame,
    ReadOptions,
    SetAside,
    usable,
)
from nersemble.data_manager.color_affine import correct, correction_reader
from nersemble.data_manager.config import Rounding, Size
from nersemble.data_manager.folders import (
    PathsV1,
    chosen_folders,
    participant_folders,
    picture_name,
    sequence_folders,
)
from nersemble.data_manager.picture_files import (
    may_hide,
    orientation_of,
    picture_size,
    read_pixels,
    resize_bilinear,
    resize_nearest,
)
from nersemble.data_manager.pixels import MaskCoding, colors_of, split_alpha
from nersemble.data_manager.rig import check_sensor_fraction, target_size
from nersemble.errors import CaptureError

_log = logging.getLogger("nersemble.data")

_Pixels = TypeVar("_Pixels", bound=np.ndarray[Any, Any])

_IMAGES = ("images-2x-73fps", "images-2x")
_ALPHA_MAPS = ("alpha_map-73fps", "alpha_map")
_DEPTH_MAPS = ("colmap-73fps/depth_maps_compressed", "colmap/depth_maps_compressed")


# Suffixes of pictures; if a picture has two files, the first suffix is used.
_SUFFIXES = (".png", ".jpg", ".jpeg")


class _Once:
    """Logs a warning once, even if several threads meet its cause."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._said = False

    def warn(self, message: str) -> None:
        with self._lock:
            new, self._said = not self._said, True
        if new:
            _log.warning(message)


@dataclass(kw_only=True, repr=False)
class CaptureV1(Capture):
    """An opened capture in layout v1.

    sensor_size: from the calibration; the rig's by default.
    size_on_disk: of every picture file; ``cameras`` and frames have the requested size.
    """

    size_on_disk: Size
    _paths: PathsV1
    _first_picture: Path
    _frame_folders: Mapping[int, Path]
    _corrections: Mapping[str, Float64[np.ndarray, "3 4"]]
    _rounding: Rounding
    _mask_codings: Mapping[str, MaskCoding]
    _alpha_missing: _Once = field(default_factory=_Once)

    def read(self, serial: str, frame_number: int) -> Frame:
        """Reads, resizes and colour-corrects one picture.

        Without an alpha map and without alpha in the picture, everything is foreground; without a
        depth map, depth is None.
        Colour and alpha are resized bilinearly with Pillow, whose filter widens with the scale, so
        that shrinking does not alias; depth uses the nearest pixel, because depths must not be
        mixed.

        Raises:
            CaptureError: a file is missing, truncated, of another size or of an unsupported kind;
                names the path.
        """
        folder = self._frame_folder(serial, frame_number)
        where = f"camera {serial}, timestep {frame_number}"
        path = _existing(folder, _IMAGES, serial)
        if path is None:
            raise CaptureError(
                f"Picture {self.picture_path(serial, frame_number)} is missing ({where}): unpack "
                f"it again or choose other timesteps."
            )
        pixels = resize_bilinear(self._decode(path, where, colors_of), self.picture_size)
        rgb, own_alpha = split_alpha(pixels)
        affine = self._corrections.get(serial)
        return Frame(
            rgb=rgb if affine is None else correct(rgb, affine, self._rounding),
            alpha=self._read_alpha(folder, serial, where, own_alpha),
            depth=self._read_depth(folder, serial, where),
        )

    def alpha(self, serial: str, frame_number: int) -> UInt8[np.ndarray, "h w"]:
        """See :class:`Capture`; reads no colours unless the picture may have an alpha channel."""
        if may_hide(self.picture_path(serial, frame_number)):
            return super().alpha(serial, frame_number)
        folder = self._frame_folder(serial, frame_number)
        return self._read_alpha(folder, serial, f"camera {serial}, timestep {frame_number}", None)

    def picture_path(self, serial: str, frame_number: int) -> Path:
        """The file that holds a picture's colours, even if it is missing."""
        folder = self._frame_folder(serial, frame_number)
        return _existing(folder, _IMAGES, serial) or folder / _IMAGES[0] / picture_name(serial)

    def sources(self, serial: str, frame_number: int) -> tuple[Path, ...]:
        """The picture, its alpha and depth map and the camera's colour correction."""
        folder = self._frame_folder(serial, frame_number)
        kinds = (_IMAGES, _ALPHA_MAPS, _DEPTH_MAPS)
        paths = [path for kind in kinds if (path := _existing(folder, kind, serial)) is not None]
        if serial in self._corrections:
            paths.append(self._paths.correction(serial))
        return tuple(paths)

    @property
    def has_depth(self) -> bool:
        """Whether pictures may have depth, judged by the first timestep."""
        first = self._frame_folders[self.frame_numbers[0]]
        return any((first / folder).is_dir() for folder in _DEPTH_MAPS)

    def has_alpha(self, serial: str, frame_number: int) -> bool:
        """Whether an alpha map of the picture exists, or the picture has an alpha channel."""
        folder = self._frame_folder(serial, frame_number)
        return _existing(folder, _ALPHA_MAPS, serial) is not None or may_hide(
            self.picture_path(serial, frame_number)
        )

    def _frame_folder(self, serial: str, frame_number: int) -> Path:
        if all(camera.serial != serial for camera in self.cameras):
            raise CaptureError(
                f"Camera {serial} is not in the calibration of participant {self.participant}, "
                f"which has {', '.join(camera.serial for camera in self.cameras)}."
            )
        if frame_number not in self._frame_folders:
            raise CaptureError(
                f"Timestep {frame_number} is not in sequence {self.sequence} of participant "
                f"{self.participant}, which runs from {self.frame_numbers[0]} to "
                f"{self.frame_numbers[-1]}."
            )
        return self._frame_folders[frame_number]

    def _read_alpha(
        self, folder: Path, serial: str, where: str, own: UInt8[np.ndarray, "h w"] | None
    ) -> UInt8[np.ndarray, "h w"]:
        """The minimum of the alpha map and the picture's own alpha, if they exist."""
        path = _existing(folder, _ALPHA_MAPS, serial)
        if path is None:
            if own is not None:
                return own
            self._alpha_missing.warn(
                f"Alpha map {folder / _ALPHA_MAPS[0] / picture_name(serial)} is missing ({where}): "
                f"pictures without one count as foreground everywhere.",
            )
            width, height = self.picture_size
            return np.full((height, width), 255, dtype=np.uint8)
        alpha = self._decode(path, where, self._mask_codings[serial].alpha)
        alpha = resize_bilinear(alpha, self.picture_size)
        return alpha if own is None else np.minimum(alpha, own)

    def _read_depth(
        self, folder: Path, serial: str, where: str
    ) -> UInt16[np.ndarray, "h w"] | None:
        path = _existing(folder, _DEPTH_MAPS, serial)
        if path is None:
            return None
        code = self._decode(path, where, _depth_code)
        return resize_nearest(code, self.picture_size)

    def _decode(
        self, path: Path, where: str, meaning: Callable[[np.ndarray[Any, Any]], _Pixels]
    ) -> _Pixels:
        """Decodes a file and interprets its pixels."""
        try:
            pixels = meaning(read_pixels(path))
        except ValueError as error:
            raise CaptureError(f"Cannot read {path} ({where}): {error}.") from error
        found = (pixels.shape[1], pixels.shape[0])
        if found != self.size_on_disk:
            raise CaptureError(
                f"{path} ({where}) is {found[0]}x{found[1]} pixels{orientation_of(path)}, but "
                f"{self._first_picture} is {self.size_on_disk[0]}x{self.size_on_disk[1]}"
                f"{orientation_of(self._first_picture)}; all pictures must have one size."
            )
        return pixels


def open_v1(
    root: Path,
    participant: int,
    sequence: str,
    options: ReadOptions = AS_ON_DISK,
    set_aside: SetAside | None = None,
) -> CaptureV1:
    """Opens a capture, see ``layouts.Opener``: checks its calibration and colour corrections."""
    participant_folder, _ = chosen_folders(root, participant, sequence)
    paths = PathsV1(participant_folder, sequence)
    frames = _frames_in(paths.frames)
    pictures = _pictures(frames)
    if not pictures:
        raise CaptureError(
            f"Sequence {paths.frames} has no picture frame_NNNNN/{_IMAGES[0]}/cam_SERIAL.png: "
            f"unpack the sequence, or check that it is in layout v1."
        )
    earliest = {serial: next(iter(found.values())) for serial, found in pictures.items()}
    first = next(iter(earliest.values()))
    calibration = read_camera_params(paths.calibration)
    size_on_disk = _sensor_fraction(first, calibration.size)
    size = target_size(size_on_disk, options.downscale_factor, calibration.size)
    _check_calibrated(earliest, calibration, paths.calibration)
    corrections = usable(sorted(pictures), correction_reader(paths.corrections), set_aside)
    return CaptureV1(
        participant=participant,
        sequence=sequence,
        cameras=cameras(calibration, size, options.poses),
        frame_numbers=tuple(frames),
        available=frozenset(pictures) - (set_aside or {}).keys(),
        gaps={s: gap for s, found in pictures.items() if (gap := frames.keys() - found)},
        sensor_size=calibration.size,
        size_on_disk=size_on_disk,
        _paths=paths,
        _first_picture=first,
        _frame_folders=frames,
        _corrections={s: affine for s, affine in corrections.items() if affine is not None},
        _rounding=options.color_rounding,
        _mask_codings={
            s: MaskCoding(tuple(frames.values()), partial(_mask_pixels, s)) for s in pictures
        },
    )


def find_v1(root: Path, participant: int | None) -> Iterator[tuple[int, str, Path]]:
    """The sequences of this layout in a data folder; see ``layouts.Layout``."""
    for number, folder in participant_folders(root, participant).items():
        for name, sequence_folder in sequence_folders(folder).items():
            if any(sequence_folder.glob("frame_*")):
                yield number, name, sequence_folder


def extent_v1(sequence_folder: Path) -> tuple[int, int]:
    """The number of cameras with pictures at the first timestep, and the number of timesteps."""
    frames = _frames_in(sequence_folder)
    first = next(iter(frames.values()), None)
    return len(_pictured_serials(first)) if first else 0, len(frames)


def _frames_in(sequence_folder: Path) -> dict[int, Path]:
    """The frame folders of a sequence by frame number, ascending."""
    matches = ((re.fullmatch(r"frame_(\d+)", f.name), f) for f in sequence_folder.iterdir())
    return dict(sorted((int(match[1]), f) for match, f in matches if match))


def _pictured_serials(frame_folder: Path) -> dict[str, Path]:
    """The pictures in a frame's folder by serial."""
    found: dict[str, Path] = {}
    for name in reversed(_IMAGES):
        paths = sorted((frame_folder / name).glob("cam_*"))
        for suffix in reversed(_SUFFIXES):
            found |= {p.stem.removeprefix("cam_"): p for p in paths if p.suffix == suffix}
    return found


def _existing(frame_folder: Path, folders: tuple[str, ...], serial: str) -> Path | None:
    named = (frame_folder / folder / picture_name(serial) for folder in folders)
    paths = (path.with_suffix(suffix) for path in named for suffix in _SUFFIXES)
    return next((path for path in paths if path.is_file()), None)


def _pictures(frames: Mapping[int, Path]) -> dict[str, dict[int, Path]]:
    """The pictures of each serial by frame number."""
    found: dict[str, dict[int, Path]] = {}
    for number, frame_folder in frames.items():
        for serial, path in _pictured_serials(frame_folder).items():
            found.setdefault(serial, {})[number] = path
    return found


def _check_calibrated(
    pictures: Mapping[str, Path], calibration: Calibration, calibration_path: Path
) -> None:
    strangers = sorted(set(pictures) - set(calibration.world_to_camera))
    if strangers:
        raise CaptureError(
            f"Calibration {calibration_path} has no entry for camera {', '.join(strangers)}, but "
            f"{pictures[strangers[0]]} exists: add the calibration or remove the pictures."
        )


def _sensor_fraction(path: Path, sensor: Size) -> Size:
    """Size of a picture from its header; must be the sensor's divided by an integer."""
    try:
        size = picture_size(path)
    except ValueError as error:
        raise CaptureError(
            f"Cannot read {path} (the first picture of the capture): {error}."
        ) from error
    check_sensor_fraction(size, path, sensor, orientation_of(path))
    return size


def _depth_code(pixels: np.ndarray[Any, Any]) -> UInt16[np.ndarray, "h w"]:
    if pixels.dtype != np.uint16:
        raise ValueError(
            f"it holds {pixels.dtype} pixels of shape {pixels.shape}, expected 16-bit grey with "
            f"depths"
        )
    return pixels


def _mask_pixels(serial: str, frame_folder: Path) -> np.ndarray[Any, Any]:
    path = _existing(frame_folder, _ALPHA_MAPS, serial)
    if path is None:
        raise ValueError("it has no alpha map")
    return read_pixels(path)
