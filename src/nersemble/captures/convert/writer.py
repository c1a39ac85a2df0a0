"""Writes a planned conversion in layout v1, whole or not at all.

The sequence is written into ``PPP/.converting-SEQ`` and renamed when it is complete. Its
``conversion.json`` records its source and marks it as replaceable.

A replaced sequence is moved to ``PPP/.replaced-SEQ`` before the calibration changes, so that old
pictures are never beside a new calibration. If a process is killed in between, the next conversion
completes the move first; ``conversion.json`` holds the calibration as well.
"""

import errno
import os
import re
import shutil
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import UInt8
from PIL import Image

from nersemble.captures.convert.plan import Plan, PlannedCamera
from nersemble.data_manager.calibration import read_camera_params
from nersemble.data_manager.capture import Frame
from nersemble.data_manager.faults import FaultNotices
from nersemble.data_manager.folders import PathsV1, picture_name, sequence_folders
from nersemble.data_manager.pixels import least_alpha, split_alpha
from nersemble.errors import CaptureError, ConfigError
from nersemble.files import (
    file_locked,
    is_file_name,
    read_json_object,
    reason_of,
    replace_json,
    sync_to_disk,
    write_json,
)
from nersemble.machine import n_usable_cores
from nersemble.progress import progress

_RECORD = "conversion.json"
# Higher levels gain little: a camera's noise does not compress.
_PNG_LEVEL = 3


class _Paths(PathsV1):
    """The paths of one sequence before, while and after it is written."""

    @property
    def unfinished(self) -> Path:
        return self.participant / f".converting-{self.sequence}"

    @property
    def replaced(self) -> Path:
        return self.participant / f".replaced-{self.sequence}"


def convert(
    plan: Plan,
    root: Path,
    participant: int,
    sequence: str,
    source: Path,
    *,
    overwrite: bool = False,
) -> Path:
    """Writes a capture and returns the sequence's folder.

    Args:
        plan: what to write.
        root: the data folder; created if necessary.
        participant: the participant's id, 0 or more.
        sequence: the sequence's name.
        source: the recordings' folder, for the record.
        overwrite: replace a sequence converted before.

    Raises:
        CaptureError: a file must not be replaced, a recording is damaged, or the disk is too small.
            Nothing is left behind then.
        ConfigError: the id or the name is invalid.
    """
    if participant < 0 or not (is_file_name(sequence) and re.fullmatch(r"\w[\w.+ -]*", sequence)):
        raise ConfigError(
            f"Participant {participant} and sequence {sequence!r} are not valid folder names: "
            f"choose a number from 0 and a name of letters, digits, '-', '+', '_' and '.'."
        )
    paths = _Paths(root / f"{participant:03d}", sequence)
    with _writing(paths), _alone(paths):
        _complete_move(paths)
        _check_replaceable(paths, plan, overwrite)
        try:
            _write_frames(plan, paths.unfinished)
            write_json(paths.unfinished / _RECORD, _record(plan, source))
            if sys.platform != "win32":
                os.sync()
            _move_into_place(paths)
        finally:
            if not paths.replaced.exists():
                shutil.rmtree(paths.unfinished, ignore_errors=True)
    return paths.frames


@contextmanager
def _writing(paths: _Paths) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        reason = "the disk is full" if full else reason_of(error)
        raise CaptureError(
            f"Cannot write into {paths.participant}: {reason}; make room there or choose another "
            f"folder with --data_path."
        ) from error


@contextmanager
def _alone(paths: _Paths) -> Iterator[None]:
    """Refuses to run beside another conversion for this participant."""
    paths.participant.mkdir(parents=True, exist_ok=True)
    with file_locked(
        paths.participant / ".convert.lock",
        lambda holder: (
            f"Another conversion, {holder}, is writing into {paths.participant}: wait for it."
        ),
        error=CaptureError,
    ):
        yield


def _check_replaceable(paths: _Paths, plan: Plan, overwrite: bool) -> None:
    foreign = paths.frames.exists() and not (paths.frames / _RECORD).is_file()
    if foreign or paths.annotations.exists():
        raise CaptureError(
            f"{paths.frames if foreign else paths.annotations} exists and was not made by "
            f"'nersemble data convert': choose another sequence name or another participant."
        )
    if paths.frames.exists() and not overwrite:
        raise CaptureError(
            f"{paths.frames} exists: choose another sequence name, or replace it with --overwrite."
        )
    others = sequence_folders(paths.participant).keys() - {paths.sequence}
    if others and not _same_calibration(paths, plan):
        raise CaptureError(
            f"{paths.calibration} holds another calibration, which {', '.join(sorted(others))} "
            f"needs: repeat the --metres_per_unit and --center in its {_RECORD}, or choose "
            f"another participant."
        )


def _same_calibration(paths: _Paths, plan: Plan) -> bool:
    theirs = read_camera_params(paths.calibration)
    names = [camera.name for camera in plan.cameras]
    if list(theirs.world_to_camera) != names or theirs.size != plan.size:
        return False
    return all(
        np.allclose(theirs.world_to_camera[c.name], c.world_to_camera, atol=1e-9)
        and np.allclose(theirs.intrinsics[c.name], c.undistortion.intrinsics, atol=1e-6)
        for c in plan.cameras
    )


def _write_frames(plan: Plan, folder: Path) -> None:
    """Writes all timesteps; the size of the first tells how much disk space they need."""
    faults = FaultNotices()
    with ThreadPoolExecutor(n_usable_cores()) as pool:
        for timestep in progress(len(plan.frames), "Converting"):
            frame = folder / f"frame_{timestep:05d}"
            number = plan.frames[timestep]
            write = partial(_write_camera, number=number, frame=frame, faults=faults)
            list(pool.map(write, plan.cameras))
            if timestep == 0:
                _check_room(folder, len(plan.frames) - 1)


def _write_camera(camera: PlannedCamera, number: int, frame: Path, faults: FaultNotices) -> None:
    name = picture_name(camera.name)
    rgb, alpha = split_alpha(camera.undistortion.apply(camera.footage.read(number)))
    if camera.mask is not None and camera.mask_undistortion is not None:
        alpha = least_alpha(alpha, camera.mask_undistortion.apply(camera.mask.read_mask(number)))
    _save(rgb, frame / "images-2x" / name)
    if alpha is not None:
        _save(alpha, frame / "alpha_map" / name)
    shown = np.full(rgb.shape[:2], 255, np.uint8) if alpha is None else alpha
    faults.look_at(Frame(rgb, shown, None), camera.name, number, masked=alpha is not None)


def _save(pixels: UInt8[np.ndarray, "h w *c"], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, compress_level=_PNG_LEVEL)


def _check_room(folder: Path, remaining: int) -> None:
    needed = remaining * sum(path.stat().st_size for path in folder.rglob("*.png"))
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise CaptureError(
            f"The sequence needs about {needed / 1e9:.3g} GB more in {folder.parent}, where "
            f"{free / 1e9:.3g} GB are free: make room, use fewer frames (--every, --n_timesteps) "
            f"or smaller pictures (--size)."
        )


def _move_into_place(paths: _Paths) -> None:
    """Renames the complete sequence; may be repeated after an interruption at any point."""
    paths.frames.parent.mkdir(exist_ok=True)
    calibration = read_json_object(paths.unfinished / _RECORD)["calibration"]
    if paths.frames.exists():
        paths.frames.rename(paths.replaced)
    replace_json(paths.calibration, calibration)
    paths.unfinished.rename(paths.frames)
    sync_to_disk(paths.frames.parent)
    shutil.rmtree(paths.replaced, ignore_errors=True)


def _complete_move(paths: _Paths) -> None:
    """Completes what a killed conversion began, and removes its leftovers."""
    if paths.replaced.exists() and not paths.frames.exists():
        try:
            _move_into_place(paths)
        except (ValueError, KeyError) as error:
            raise CaptureError(
                f"A conversion was interrupted, and {paths.unfinished / _RECORD} cannot be read "
                f"({reason_of(error)}): move {paths.replaced}, the earlier pictures, to "
                f"{paths.frames} or remove it."
            ) from error
    for leftover in (paths.replaced, paths.unfinished):
        shutil.rmtree(leftover, ignore_errors=True)


def _camera_params(plan: Plan) -> dict[str, Any]:
    return {
        "image_size": list(plan.size),
        "world_2_cam": {c.name: c.world_to_camera.tolist() for c in plan.cameras},
        "intrinsics": {c.name: c.undistortion.intrinsics.tolist() for c in plan.cameras},
    }


def _record(plan: Plan, source: Path) -> dict[str, Any]:
    alignment = plan.alignment
    return {
        "format_version": 1,
        "source": str(source.resolve()),
        "recordings": {c.name: c.footage.path.name for c in plan.cameras},
        "masks": {c.name: str(c.mask.path.resolve()) for c in plan.cameras if c.mask},
        "frames": {c.name: [c.footage.frames[i] for i in plan.frames] for c in plan.cameras},
        "start": plan.frames.start,
        "every": plan.frames.step,
        "n_timesteps": len(plan.frames),
        "metres_per_unit": alignment.metres_per_unit,
        "center": alignment.center.tolist(),
        "rotation": alignment.rotation.tolist(),
        "calibration": _camera_params(plan),
    }
