"""``nersemble view``: a page that shows a run from any side at any time."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import tyro

from nersemble.commands.options import (
    CheckpointStep,
    Device,
    Roots,
    RunName,
    choose_device,
    parse,
)
from nersemble.engines import Backend, Marcher, choose_kernels, use_packages
from nersemble.evaluation.protocol import RELEASE
from nersemble.jobs.loading import LoadedRun, load_run, under_protocol
from nersemble.viewer.config import ViewerConfig
from nersemble.viewer.pictures import Subject
from nersemble.viewer.viewer import Viewer

_DESCRIPTION = """Serve a page that shows a run: orbit the head, play its time, edit camera paths.

Example: nersemble view NERS-1
"""


@dataclass(frozen=True)
class ViewArguments:
    """The command line of the viewer."""

    run: RunName
    checkpoint: CheckpointStep = -1
    """Step of the checkpoint (-1: the newest)."""
    config: ViewerConfig = field(default_factory=ViewerConfig)
    preset: Literal["run", "default", "paper", "tiny"] = "run"
    """paper: windows fully open, no early termination, as the release; run: as the run was
    trained."""
    device: Device = "auto"
    """auto takes the GPU where there is one."""
    backend: Backend = "auto"
    """auto takes the fused Triton kernels on a GPU, plain torch elsewhere; tcnn takes the package
    tinycudann."""
    marcher: Marcher = "native"
    """nerfacc takes that package's ray marching, with the back ends torch and tcnn."""
    roots: Roots = field(default_factory=Roots)


def parse_view(argv: Sequence[str]) -> ViewArguments:
    """Parses the command line."""
    return parse(
        ViewArguments, argv, "view_nersemble.py", _DESCRIPTION, ViewArguments(tyro.MISSING)
    )


def main(argv: Sequence[str]) -> None:
    """Entry point: serves until Ctrl-C."""
    with open_viewer(parse_view(argv)) as viewer:
        print(f"Viewer: {viewer.address} (Ctrl-C ends it)", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print()


def open_viewer(arguments: ViewArguments) -> Viewer:
    """Opens the run and starts to serve it."""
    device = choose_device(arguments.device)
    models, data = arguments.roots.get("models"), arguments.roots.get("data")
    loaded = load_run(arguments.run, arguments.checkpoint, models=models, data=data, device=device)
    preset = loaded.description.preset if arguments.preset == "run" else arguments.preset
    if preset == "paper":
        loaded = under_protocol(loaded, RELEASE, data)
    described = loaded.description
    model_config, participant = described.config.model, described.participant
    backend, marcher = arguments.backend, arguments.marcher
    if choose_kernels(backend, device, model_config, participant, marcher):
        loaded.model.fuse()
    use_packages(loaded.model, backend, marcher)
    return Viewer(arguments.config, _subject(loaded), live=False)


def _subject(loaded: LoadedRun) -> Subject:
    label = f"{loaded.run.label}, step {loaded.step}"
    folder = loaded.run.camera_paths_folder
    return Subject(label, loaded.model, lambda: loaded.windows, loaded.dataset, folder)
