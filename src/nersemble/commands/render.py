"""``nersemble render``: renders videos of a run."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import tyro

from nersemble.command_line.parsing import parse, peek
from nersemble.commands.options import PresetOfRun, RunName
from nersemble.compute_options import ComputeOptions
from nersemble.env import Roots
from nersemble.errors import say
from nersemble.presets import filter_to_look_at
from nersemble.video.config import OutputConfig, RenderConfig, TrajectoryConfig

_DESCRIPTION = """Render a run as a video: the camera circles the face while time passes.

Example: nersemble render NERS-1 --render_depth --downscale_factor 8
"""


@dataclass(frozen=True)
class RenderArguments:
    """The command line of rendering."""

    run: RunName
    config: RenderConfig = field(default_factory=RenderConfig)
    view: TrajectoryConfig = field(default_factory=TrajectoryConfig)
    output: OutputConfig = field(default_factory=OutputConfig)
    preset: PresetOfRun = "run"
    """paper: windows fully open, no early termination and raw deformation colours, like the
    release; run: as in training."""
    compute: ComputeOptions = field(default_factory=ComputeOptions)
    roots: Roots = field(default_factory=Roots)


def parse_render(argv: Sequence[str]) -> RenderArguments:
    """Parses the command line."""
    config = RenderConfig(grid_filter=filter_to_look_at(peek(argv, "preset")["preset"]))
    default = RenderArguments(tyro.MISSING, config=config)
    return parse(RenderArguments, argv, "nersemble render", _DESCRIPTION, default)


def main(argv: Sequence[str]) -> None:
    """Entry point: renders and prints the videos' paths."""
    for path in render(parse_render(argv)):
        say(path)


def render(arguments: RenderArguments) -> list[Path]:
    """Renders the requested channels; returns the files' paths."""
    from nersemble.jobs.run_pictures import RunPictures
    from nersemble.jobs.videos import render_videos

    pictures = RunPictures(
        arguments.run, arguments.config, arguments.roots, arguments.compute, arguments.preset
    )
    renders = arguments.roots.get("renders")
    return render_videos(pictures, arguments.config, arguments.view, arguments.output, renders)
