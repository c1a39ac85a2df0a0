"""What shows a training: curves and pictures in a tracker, or a page with the head itself."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nersemble.data_manager.dataset import Dataset
from nersemble.errors import say
from nersemble.jobs.options import DisplayOptions
from nersemble.runs.folders import Run
from nersemble.training.loop import TrainingLoop
from nersemble.training.tracking import Tracker, make_tracker
from nersemble.viewer.pictures import Subject
from nersemble.viewer.viewer import Viewer


@dataclass(frozen=True)
class Display:
    """What gets the figures and pictures of a training.

    between_steps: gets the steps done and the seconds of the last one; the next step waits until it
    returns.
    """

    tracker: Tracker
    between_steps: Callable[[int, float], None]


def open_display(
    options: DisplayOptions,
    run: Run,
    dataset: Dataset,
    trainer: TrainingLoop,
    description: dict[str, Any],
) -> Display:
    """The tracker or the viewer that the options ask for; in the first process only.

    Args:
        description: content of the run's ``config.json``, which trackers keep.

    Raises:
        NersembleError: the tracker or the viewer cannot be opened.
    """
    vis = options.vis if trainer.world.leads else "none"
    if vis != "viewer":
        return Display(make_tracker(vis, run.folder, run.label, description), lambda *_: None)
    folder = run.camera_paths_folder
    subject = Subject(run.label, trainer.renderer, lambda: trainer.windows, dataset, folder)
    viewer = Viewer(options.viewer, subject, live=True)
    say(f"Viewer: {viewer.address}", flush=True)
    return Display(viewer, viewer.between_steps)
