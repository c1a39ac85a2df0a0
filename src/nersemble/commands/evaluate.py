"""``nersemble evaluate``: compares a run with its held-out cameras."""

import dataclasses
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import tyro

from nersemble.command_line import parse, peek
from nersemble.commands.options import CheckpointStep, PresetOfRun, RunName
from nersemble.data_manager.rig import SENSOR_HEIGHT, SENSOR_WIDTH
from nersemble.data_manager.splits import checked_eval_serials
from nersemble.distributed import world
from nersemble.engines import ComputeOptions
from nersemble.env import Roots, root_if_known
from nersemble.errors import ConfigError
from nersemble.evaluation.accumulator import EvaluationAccumulator
from nersemble.evaluation.foreground import FOREGROUND_ABOVE
from nersemble.evaluation.protocol import (
    EvaluationConfig,
    ProtocolName,
    evaluation_folder_name,
    evaluation_timesteps,
    jod_fps,
)
from nersemble.evaluation.report import REPORT_FILE, ReportConfig, write_report
from nersemble.evaluation.report_data import ORBIT_FILE, read_evaluation, rendered_orbit
from nersemble.evaluation.results import EvaluationResult, write_prediction, write_truth
from nersemble.evaluation.ssim import SSIM_CROPPED, SSIM_WHOLE
from nersemble.geometry.camera import Camera
from nersemble.jobs.loading import LoadedRun, open_run, protocol_of_preset, resolve_protocol
from nersemble.machine import describe_machine
from nersemble.ops.colors import to_uint8
from nersemble.presets import EVALUATION_PRESETS, preset_name
from nersemble.progress import Progress, progress
from nersemble.video.trajectories import circle, timesteps_for
from nersemble.video.writer import VideoWriter, h264

_DESCRIPTION = """Evaluate a run on its held-out cameras: PSNR, SSIM, LPIPS, MSE and JOD.

Example: nersemble evaluate NERS-1 --skip_timesteps 3 --max_eval_timesteps -1
"""


@dataclass(frozen=True)
class EvaluateArguments:
    """The command line of the evaluation."""

    run: RunName
    checkpoint: CheckpointStep = -1
    """Step of the checkpoint (-1: the newest)."""
    config: EvaluationConfig = field(default_factory=EvaluationConfig)
    eval_cameras: tuple[str, ...] = ()
    """Serials of the cameras to compare with (empty: those that training held out)."""
    preset: PresetOfRun = "run"
    """Defaults of the options above, and of --protocol: release for paper, run for run, default
    for the others."""
    protocol: ProtocolName = "run"
    """release: as the authors' release evaluates, whatever the run was trained with (windows fully
    open, every sample rendered, its rounding, SSIM without its border, its JOD rate); default: as
    the default preset does; run: as the run was trained."""
    compute: ComputeOptions = field(default_factory=ComputeOptions)
    report: ReportConfig = field(default_factory=ReportConfig)
    roots: Roots = field(default_factory=Roots)


@dataclass(frozen=True)
class Evaluated:
    """Where an evaluation wrote its pictures and numbers, and its report, if it was wanted."""

    folder: Path
    result_path: Path
    result: EvaluationResult
    report_path: Path | None


def parse_evaluate(argv: Sequence[str]) -> EvaluateArguments:
    """Parses the command line; preset and protocol give the defaults.

    Raises:
        ConfigError: there is no such preset, or an option contradicts the release's protocol.
    """
    given = peek(argv, "preset", "protocol")
    preset = given["preset"] or "run"
    config = EvaluationConfig()
    if preset != "run":
        config = EVALUATION_PRESETS[preset_name(preset, ("run", *EVALUATION_PRESETS))]
    implied = protocol_of_preset(preset)
    if (given["protocol"] or implied) != "run":
        release = (given["protocol"] or implied) == "release"
        config = dataclasses.replace(config, ssim_crop=release)
    default = EvaluateArguments(tyro.MISSING, config=config, protocol=implied)
    parsed = parse(EvaluateArguments, argv, "evaluate_nersemble.py", _DESCRIPTION, default)
    if parsed.protocol == "release" and not parsed.config.ssim_crop:
        raise ConfigError(
            "--no-ssim_crop contradicts the release's protocol: leave it out, as the result holds "
            "both figures under notes.ssim anyway, or choose --protocol default."
        )
    return parsed


def main(argv: Sequence[str]) -> None:
    """Entry point: evaluates and prints the means."""
    evaluated = evaluate(parse_evaluate(argv))
    print(summary(evaluated))


def evaluate(arguments: EvaluateArguments) -> Evaluated:
    """Evaluates one checkpoint of a run and writes pictures and ``evaluation_result.json``."""
    loaded = open_run(
        arguments.run,
        arguments.checkpoint,
        arguments.roots,
        arguments.compute,
        partial(resolve_protocol, arguments.protocol),
        arguments.config.grid_filter,
    )
    loaded, protocol = _compared_with(loaded, arguments.eval_cameras), loaded.protocol
    crop = arguments.config.ssim_crop or protocol.ssim_crop
    config = dataclasses.replace(arguments.config, ssim_crop=crop)
    folder_name = evaluation_folder_name(loaded.step, config)
    if arguments.eval_cameras:
        folder_name += f"_cameras_{'_'.join(arguments.eval_cameras)}"
    folder = loaded.run.evaluation_folder / folder_name
    timesteps = evaluation_timesteps(
        loaded.dataset.splits.n_timesteps,
        loaded.dataset.splits.frame_numbers,
        config,
        repeats=protocol.repeats_timesteps,
    )
    accumulator = EvaluationAccumulator.for_evaluation(
        config,
        step=loaded.step,
        jod_fps=_jod_fps(loaded, config),
        protocol=arguments.protocol,
        device=str(loaded.model.device),
    )
    began, with_report = time.perf_counter(), arguments.report.report
    result = _measure(
        loaded, accumulator, Counter(timesteps), folder, config.n_rays_eval, truths=with_report
    )
    seconds, frames = time.perf_counter() - began, loaded.dataset.splits.frame_numbers
    team, path, report_path = world(), folder, None
    if team.leads:
        result.write_pictures(folder, frames, describe_machine(loaded.model.device), seconds)
        path = result.write(folder)
        report_path = _report(loaded, arguments, folder) if with_report else None
    path, report_path = team.first((path, report_path))
    return Evaluated(folder, path, result, report_path)


def _report(loaded: LoadedRun, arguments: EvaluateArguments, folder: Path) -> Path:
    """Writes the page of what has just been evaluated; renders an orbit if there is none."""
    options, renders = arguments.report, root_if_known("renders", arguments.roots.renders_path)
    if options.report_orbit_frames and not rendered_orbit(loaded.run.label, loaded.step, renders):
        write_orbit(
            loaded, folder / ORBIT_FILE, options.report_orbit_frames, arguments.config.n_rays_eval
        )
    run = read_evaluation(loaded.run.folder, folder, renders)
    return write_report([run], folder / REPORT_FILE, options.report_max_mb)


def _compared_with(loaded: LoadedRun, serials: tuple[str, ...]) -> LoadedRun:
    """The run with other cameras to compare with; with its own, if none are named."""
    dataset = loaded.dataset
    if serials:
        serials = checked_eval_serials(dataset.capture, serials)
        splits = dataclasses.replace(dataset.splits, eval_serials=serials)
        return dataclasses.replace(loaded, dataset=dataclasses.replace(dataset, splits=splits))
    if not dataset.eval_cameras:
        raise ConfigError(
            f"{loaded.run.label} was trained on all its cameras, so there is nothing to evaluate "
            "it with: name cameras with --eval_cameras to compare it with what it has seen."
        )
    return loaded


def _jod_fps(loaded: LoadedRun, config: EvaluationConfig) -> float:
    return jod_fps(
        config,
        n_timesteps=loaded.dataset.splits.n_timesteps,
        training_skip=loaded.description.config.data.skip_timesteps,
        repeats=loaded.protocol.repeats_timesteps,
    )


def _measure(
    loaded: LoadedRun,
    accumulator: EvaluationAccumulator,
    timesteps: Mapping[int, int],
    folder: Path,
    n_rays: int,
    *,
    truths: bool,
) -> EvaluationResult:
    """Renders camera by camera, so that the pictures kept for JOD are one camera's.

    ``timesteps`` says how often each counts; ``truths`` whether they are written, too.
    """
    dataset, splits, team = loaded.dataset, loaded.dataset.splits, world()
    done = 0
    with Progress(len(dataset.eval_cameras) * len(timesteps), "Evaluating", unit="picture") as bar:
        for index, serial in enumerate(splits.eval_serials):
            pictures = _rendered(loaded, dataset.eval_cameras[index], tuple(timesteps), n_rays)
            for prediction, (timestep, times) in zip(pictures, timesteps.items(), strict=False):
                truth = dataset.truth(serial, timestep)
                accumulator.add(index, serial, timestep, prediction, truth.rgb, truth.alpha, times)
                frame = splits.frame_number(timestep)
                write_prediction(folder, frame, index, prediction)
                if truths:
                    write_truth(folder, frame, index, truth.rgb)
                done += 1
                bar.update(done)
            if team.leads:
                accumulator.close_camera(serial)
    result = team.first(accumulator.result() if team.leads else None)
    assert result is not None
    return result


def _rendered(
    loaded: LoadedRun, camera: Camera, timesteps: Sequence[int], n_rays: int
) -> Iterator[np.ndarray]:
    """A camera's pictures in order, rendered by all processes in turns, for the first one."""

    def picture(index: int) -> np.ndarray:
        image = loaded.renderer.image(camera, timesteps[index], loaded.windows, n_rays)
        rgb: np.ndarray = image.rgb.numpy()
        return rgb

    return world().in_order(len(timesteps), picture)


def summary(evaluated: Evaluated) -> str:
    """The means as lines for people, with the reasons for what is missing."""
    content = evaluated.result.to_json()
    lines = []
    for kind in ("regular", "masked"):
        scores = content["mean"][kind]
        numbers = "  ".join(
            f"{name} {'-' if value is None else format(value, '.4g')}"
            for name, value in scores.items()
        )
        lines.append(f"{kind:8s} {numbers}")
    notes = content["notes"]
    lines += _ssim_lines(notes["ssim"])
    lines += [f"{name} is missing: {reason}" for name, reason in notes["missing"].items()]
    foreground, single = notes["foreground_psnr"], notes["single_color_psnr"]
    if foreground is not None and single is not None:
        lines.append(
            f"foreground PSNR (alpha > {FOREGROUND_ABOVE}) {foreground:.2f} dB, best single-colour "
            f"head {single:.2f} dB"
        )
        if foreground < single:
            lines.append(
                "These heads are worse than a single colour would be: look at the pictures. Where "
                "they are white, evaluate with --no-use_occupancy_grid_filtering or train longer."
            )
    lines.append(f"pictures and numbers: {evaluated.result_path}")
    if evaluated.report_path is not None:
        lines.append(f"report: {evaluated.report_path}")
    return "\n".join(lines)


def _ssim_lines(figures: Mapping[str, Any]) -> list[str]:
    """Both SSIM by name, so that none is taken for the other."""
    names = {
        SSIM_CROPPED: "SSIM as torchmetrics of 2023 (border cropped)",
        SSIM_WHOLE: "SSIM as torchmetrics >= 1.4.2",
    }
    lines = []
    for key, name in names.items():
        values = {kind: both[key] for kind, both in figures["mean"].items()}
        numbers = ", ".join(
            f"{kind} {'-' if value is None else format(value, '.4f')}"
            for kind, value in values.items()
        )
        lines.append(f"{name}: {numbers}{'  <- ssim' if figures['ssim_is'] == key else ''}")
    return lines


_DOWNSCALE_FACTOR = 8
_SECONDS = 2
_CRF = 26


def write_orbit(loaded: LoadedRun, path: Path, n_frames: int, n_rays: int) -> None:
    """Renders a turn around the face while time runs, in two seconds.

    The pictures have an eighth of the sensor's width and height, or those of the evaluation, if
    they are smaller.

    Raises:
        RunError: the file cannot be written.
    """
    evaluated = loaded.dataset.eval_cameras[0]
    width = min(SENSOR_WIDTH // _DOWNSCALE_FACTOR, evaluated.width)
    height = min(SENSOR_HEIGHT // _DOWNSCALE_FACTOR, evaluated.height)
    cameras = circle(n_frames, loaded.dataset.train_cameras[0], width, height)
    timesteps = timesteps_for(n_frames, loaded.dataset.splits.n_timesteps)
    with VideoWriter(path, n_frames / _SECONDS, h264(_CRF)) as video:
        for index in progress(n_frames, "Rendering the report's orbit"):
            image = loaded.renderer.image(cameras[index], timesteps[index], loaded.windows, n_rays)
            video.append(to_uint8(image.rgb))
