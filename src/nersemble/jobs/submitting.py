"""Render the hidden cameras of the benchmark's sequences, and zip the videos."""

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from nersemble.compute_options import ComputeOptions
from nersemble.config import describe
from nersemble.env import Roots
from nersemble.errors import CaptureError, ConfigError, NersembleError, RunError, say
from nersemble.files import read_json_object, reason_of, replace_json
from nersemble.geometry.camera import Camera
from nersemble.interop.benchmark_submission import (
    Benchmark,
    BenchmarkSequence,
    member_name,
    write_submission,
)
from nersemble.jobs.options import SubmitConfig
from nersemble.jobs.run_pictures import RunPictures
from nersemble.marching.config import GridFilterConfig
from nersemble.ops.colors import to_uint8
from nersemble.progress import progress
from nersemble.runs.folders import Run, find_run, runs_with_config
from nersemble.runs.segmented import parts_of
from nersemble.video.config import RenderConfig
from nersemble.video.writer import VideoWriter, h264

_logger = logging.getLogger(__name__)


def submit(
    config: SubmitConfig, compute: ComputeOptions, roots: Roots, benchmark: Benchmark
) -> None:
    """Render the missing videos and write the zip.

    Raises:
        RunError: a sequence has no finished run, or a file cannot be written.
        ConfigError: a named run does not fit.
        NersembleError: a run or a capture is damaged.
    """
    models = roots.get("models")
    runs = _chosen_runs(models, config.runs, benchmark)
    missing = [s for s in benchmark.sequences if s not in runs]
    if not runs or (missing and not config.allow_missing):
        commands = "; ".join(f"nersemble benchmark train {sequence}" for sequence in missing)
        raise RunError(
            f"{len(missing)} of the benchmark's {len(benchmark.sequences)} sequences have no "
            f"finished run of all frames in {models}: train them with {commands}, or leave them "
            "out with --allow_missing."
        )
    folder = config.out.with_name(f"{config.out.stem}-videos")
    videos: dict[str, Path] = {}
    for sequence, run in runs.items():
        n_cameras = describe(run).config.data.n_cameras
        say(f"{sequence}: {run.label}, trained on {n_cameras} cameras")
        filtered = config.use_occupancy_grid_filtering
        render = RenderConfig(n_rays=config.n_rays, grid_filter=GridFilterConfig(filtered))
        opened = partial(RunPictures, str(run.folder), render, roots, compute)
        videos |= _render_sequence(sequence, run, folder, benchmark, filtered, opened)
    write_submission(config.out, videos)


def _chosen_runs(
    models: Path, names: Sequence[str], benchmark: Benchmark
) -> dict[BenchmarkSequence, Run]:
    named: dict[BenchmarkSequence, Run] = {}
    for run in (find_run(models, name) for name in names):
        described = describe(run)
        of = {(s.participant, s.name): s for s in benchmark.sequences}
        sequence = of.get((described.participant, described.sequence))
        if sequence is None or sequence in named or not _has_all_frames(run, sequence):
            raise ConfigError(
                f"--runs names {run.label}, but participant {described.participant}, sequence "
                f"{described.sequence} is not in the benchmark, or has another run there, or the "
                "run was not trained on all its frames: leave it out."
            )
        named[sequence] = run
    newest_first = sorted(runs_with_config(models), key=lambda run: run.number, reverse=True)
    chosen = {s: named.get(s) or _newest_finished(newest_first, s) for s in benchmark.sequences}
    return {sequence: run for sequence, run in chosen.items() if run is not None}


def _newest_finished(newest_first: list[Run], sequence: BenchmarkSequence) -> Run | None:
    for run in newest_first:
        try:
            if _has_all_frames(run, sequence) and _is_finished(run):
                return run
        except NersembleError as error:
            _logger.info("%s is passed over: %s", run.label, error)
    return None


def _has_all_frames(run: Run, sequence: BenchmarkSequence) -> bool:
    described = describe(run)
    data = described.config.data
    return (described.participant, described.sequence) == (
        sequence.participant,
        sequence.name,
    ) and (data.start_timestep, data.n_timesteps, data.skip_timesteps) == (0, sequence.n_frames, 1)


def _is_finished(run: Run) -> bool:
    max_steps = describe(run).config.loop.max_steps
    return all(max_steps in part.checkpoint_steps() for part in parts_of(run))


def _render_sequence(
    sequence: BenchmarkSequence,
    run: Run,
    folder: Path,
    benchmark: Benchmark,
    filtered: bool,
    open_pictures: Callable[[], RunPictures],
) -> dict[str, Path]:
    """Render a sequence's missing videos; return all files by member name."""
    names = {serial: member_name(sequence, serial) for serial in benchmark.hidden_serials}
    # A video is rendered again if any of this changes.
    origin = {
        "checkpoints": [
            [str(part.folder), max(part.checkpoint_steps(), default=-1)] for part in parts_of(run)
        ],
        "use_occupancy_grid_filtering": filtered,
    }
    pictures: RunPictures | None = None
    for serial, name in names.items():
        path = folder / name
        if path.is_file() and _origin_of(path) == origin:
            say(f"{name} exists")
            continue
        pictures = pictures or open_pictures()
        camera = _camera(pictures, serial, sequence).resized(benchmark.width, benchmark.height)
        with VideoWriter(path, benchmark.fps, h264(benchmark.crf), folder_option="--out") as writer:
            _note_origin(path, {})
            for timestep in progress(sequence.n_frames, f"Rendering {name}"):
                writer.append(to_uint8(pictures.image(camera, timestep).rgb))
        _note_origin(path, origin)
    return {name: folder / name for name in names.values()}


def _camera(pictures: RunPictures, serial: str, sequence: BenchmarkSequence) -> Camera:
    if all(camera.serial != serial for camera in pictures.dataset.capture.cameras):
        raise CaptureError(
            f"The calibration of {sequence} has no entry for the hidden camera {serial}: download "
            "the benchmark's calibration again."
        )
    return pictures.dataset.camera(serial)


def _origin_path(video: Path) -> Path:
    return video.with_suffix(".json")


def _origin_of(video: Path) -> dict[str, Any]:
    """The inputs that a video was made from; empty if it was not finished."""
    try:
        return read_json_object(_origin_path(video))
    except (OSError, ValueError):
        return {}


def _note_origin(video: Path, origin: Mapping[str, Any]) -> None:
    path = _origin_path(video)
    try:
        replace_json(path, origin)
    except OSError as error:
        raise RunError(f"Cannot write {path}: {reason_of(error)}.") from error
