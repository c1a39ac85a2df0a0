"""Reads every picture of a data folder to find out what is usable (``nersemble data check``)."""

import dataclasses
import logging
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from nersemble.captures.findings import judge_capture
from nersemble.captures.rig_check import check_poses
from nersemble.data_manager.capture import Capture, ReadOptions, SetAside
from nersemble.data_manager.config import AS_DOCUMENTED, STORE_FOLDER, PoseConfig
from nersemble.data_manager.faults import fault_of
from nersemble.data_manager.layouts import LAYOUTS, find_sequences
from nersemble.data_manager.packed_files import count_damaged
from nersemble.errors import CaptureError, NersembleError
from nersemble.geometry.scene_box import scene_box_for
from nersemble.progress import Progress

_log = logging.getLogger("nersemble.data")

_HEADINGS = ("ID", "sequence", "layout", "camera", "pictures", "alpha", "depth", "state")


@dataclass(frozen=True)
class CheckedCamera:
    """The result for one camera, or for a whole capture if ``serial`` is empty.

    n_good, n_alpha, n_depth: readable pictures, those with alpha and those with depth.
    n_pictures: the number of pictures that each camera should have.
    problem: why the camera is unusable, with the path; empty if it is usable.
    remark: anything unusual about a usable camera.
    """

    participant: int
    sequence: str
    layout: str
    serial: str
    n_good: int = 0
    n_pictures: int = 0
    n_alpha: int = 0
    n_depth: int = 0
    problem: str = ""
    remark: str = ""


def check_captures(
    root: Path,
    participant: int | None = None,
    sequence: str | None = None,
    layout: str = "auto",
    poses: PoseConfig = AS_DOCUMENTED,
) -> list[CheckedCamera]:
    """Reads every picture of the chosen captures, including packed ones in the data folder.

    Args:
        root: the data folder.
        participant: check only this one.
        sequence: check only this one.
        layout: check only captures of this layout; "auto" checks all.
        poses: the convention and unit of the poses.

    Raises:
        CaptureError: the folder does not exist, or it holds no matching capture.
    """
    chosen = [
        (found.participant, found.sequence, found.layout)
        for found in find_sequences(root, participant)
        if sequence in (None, found.sequence) and layout in ("auto", found.layout)
    ]
    if not chosen:
        what = " ".join(
            [
                *(["participant", f"{participant:03d}"] if participant is not None else []),
                *(["sequence", sequence] if sequence is not None else []),
                *(["layout", layout] if layout != "auto" else []),
            ]
        )
        raise CaptureError(
            f"There is no capture{' of ' if what else ''}{what} in {root}: see 'nersemble data "
            f"list'."
        )
    rows = [row for capture in sorted(chosen) for row in _checked(root, *capture, poses)]
    packed = sorted({(number, name) for number, name, _ in chosen})
    return rows + [row for capture in packed for row in _checked_packed(root, *capture)]


def table(rows: Sequence[CheckedCamera]) -> str:
    """The result as text: one row for each camera, with the problem of unusable ones."""
    cells = [_HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(len(line[i]) for line in cells) for i in range(len(_HEADINGS) - 1)]
    padded = (
        [cell.ljust(width) for cell, width in zip(line, [*widths, 0], strict=True)]
        for line in cells
    )
    return "\n".join("  ".join(line).rstrip() for line in padded)


def _cells(row: CheckedCamera) -> tuple[str, ...]:
    if row.problem:
        state = f"unusable: {row.problem}"
    else:
        state = "usable" if row.n_pictures else "calibrated, no pictures"
        state += f", but {row.remark}" if row.remark else ""
    counts = (f"{row.n_good}/{row.n_pictures}", str(row.n_alpha), str(row.n_depth))
    return (
        f"{row.participant:03d}",
        row.sequence,
        row.layout,
        row.serial or "all",
        *counts,
        state,
    )


def _checked(
    root: Path, participant: int, sequence: str, layout: str, poses: PoseConfig
) -> Iterator[CheckedCamera]:
    set_aside: SetAside = {}
    options = ReadOptions(poses=poses)
    try:
        capture = LAYOUTS[layout].open(root, participant, sequence, options, set_aside)
        check_poses(capture, poses)
    except NersembleError as error:
        for serial, reason in {"": error, **set_aside}.items():
            problem = _without_full_stop(reason)
            yield CheckedCamera(participant, sequence, layout, serial, problem=problem)
        return
    read = _read_all(capture, layout)
    for serial, remark in _geometry(capture).items():
        row = read[serial]
        remark = f"it {remark} (train with --without_cameras {serial})"
        read[serial] = dataclasses.replace(
            row, remark="; ".join(filter(None, (row.remark, remark)))
        )
    for serial in (camera.serial for camera in capture.cameras):
        nothing = CheckedCamera(participant, sequence, layout, serial)
        if serial in set_aside:
            problem, n_pictures = _without_full_stop(set_aside[serial]), len(capture.frame_numbers)
            yield dataclasses.replace(nothing, n_pictures=n_pictures, problem=problem)
        else:
            yield read.get(serial, nothing)


def _checked_packed(root: Path, participant: int, sequence: str) -> Iterator[CheckedCamera]:
    """One row for each size in which a sequence's pictures are packed."""
    stores = root / STORE_FOLDER / f"{participant:03d}" / sequence
    for folder in sorted(stores.iterdir()) if stores.is_dir() else ():
        n_pictures, n_damaged, problem = count_damaged(folder)
        if problem:
            problem += "; pack the sequence again with nersemble data pack"
        n_good = n_pictures - n_damaged
        yield CheckedCamera(
            participant, sequence, "packed", "", n_good, n_pictures, problem=problem
        )


def _geometry(capture: Capture) -> dict[str, str]:
    """Problems of cameras with pictures; logs those of all cameras, and the size of the head."""
    serials = [c.serial for c in capture.cameras if c.serial in capture.available]
    findings, _ = judge_capture(capture, serials, capture.frame_numbers)
    name = f"{capture.participant:03d} {capture.sequence}"
    for problem in filter(None, (findings.inverted, *findings.of_all)):
        _log.warning("%s: %s.", name, problem)
    if findings.hull is not None and findings.hull.is_agreed:
        size = findings.hull.describe(scene_box_for(capture.participant))
        _log.info("%s: %s.", name, size)
    return dict(findings.of_cameras)


def _read_all(capture: Capture, layout: str) -> dict[str, CheckedCamera]:
    """Reads the cameras in parallel, each camera in order, because videos are read forward."""
    rows = {}
    title = f"Reading {capture.participant:03d} {capture.sequence}"
    with (
        Progress(len(capture.available), title, unit="camera") as bar,
        ThreadPoolExecutor(os.cpu_count()) as pool,
    ):
        futures = [pool.submit(_read_camera, capture, layout, s) for s in capture.available]
        for done, future in enumerate(as_completed(futures), start=1):
            row = future.result()
            rows[row.serial] = row
            bar.update(done)
    return rows


def _read_camera(capture: Capture, layout: str, serial: str) -> CheckedCamera:
    n_alpha = n_depth = 0
    problems = []
    faults: dict[str, list[int]] = {}
    for number in capture.frame_numbers:
        try:
            frame = capture.read(serial, number)
        except CaptureError as error:
            problems.append(_without_full_stop(error))
            continue
        masked = capture.has_alpha(serial, number)
        n_alpha += masked
        n_depth += frame.depth is not None
        if fault := fault_of(frame, masked=masked):
            faults.setdefault(fault, []).append(number)
    n_pictures = len(capture.frame_numbers)
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return CheckedCamera(
        participant=capture.participant,
        sequence=capture.sequence,
        layout=layout,
        serial=serial,
        n_good=n_pictures - len(problems),
        n_pictures=n_pictures,
        n_alpha=n_alpha,
        n_depth=n_depth,
        problem=problems[0] + more if problems else "",
        remark="; ".join(_remark(capture, serial, *fault) for fault in faults.items()),
    )


def _remark(capture: Capture, serial: str, fault: str, numbers: Sequence[int]) -> str:
    more = f" (and {len(numbers) - 1} more)" if len(numbers) > 1 else ""
    path = capture.picture_path(serial, numbers[0])
    return f"the picture at timestep {numbers[0]}{more} {fault}: {path}"


def _without_full_stop(error: NersembleError) -> str:
    return str(error).removesuffix(".")
