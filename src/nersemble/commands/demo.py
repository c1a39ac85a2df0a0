"""``nersemble demo``: every step on a synthetic head, in three minutes on two CPU cores."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nersemble.captures.synthetic.config import SyntheticConfig
from nersemble.command_line.parsing import parse
from nersemble.commands.evaluate import EvaluateArguments, evaluate, summary
from nersemble.commands.render import RenderArguments, render
from nersemble.commands.train import TrainArguments, train
from nersemble.compute_options import ComputeOptions, DeviceOptions
from nersemble.env import Roots
from nersemble.errors import say
from nersemble.jobs.options import DisplayOptions
from nersemble.presets import EVALUATION_PRESETS, PRESETS
from nersemble.video.config import RenderConfig

# Three seeds reached 26.8 to 27.3 dB; a single colour reaches 12.
USUAL_PSNR = (26.0, 28.0)
LEAST_PSNR = 20.0
VIDEO = RenderConfig(seconds=2, fps=12, downscale_factor=16)

_DESCRIPTION = """Make a synthetic capture, then train, evaluate and render a model of it.

Example: nersemble demo --output demo_output
"""


@dataclass(frozen=True)
class DemoArguments:
    """The command line of the demo."""

    output: Path = Path("demo_output")
    """Folder for the capture, the run and the video."""
    capture: SyntheticConfig = field(default_factory=lambda: SyntheticConfig(n_timesteps=6))
    compute: DeviceOptions = field(default_factory=DeviceOptions)


def main(argv: Sequence[str]) -> None:
    """Entry point: runs the four steps and prints the files and the expected result."""
    arguments = parse(DemoArguments, argv, "nersemble demo", _DESCRIPTION)
    began, compute = time.perf_counter(), ComputeOptions(arguments.compute.device)
    roots = Roots(
        data_path=arguments.output / "captures",
        models_path=arguments.output / "models",
        renders_path=arguments.output / "renders",
    )
    from nersemble.captures.synthetic.writer import synthesize

    synthesize(roots.get("data"), arguments.capture)
    run = train(
        TrainArguments(
            arguments.capture.participant,
            arguments.capture.sequence,
            config=PRESETS["tiny"],
            name="demo",
            preset="tiny",
            display=DisplayOptions("none"),
            compute=compute,
            roots=roots,
        )
    )
    # Rendered before the evaluation, whose report shows the video.
    videos = render(RenderArguments(run.run_id, config=VIDEO, compute=compute, roots=roots))
    evaluated = evaluate(
        EvaluateArguments(
            run.run_id, config=EVALUATION_PRESETS["tiny"], compute=compute, roots=roots
        )
    )
    say("")
    say(summary(evaluated))
    say(f"pictures: {evaluated.folder}")
    say(f"video:    {videos[0]}")
    say(f"metrics:  {evaluated.result_path}")
    say(f"{time.perf_counter() - began:.0f} s in total")
    say(verdict(evaluated.result.notes))


def verdict(notes: dict[str, object]) -> str:
    """Judges the demo's result in one sentence.

    Args:
        notes: the notes of an evaluation's result.
    """
    reached = notes["foreground_psnr"]
    assert isinstance(reached, float)
    usual = "the usual {:.0f} to {:.0f} dB".format(*USUAL_PSNR)
    if reached < LEAST_PSNR:
        return (
            f"The model reaches {reached:.1f} dB instead of {usual}: something is wrong with this "
            "installation; please report it with the output above."
        )
    return f"The model reaches {reached:.1f} dB on held-out cameras; compare with {usual}."
