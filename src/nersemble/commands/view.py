"""``nersemble view``: a page that shows a run from any side at any time."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

import tyro

from nersemble.command_line import parse
from nersemble.commands.options import CheckpointStep, PresetOfRun, RunName
from nersemble.engines import ComputeOptions
from nersemble.env import Roots
from nersemble.errors import say
from nersemble.jobs.loading import LoadedRun, open_run
from nersemble.presets import protocol_to_look_at
from nersemble.ranges import Options
from nersemble.viewer.config import ViewerConfig
from nersemble.viewer.pictures import Subject
from nersemble.viewer.viewer import Viewer

_DESCRIPTION = """Serve a page that shows a run: orbit the head, play its time, edit camera paths.

Example: nersemble view NERS-1
"""


@dataclass(frozen=True)
class ViewArguments(Options):
    """The command line of the viewer."""

    run: RunName
    checkpoint: CheckpointStep = -1
    config: ViewerConfig = field(default_factory=ViewerConfig)
    preset: PresetOfRun = "run"
    """paper: windows fully open, no early termination, as the release; run: as the run was
    trained."""
    compute: ComputeOptions = field(default_factory=ComputeOptions)
    roots: Roots = field(default_factory=Roots)


def parse_view(argv: Sequence[str]) -> ViewArguments:
    """Parses the command line."""
    return parse(ViewArguments, argv, "nersemble view", _DESCRIPTION, ViewArguments(tyro.MISSING))


def main(argv: Sequence[str]) -> None:
    """Entry point: serves until Ctrl-C."""
    with open_viewer(parse_view(argv)) as viewer:
        say(f"Viewer: {viewer.address} (Ctrl-C ends it)", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            say("")


def open_viewer(arguments: ViewArguments) -> Viewer:
    """Opens the run and starts to serve it."""
    loaded = open_run(
        arguments.run,
        arguments.checkpoint,
        arguments.roots,
        arguments.compute,
        partial(protocol_to_look_at, arguments.preset),
    )
    return Viewer(arguments.config, _subject(loaded), live=False)


def _subject(loaded: LoadedRun) -> Subject:
    label = f"{loaded.run.label}, step {loaded.step}"
    folder = loaded.run.camera_paths_folder
    return Subject(label, loaded.renderer, lambda: loaded.windows, loaded.dataset, folder)
