"""Run an evaluation: render, compare, and write pictures, scores and report."""

import dataclasses
import logging
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nersemble.beside import overlapped
from nersemble.data_manager.rig import SENSOR_HEIGHT, SENSOR_WIDTH
from nersemble.data_manager.splits import checked_eval_serials
from nersemble.distributed import world
from nersemble.errors import ConfigError, RunError
from nersemble.evaluation.accumulator import EvaluationAccumulator
from nersemble.evaluation.config import EvaluationConfig, ProtocolName, ReportConfig
from nersemble.evaluation.protocol import evaluation_folder_name, evaluation_timesteps, jod_fps
from nersemble.evaluation.report import REPORT_FILE, write_report
from nersemble.evaluation.report_data import ORBIT_FILE, read_evaluation, rendered_orbit
from nersemble.evaluation.results import EvaluationResult, write_prediction, write_truth
from nersemble.geometry.camera import Camera
from nersemble.jobs.loading import LoadedRun
from nersemble.machine import describe_machine, n_usable_cores
from nersemble.ops.colors import on_host, to_uint8
from nersemble.progress import Progress, progress
from nersemble.video.trajectories import circle, timesteps_for
from nersemble.video.writer import VideoWriter, h264

_logger = logging.getLogger(__name__)

_ORBIT_DOWNSCALE_FACTOR = 5
_ORBIT_SECONDS = 2
_ORBIT_CRF = 26
_MOST_THREADS = 8


@dataclass(frozen=True)
class Evaluation:
    """The cameras and timesteps of an evaluation, and its output folder.
    timesteps: of the run, with how often each counts; jod_fps: their frame rate.
    """

    loaded: LoadedRun
    config: EvaluationConfig
    protocol: ProtocolName
    timesteps: Mapping[int, int]
    jod_fps: float
    folder: Path


@dataclass(frozen=True)
class Evaluated:
    """The output paths of an evaluation: pictures and scores, and the report if requested."""

    folder: Path
    result_path: Path
    result: EvaluationResult
    report_path: Path | None


def plan_evaluation(
    loaded: LoadedRun, config: EvaluationConfig, protocol: ProtocolName, serials: tuple[str, ...]
) -> Evaluation:
    """Choose what to evaluate: the named cameras, or those that training held out.

    Raises:
        ConfigError: a camera or timestep does not exist, or training held out no cameras.
    """
    compared = _compared_with(loaded, serials)
    splits, rules = compared.dataset.splits, compared.protocol
    config = dataclasses.replace(config, ssim_crop=config.ssim_crop or rules.ssim_crop)
    name = evaluation_folder_name(compared.step, config)
    if serials:
        name += f"_cameras_{'_'.join(serials)}"
    n_timesteps, repeats = splits.n_timesteps, rules.repeats_timesteps
    timesteps = evaluation_timesteps(n_timesteps, splits.frame_numbers, config, repeats=repeats)
    skip = compared.description.config.data.skip_timesteps
    fps = jod_fps(config, n_timesteps=n_timesteps, training_skip=skip, repeats=repeats)
    folder = compared.run.evaluation_folder / name
    if not compared.model.grid.binaries.any():
        _logger.warning(
            "Occupancy grid filtering leaves nothing of %s, so every picture is white: "
            "evaluate it with --no-use_occupancy_grid_filtering, or train it longer.",
            compared.run.label,
        )
    return Evaluation(compared, config, protocol, Counter(timesteps), fps, folder)


def _compared_with(loaded: LoadedRun, serials: tuple[str, ...]) -> LoadedRun:
    """The run with the named evaluation cameras, or its own if none are named."""
    dataset = loaded.dataset
    if serials:
        serials = checked_eval_serials(dataset.capture, serials)
        splits = dataclasses.replace(dataset.splits, eval_serials=serials)
        return dataclasses.replace(loaded, dataset=dataclasses.replace(dataset, splits=splits))
    if not dataset.eval_cameras:
        raise ConfigError(
            f"{loaded.run.label} was trained on all its cameras, so it has no held-out camera: "
            "name cameras with --eval_cameras to evaluate it on training cameras."
        )
    return loaded


def measure(evaluation: Evaluation, *, keep_truths: bool) -> EvaluationResult:
    """Render and compare camera by camera, so that only one camera's pictures are kept for JOD.
    Pictures are written along the way (with ``keep_truths`` also the ground truth), and the scores
    of each at the end.

    Raises:
        RunError: a file cannot be written.
    """
    loaded, config, folder = evaluation.loaded, evaluation.config, evaluation.folder
    dataset, splits, timesteps = loaded.dataset, loaded.dataset.splits, evaluation.timesteps
    device, team, done = loaded.model.device, world(), 0
    threads = min(n_usable_cores(), _MOST_THREADS)
    accumulator = EvaluationAccumulator.for_evaluation(
        config,
        step=loaded.step,
        jod_fps=evaluation.jod_fps,
        protocol=evaluation.protocol,
        device=device.type,
    )
    began = time.perf_counter()
    with Progress(len(dataset.eval_cameras) * len(timesteps), "Evaluating", unit="picture") as bar:
        for index, serial in enumerate(splits.eval_serials):
            camera = dataset.eval_cameras[index]
            rendered = _rendered(loaded, camera, tuple(timesteps), config.n_rays_eval)

            def compare(
                shot: tuple[int, np.ndarray], index: int = index, serial: str = serial
            ) -> None:
                timestep, prediction = shot
                truth = dataset.truth(serial, timestep)
                times = timesteps[timestep]
                accumulator.add(index, serial, timestep, prediction, truth.rgb, truth.alpha, times)
                frame = splits.frame_number(timestep)
                write_prediction(folder, frame, index, prediction)
                if keep_truths:
                    write_truth(folder, frame, index, truth.rgb)

            # Pictures are read, compared and written while the next ones are rendered.
            shots = zip(timesteps, rendered, strict=False)
            for _ in overlapped(shots, compare, threads=threads, waiting=threads):
                done += 1
                bar.update(done)
            if team.leads:
                accumulator.close_camera(serial)
    result = team.first(accumulator.result() if team.leads else None)
    assert result is not None
    seconds = time.perf_counter() - began
    if team.leads:
        result.write_pictures(folder, splits.frame_numbers, describe_machine(device), seconds)
    return result


def _rendered(
    loaded: LoadedRun, camera: Camera, timesteps: Sequence[int], n_rays: int
) -> Iterator[np.ndarray]:
    """A camera's pictures in order, for the first process; all processes render in turn."""

    def picture(timestep: int) -> np.ndarray:
        image = loaded.renderer.image(camera, timestep, loaded.windows, n_rays)
        return on_host(image.rgb)

    return world().in_order(len(timesteps), map(picture, timesteps[world().share]))


def write_evaluation(
    evaluation: Evaluation, result: EvaluationResult, report: ReportConfig, renders: Path | None
) -> Evaluated:
    """Write the means and, if requested, the report; done by the first process.

    Args:
        renders: folder of rendered videos, one of which the report may show.

    Raises:
        RunError: a file cannot be written; or, after writing, the pictures show nothing although
            cells of the grid are occupied.
    """
    team, folder = world(), evaluation.folder
    path, report_path = folder, None
    if team.leads:
        path = result.write(folder)
        report_path = _write_report(evaluation, report, renders) if report.report else None
    path, report_path = team.first((path, report_path))
    loaded = evaluation.loaded
    if result.notes["shows_nothing"] and loaded.model.grid.binaries.any():
        raise RunError(
            f"{loaded.run.label} shows nothing at step {loaded.step}: every picture has a single "
            "colour. Its scores, which mean little, are in "
            f"{path}: evaluate another checkpoint, or train the run longer."
        )
    return Evaluated(folder, path, result, report_path)


def _write_report(evaluation: Evaluation, config: ReportConfig, renders: Path | None) -> Path:
    """Write the report of this evaluation; render an orbit video if none exists."""
    loaded, folder, n_frames = evaluation.loaded, evaluation.folder, config.report_orbit_frames
    if n_frames and not rendered_orbit(loaded.run.label, loaded.step, renders):
        _write_orbit(loaded, folder / ORBIT_FILE, n_frames, evaluation.config.n_rays_eval)
    run = read_evaluation(loaded.run.folder, folder, renders)
    return write_report([run], folder / REPORT_FILE, config.report_max_mb)


def _write_orbit(loaded: LoadedRun, path: Path, n_frames: int, n_rays: int) -> None:
    """Render an orbit around the face while time runs, two seconds long.

    The pictures have a fifth of the sensor's width and height, or the evaluation's size if that
    is smaller.

    Raises:
        RunError: the file cannot be written.
    """
    evaluated = loaded.dataset.eval_cameras[0]
    width = min(SENSOR_WIDTH // _ORBIT_DOWNSCALE_FACTOR, evaluated.width)
    height = min(SENSOR_HEIGHT // _ORBIT_DOWNSCALE_FACTOR, evaluated.height)
    timesteps = timesteps_for(n_frames, loaded.dataset.splits.n_timesteps)
    cameras = circle(n_frames, loaded.dataset.train_cameras[0], width, height)
    with VideoWriter(path, n_frames / _ORBIT_SECONDS, h264(_ORBIT_CRF)) as video:
        for index in progress(n_frames, "Rendering the report's orbit"):
            image = loaded.renderer.image(cameras[index], timesteps[index], loaded.windows, n_rays)
            video.append(to_uint8(image.rgb))
