"""``nersemble evaluate``: compares a run with its held-out cameras."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import tyro

from nersemble.commands.arguments import (
    CheckpointStep,
    Device,
    Roots,
    RunName,
    choose_device,
    parse,
    peek,
    preset_name,
)
from nersemble.commands.backends import Backend, choose_kernels
from nersemble.commands.runs_on_disk import (
    LoadedRun,
    filter_grid_if_asked,
    load_run,
    with_open_windows,
)
from nersemble.evaluation.protocol import (
    EvaluationConfig,
    evaluation_folder_name,
    evaluation_timesteps,
    jod_fps,
)
from nersemble.evaluation.results import EvaluationAccumulator, EvaluationResult, write_prediction
from nersemble.presets import EVALUATION_PRESETS
from nersemble.progress import Progress
from nersemble.rendering.image import render_image

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
    preset: Literal["run", "default", "paper", "tiny"] = "run"
    """paper: the release's protocol (windows fully open, SSIM without its border); run: as the
    run was trained."""
    device: Device = "auto"
    """auto takes the GPU where there is one."""
    backend: Backend = "auto"
    """auto takes the fused Triton kernels on a GPU, plain torch elsewhere."""
    roots: Roots = field(default_factory=Roots)


@dataclass(frozen=True)
class Evaluated:
    """Where an evaluation wrote its pictures and numbers."""

    folder: Path
    result_path: Path
    result: EvaluationResult


def parse_evaluate(argv: Sequence[str]) -> EvaluateArguments:
    """Parses the command line; the preset gives the defaults."""
    preset = peek(argv, "preset")["preset"] or "run"
    config = EvaluationConfig()
    if preset != "run":
        config = EVALUATION_PRESETS[preset_name(preset, ("run", *EVALUATION_PRESETS))]
    default = EvaluateArguments(tyro.MISSING, config=config)
    return parse(EvaluateArguments, argv, "evaluate_nersemble.py", _DESCRIPTION, default)


def main(argv: Sequence[str]) -> None:
    """Entry point: evaluates and prints the means."""
    evaluated = evaluate(parse_evaluate(argv))
    print(summary(evaluated))


def evaluate(arguments: EvaluateArguments) -> Evaluated:
    """Evaluates one checkpoint of a run and writes pictures and ``evaluation_result.json``."""
    device = choose_device(arguments.device)
    models, data = arguments.roots.get("models"), arguments.roots.get("data")
    loaded = load_run(arguments.run, arguments.checkpoint, models=models, data=data, device=device)
    config = arguments.config
    if arguments.preset == "run":
        preset = preset_name(loaded.description.preset, tuple(EVALUATION_PRESETS))
        config = dataclasses.replace(config, ssim_crop=config.ssim_crop or _crops(preset))
    elif arguments.preset == "paper":
        loaded = with_open_windows(loaded)
    filter_grid_if_asked(loaded, config)
    described = loaded.description
    if choose_kernels(arguments.backend, device, described.config.model, described.participant):
        loaded.model.fuse()
    folder = loaded.run.evaluation_folder / evaluation_folder_name(loaded.step, config)
    result = _measure(loaded, config, folder, device=str(device))
    return Evaluated(folder, result.write(folder), result)


def _crops(preset: str) -> bool:
    return EVALUATION_PRESETS[preset_name(preset, tuple(EVALUATION_PRESETS))].ssim_crop


def _measure(
    loaded: LoadedRun, config: EvaluationConfig, folder: Path, *, device: str
) -> EvaluationResult:
    """Renders camera by camera, so that the pictures kept for JOD are one camera's."""
    dataset, splits = loaded.dataset, loaded.dataset.splits
    timesteps = evaluation_timesteps(splits.n_timesteps, splits.frame_numbers, config)
    fps = jod_fps(
        config,
        n_timesteps=splits.n_timesteps,
        training_skip=loaded.description.config.data.skip_timesteps,
    )
    accumulator = EvaluationAccumulator.for_evaluation(
        config, step=loaded.step, jod_fps=fps, device=device
    )
    total = len(dataset.eval_cameras) * len(timesteps)
    with Progress(total, "Evaluating", unit="picture") as bar:
        for index, serial in enumerate(splits.eval_serials):
            for timestep in timesteps:
                camera = dataset.eval_cameras[index]
                image = render_image(
                    loaded.model, camera, timestep, loaded.windows, config.n_rays_eval
                )
                truth = dataset.truth(serial, timestep)
                prediction = image.rgb.numpy()
                accumulator.add(index, serial, timestep, prediction, truth.rgb, truth.alpha)
                write_prediction(folder, splits.frame_number(timestep), index, prediction)
                bar.update(index * len(timesteps) + timesteps.index(timestep) + 1)
            accumulator.close_camera(serial)
    return accumulator.result()


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
    lines += [f"{name} is missing: {reason}" for name, reason in notes["missing"].items()]
    foreground, single = notes["foreground_psnr"], notes["single_color_psnr"]
    if foreground is not None and single is not None:
        lines.append(
            f"foreground PSNR (alpha > 0.5) {foreground:.2f} dB, best single-colour head "
            f"{single:.2f} dB"
        )
    lines.append(f"pictures and numbers: {evaluated.result_path}")
    return "\n".join(lines)
