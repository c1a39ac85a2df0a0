"""Splits cameras into training and evaluation, and maps timesteps to frames.

The model counts its timesteps 0, 1, 2, ...; a capture may number its frames from 95 on, or every
third. :class:`Splits` converts between the two (method.md, Capture and Pictures).
"""

import itertools
import logging
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from nersemble.data_manager.capture import Capture, CaptureCamera
from nersemble.data_manager.rig import EVAL_CAMERA_IDS, SERIALS, TRAIN_CAMERA_IDS
from nersemble.errors import CaptureError, ConfigError

_log = logging.getLogger("nersemble.data")


@dataclass(frozen=True)
class Splits:
    """The cameras and frames of a run.

    train_serials: training cameras, the most important first.
    eval_serials: held-out cameras.
    frame_numbers: the capture's frame number of each model timestep.
    without_serials: ignored cameras.
    """

    train_serials: tuple[str, ...]
    eval_serials: tuple[str, ...]
    frame_numbers: tuple[int, ...]
    without_serials: tuple[str, ...] = ()

    @property
    def n_timesteps(self) -> int:
        """The number of timesteps of the model."""
        return len(self.frame_numbers)

    def frame_number(self, timestep: int) -> int:
        """The capture's frame number of a model timestep.

        Raises:
            ConfigError: the timestep does not exist.
        """
        if not 0 <= timestep < self.n_timesteps:
            raise ConfigError(
                f"Timestep {timestep} does not exist: they run from 0 to {self.n_timesteps - 1}."
            )
        return self.frame_numbers[timestep]

    def timestep(self, frame_number: int) -> int:
        """The model timestep of a capture's frame number.

        Raises:
            ConfigError: that frame was not selected.
        """
        if frame_number not in self.frame_numbers:
            raise ConfigError(
                f"Frame {frame_number} is not among the {self.n_timesteps} selected frames, which "
                f"run from {self.frame_numbers[0]} to {self.frame_numbers[-1]}."
            )
        return self.frame_numbers.index(frame_number)


def require_training_pictures(capture: Capture, splits: Splits) -> None:
    """Checks before a long run that it has all its pictures.

    Args:
        capture: the source of the pictures.
        splits: the capture's splits.

    Raises:
        CaptureError: a training camera has no picture at a timestep of the run.
    """
    for serial in splits.train_serials:
        missing = [n for n in splits.frame_numbers if n in capture.gaps.get(serial, ())]
        if missing:
            raise CaptureError(
                f"Picture {capture.picture_path(serial, missing[0])} is missing (camera {serial}, "
                f"timestep {_some(missing)}): unpack it again, or move the folders of these "
                f"timesteps or all pictures of the camera away to train without them."
            )


def select_frames(
    frame_numbers: Sequence[int],
    start_timestep: int,
    n_timesteps: int,
    skip_timesteps: int,
) -> tuple[int, ...]:
    """Selects start, start + skip, ... from a capture's ascending frame numbers
    (method.md, Pictures).

    Numbers that the capture lacks are skipped, so a sequence exported at every third frame is
    complete with a skip of 1 and of 3; an uneven result is logged.

    Args:
        frame_numbers: the capture's frame numbers.
        start_timestep: the first frame number.
        n_timesteps: number of frames; -1: all that follow.
        skip_timesteps: step between frame numbers; 1: every frame.

    Raises:
        ConfigError: the start is not a frame, or fewer than ``n_timesteps`` frames follow.
    """
    if skip_timesteps < 1:
        raise ConfigError(f"--skip_timesteps is {skip_timesteps}, but must be 1 or more.")
    if n_timesteps == 0 or n_timesteps < -1:
        raise ConfigError(
            f"--n_timesteps is {n_timesteps}, but must be 1 or more, or -1 for all timesteps."
        )
    if start_timestep not in frame_numbers:
        raise ConfigError(
            f"--start_timestep {start_timestep} is not a frame of the sequence, which has "
            f"{len(frame_numbers)} frames from {min(frame_numbers)} to {max(frame_numbers)}."
        )
    reachable = [
        number
        for number in frame_numbers
        if number >= start_timestep and (number - start_timestep) % skip_timesteps == 0
    ]
    if n_timesteps > len(reachable):
        raise ConfigError(
            f"--n_timesteps {n_timesteps} goes beyond the sequence: from frame {start_timestep} in "
            f"steps of {skip_timesteps}, it has {len(reachable)} timesteps."
        )
    selected = reachable if n_timesteps == -1 else reachable[:n_timesteps]
    _report_gaps(selected)
    return tuple(selected)


def make_splits(
    capture: Capture,
    *,
    start_timestep: int = 0,
    n_timesteps: int = -1,
    skip_timesteps: int = 1,
    eval_serials: tuple[str, ...] | None = None,
    n_train_cameras: int = -1,
    without_serials: tuple[str, ...] = (),
) -> Splits:
    """Splits a capture's cameras and selects its frames.

    By default, the rig's evaluation cameras that have pictures are held out; if there are none, as
    in other captures, the camera whose neighbours are nearest. Every other camera with pictures
    trains: the rig's training cameras in order of importance, then the others by id.

    Args:
        capture: the capture.
        start_timestep: the first frame number; this and the next two as in :func:`select_frames`.
        n_timesteps: number of frames; -1: all that follow.
        skip_timesteps: step between frame numbers.
        eval_serials: cameras to hold out instead; empty: none.
        n_train_cameras: number of training cameras, the most important first; -1: all.
        without_serials: cameras to ignore.

    Raises:
        ConfigError: a serial is unknown, given twice or without pictures, or too few cameras
            remain for training.
    """
    with_pictures = [
        camera
        for camera in _with_pictures(capture)
        if camera.serial not in _checked_without(capture, without_serials, eval_serials or ())
    ]
    if not with_pictures:
        raise ConfigError("--without_cameras leaves no camera to train on: name fewer.")
    held_out = (
        _default_eval_serials(with_pictures)
        if eval_serials is None
        else checked_eval_serials(capture, eval_serials)
    )
    train = tuple(s for s in _by_importance(with_pictures) if s not in held_out)
    if not train:
        raise ConfigError(
            f"No camera is left to train on: all {len(with_pictures)} cameras with pictures are "
            f"held out; name fewer with --eval_cameras."
        )
    if n_train_cameras == 0 or n_train_cameras < -1 or n_train_cameras > len(train):
        raise ConfigError(
            f"The number of training cameras is {n_train_cameras}, but must be 1 to {len(train)}, "
            f"or -1 for all of them."
        )
    return Splits(
        train_serials=train if n_train_cameras == -1 else train[:n_train_cameras],
        eval_serials=held_out,
        frame_numbers=select_frames(
            capture.frame_numbers, start_timestep, n_timesteps, skip_timesteps
        ),
        without_serials=without_serials,
    )


def _checked_without(
    capture: Capture, serials: tuple[str, ...], eval_serials: tuple[str, ...]
) -> tuple[str, ...]:
    known = [camera.serial for camera in capture.cameras]
    for serial in serials:
        if serial not in known:
            raise ConfigError(
                f"--without_cameras names {serial}, which is not in this capture; choose from "
                f"{', '.join(known)}."
            )
        if serial in eval_serials:
            raise ConfigError(
                f"Both --eval_cameras and --without_cameras name {serial}: remove one."
            )
    return serials


def _report_gaps(selected: Sequence[int]) -> None:
    distances = [b - a for a, b in itertools.pairwise(selected)]
    usual = min(distances, default=0)
    gaps = [number for number, d in zip(selected, distances, strict=False) if d != usual]
    if gaps:
        _log.warning(
            "The selected timesteps are not evenly spaced: frames are missing after %s.",
            _some(gaps),
        )


def _some(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers[:8])) + (", ..." if len(numbers) > 8 else "")


def _by_importance(cameras: Sequence[CaptureCamera]) -> list[str]:
    rank = {SERIALS[camera_id]: place for place, camera_id in enumerate(TRAIN_CAMERA_IDS)}
    ordered = sorted(cameras, key=lambda c: (rank.get(c.serial, len(rank)), c.camera_id))
    return [camera.serial for camera in ordered]


def _default_eval_serials(with_pictures: Sequence[CaptureCamera]) -> tuple[str, ...]:
    rigs_own = {SERIALS[camera_id] for camera_id in EVAL_CAMERA_IDS}
    held_out = tuple(c.serial for c in with_pictures if c.serial in rigs_own)
    if held_out:
        return held_out
    best_covered = _best_covered(with_pictures)
    _log.warning(
        "This capture has none of the rig's evaluation cameras, so camera %s, which has the "
        "nearest neighbours, is held out: choose others with --eval_cameras, from %s.",
        best_covered,
        ", ".join(camera.serial for camera in with_pictures),
    )
    return (best_covered,)


def _best_covered(cameras: Sequence[CaptureCamera]) -> str:
    """The camera that training needs least: its two nearest neighbours are the closest."""
    centers = torch.stack([camera.camera.center_world for camera in cameras])
    distances = torch.cdist(centers, centers).sort(dim=1).values
    return cameras[int(distances[:, 1:3].sum(1).argmin())].serial


def _with_pictures(capture: Capture) -> list[CaptureCamera]:
    return [camera for camera in capture.cameras if camera.serial in capture.available]


def checked_eval_serials(capture: Capture, serials: tuple[str, ...]) -> tuple[str, ...]:
    """Checks the serials and returns them.

    Raises:
        ConfigError: a serial has no pictures in the capture, or is given twice.
    """
    known = [camera.serial for camera in _with_pictures(capture)]
    for serial in serials:
        if serial not in known:
            raise ConfigError(
                f"--eval_cameras names {serial}, which has no pictures in this capture; choose "
                f"from {', '.join(known)}."
            )
        if serials.count(serial) > 1:
            raise ConfigError(f"--eval_cameras names {serial} more than once: remove one.")
    return serials
