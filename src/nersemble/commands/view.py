"""``nersemble view``: serves a page that shows a run from any side at any time."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import tyro

from nersemble.command_line.parsing import parse, peek
from nersemble.commands.options import CheckpointStep, PresetOfRun, RunName
from nersemble.compute_options import ComputeOptions
from nersemble.env import Roots
from nersemble.errors import say
from nersemble.marching.config import GridFilterConfig
from nersemble.presets import filter_to_look_at, protocol_to_look_at
from nersemble.ranges import Options
from nersemble.viewer.config import ViewerConfig

if TYPE_CHECKING:
    from nersemble.jobs.loading import LoadedRun
    from nersemble.viewer.pictures import Subject
    from nersemble.viewer.viewer import Viewer

_DESCRIPTION = """Serve a page that shows a run: orbit, play the sequence, edit camera paths.

Example: nersemble view NERS-1
"""


@dataclass(frozen=True)
class ViewArguments(Options):
    """The command line of the viewer."""

    run: RunName
    checkpoint: CheckpointStep = -1
    config: ViewerConfig = field(default_factory=ViewerConfig)
    grid_filter: GridFilterConfig = field(default_factory=lambda: filter_to_look_at("run"))
    preset: PresetOfRun = "run"
    """paper: windows fully open, no early termination, like the release; run: as in training."""
    gaussians: Path | None = None
    """Folder that nersemble export --format gaussians wrote: the channel gaussians shows it."""
    compute: ComputeOptions = field(default_factory=ComputeOptions)
    roots: Roots = field(default_factory=Roots)


def parse_view(argv: Sequence[str]) -> ViewArguments:
    """Parses the command line."""
    grid_filter = filter_to_look_at(peek(argv, "preset")["preset"])
    default = ViewArguments(tyro.MISSING, grid_filter=grid_filter)
    return parse(ViewArguments, argv, "nersemble view", _DESCRIPTION, default)


def main(argv: Sequence[str]) -> None:
    """Entry point: serves until Ctrl-C."""
    with open_viewer(parse_view(argv)) as viewer:
        say(f"Viewer: {viewer.address} (Ctrl-C to stop)", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            say("")


def open_viewer(arguments: ViewArguments) -> "Viewer":
    """Opens the run and starts serving it."""
    from nersemble.jobs.loading import open_run
    from nersemble.viewer.viewer import Viewer

    loaded = open_run(
        arguments.run,
        arguments.checkpoint,
        arguments.roots,
        arguments.compute,
        partial(protocol_to_look_at, arguments.preset),
        arguments.grid_filter,
    )
    return Viewer(arguments.config, _subject(loaded, arguments))


def _subject(loaded: "LoadedRun", arguments: ViewArguments) -> "Subject":
    from nersemble.jobs.rendering import render_words, words_for
    from nersemble.jobs.shown_gaussians import ShownGaussians
    from nersemble.viewer.pictures import Subject

    run, preset = loaded.run, arguments.preset
    device, folder = loaded.renderer.model.device, arguments.gaussians
    options = ["--checkpoint", str(loaded.step)]
    if preset != "run":
        options += ["--preset", preset]
    options += words_for(arguments.grid_filter, filter_to_look_at(preset))
    options += words_for(arguments.compute, ComputeOptions())
    return Subject(
        f"{run.label}, step {loaded.step}",
        loaded.renderer,
        lambda: loaded.windows,
        loaded.dataset,
        run.camera_paths_folder,
        lambda: render_words(run, arguments.roots, *options),
        None if folder is None else ShownGaussians(folder, device),
    )
