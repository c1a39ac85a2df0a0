"""``nersemble evaluate``: evaluates a run on its held-out cameras."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import tyro

from nersemble.command_line.parsing import parse, peek
from nersemble.commands.options import CheckpointStep, PresetOfRun, RunName
from nersemble.compute_options import ComputeOptions
from nersemble.env import Roots, next_command, root_if_known
from nersemble.errors import ConfigError, say
from nersemble.evaluation.config import EvaluationConfig, ProtocolName, ReportConfig
from nersemble.presets import EVALUATION_PRESETS, preset_name, resolve_protocol
from nersemble.ranges import Options

if TYPE_CHECKING:
    from nersemble.jobs.evaluating import Evaluated

_DESCRIPTION = """Evaluate a run on its held-out cameras: PSNR, SSIM, LPIPS, MSE and JOD.

Example: nersemble evaluate NERS-1 --skip_timesteps 3 --max_eval_timesteps -1
"""


@dataclass(frozen=True)
class EvaluateArguments(Options):
    """The command line of the evaluation."""

    run: RunName
    checkpoint: CheckpointStep = -1
    config: EvaluationConfig = field(default_factory=EvaluationConfig)
    eval_cameras: tuple[str, ...] = ()
    """Serials of the cameras to evaluate (empty: those held out in training)."""
    preset: PresetOfRun = "run"
    """Sets the defaults of the options above and of --protocol: release for paper, run for run,
    otherwise default."""
    protocol: ProtocolName = "run"
    """release: like the authors' release, regardless of the training (windows fully open, every
    sample rendered, its rounding, SSIM without its border, its JOD rate); default: like the
    default preset; run: as in training."""
    compute: ComputeOptions = field(default_factory=ComputeOptions)
    report: ReportConfig = field(default_factory=ReportConfig)
    roots: Roots = field(default_factory=Roots)


def parse_evaluate(argv: Sequence[str]) -> EvaluateArguments:
    """Parses the command line; preset and protocol set the defaults.

    Raises:
        ConfigError: the preset does not exist, or an option contradicts the release's protocol.
    """
    given = peek(argv, "preset", "protocol")
    preset = given["preset"] or "run"
    config = EvaluationConfig()
    if preset != "run":
        config = EVALUATION_PRESETS[preset_name(preset, ("run", *EVALUATION_PRESETS))]
    implied: ProtocolName = "release" if preset == "paper" else "default"
    if preset == "run":
        implied = "run"
    protocol = given["protocol"] or implied
    if protocol != "run":
        config = dataclasses.replace(config, ssim_crop=protocol == "release")
    default = EvaluateArguments(tyro.MISSING, config=config, protocol=implied)
    parsed = parse(EvaluateArguments, argv, "nersemble evaluate", _DESCRIPTION, default)
    if parsed.protocol == "release" and not parsed.config.ssim_crop:
        raise ConfigError(
            "--no-ssim_crop contradicts the release's protocol: leave it out, because the result "
            "has both figures under notes.ssim, or choose --protocol default."
        )
    return parsed


def main(argv: Sequence[str]) -> None:
    """Entry point: evaluates and prints the means."""
    arguments = parse_evaluate(argv)
    say(summary(evaluate(arguments)))
    say(f"next: {next_command('render', arguments.run, arguments.roots)}")


def evaluate(arguments: EvaluateArguments) -> "Evaluated":
    """Evaluates one checkpoint of a run and writes pictures and ``evaluation_result.json``.

    Raises:
        NersembleError: run, checkpoint or capture is missing or damaged, or a file cannot be
            written.
    """
    from nersemble.jobs.evaluating import measure, plan_evaluation, write_evaluation
    from nersemble.jobs.loading import open_run

    loaded = open_run(
        arguments.run,
        arguments.checkpoint,
        arguments.roots,
        arguments.compute,
        partial(resolve_protocol, arguments.protocol),
        arguments.config.grid_filter,
        filters_as_release=True,
    )
    evaluation = plan_evaluation(
        loaded, arguments.config, arguments.protocol, arguments.eval_cameras
    )
    result = measure(evaluation, keep_truths=arguments.report.report)
    renders = root_if_known("renders", arguments.roots.renders_path)
    return write_evaluation(evaluation, result, arguments.report, renders)


def summary(evaluated: "Evaluated") -> str:
    """The mean figures as text, with reasons for missing ones."""
    from nersemble.evaluation.foreground import FOREGROUND_ABOVE

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
            f"picture {single:.2f} dB"
        )
        if foreground < single:
            lines.append(
                "This model is worse than a single colour: look at the pictures. If they are "
                "white, evaluate with --no-use_occupancy_grid_filtering or train longer."
            )
    lines.append(f"pictures and numbers: {evaluated.result_path}")
    if evaluated.report_path is not None:
        lines.append(f"report: {evaluated.report_path}")
    return "\n".join(lines)


def _ssim_lines(figures: Mapping[str, Any]) -> list[str]:
    """Both SSIM figures by name, so that they are not confused."""
    from nersemble.evaluation.ssim import SSIM_CROPPED, SSIM_WHOLE

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
