"""``nersemble demo``: the whole job on a synthetic head, in three minutes on two CPU cores."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nersemble.captures.synthetic import SyntheticConfig, synthesize
from nersemble.command_line import parse
from nersemble.commands.evaluate import EvaluateArguments, evaluate, summary
from nersemble.commands.render import RenderArguments, render
from nersemble.commands.train import TrainArguments, train
from nersemble.engines import ComputeOptions, DeviceOptions
from nersemble.env import Roots
from nersemble.errors import NersembleError
from nersemble.jobs.display import DisplayOptions
from nersemble.presets import EVALUATION_PRESETS, PRESETS
from nersemble.video.trajectories import RenderConfig

WANTED_PSNR = 25.0
WANTED_GAIN = 8.0
VIDEO = RenderConfig(seconds=2, fps=12, downscale_factor=16)

_DESCRIPTION = """Make a synthetic capture, train on it, evaluate it and render it.

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
    """Entry point: runs the four steps and says where everything is.

    Raises:
        NersembleError: the result is worse than the demo promises.
    """
    arguments = parse(DemoArguments, argv, "nersemble demo", _DESCRIPTION)
    began, compute = time.perf_counter(), ComputeOptions(arguments.compute.device)
    roots = Roots(
        data_path=arguments.output / "captures",
        models_path=arguments.output / "models",
        renders_path=arguments.output / "renders",
    )
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
    # Before the evaluation, whose report shows the video.
    videos = render(RenderArguments(run.run_id, config=VIDEO, compute=compute, roots=roots))
    evaluated = evaluate(
        EvaluateArguments(
            run.run_id, config=EVALUATION_PRESETS["tiny"], compute=compute, roots=roots
        )
    )
    print()
    print(summary(evaluated))
    print(f"pictures: {evaluated.folder}")
    print(f"video:    {videos[0]}")
    print(f"metrics:  {evaluated.result_path}")
    print(f"{time.perf_counter() - began:.0f} s in all")
    check(evaluated.result.notes)


def check(notes: dict[str, object]) -> None:
    """Fails where the head is not what it should be, so that a broken install is noticed.

    Args:
        notes: of an evaluation's result.

    Raises:
        NersembleError: it is worse than the demo promises.
    """
    reached, single = notes["foreground_psnr"], notes["single_color_psnr"]
    assert isinstance(reached, float)
    assert isinstance(single, float)
    if reached < WANTED_PSNR or reached < single + WANTED_GAIN:
        raise NersembleError(
            f"The demo reached {reached:.2f} dB on the held-out cameras' foreground, but should "
            f"reach {WANTED_PSNR} dB and {WANTED_GAIN} dB more than one colour ({single:.2f} dB): "
            "please report this with the output above."
        )
