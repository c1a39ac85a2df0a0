"""What looks at a training while it goes on: ``--vis``."""

from collections.abc import Callable
from typing import Any

from nersemble.data_manager.dataset import Dataset
from nersemble.runs import Run
from nersemble.training.loop import TrainingLoop
from nersemble.training.tracking import Tracker, make_tracker
from nersemble.viewer.config import ViewerConfig
from nersemble.viewer.pictures import Subject
from nersemble.viewer.viewer import Viewer

BetweenSteps = Callable[[int, float], None]
"""Gets the steps done and the seconds of the last one; the next step waits until it returns."""


def open_tracker(
    vis: str,
    config: ViewerConfig,
    run: Run,
    dataset: Dataset,
    trainer: TrainingLoop,
    description: dict[str, Any],
) -> tuple[Tracker, BetweenSteps]:
    """The tracker that ``vis`` asks for, and what is to be called between steps."""
    if vis != "viewer":
        return make_tracker(vis, run.folder, run.label, description), lambda step, seconds: None
    folder = run.camera_paths_folder
    subject = Subject(run.label, trainer.model, lambda: trainer.windows, dataset, folder)
    viewer = Viewer(config, subject, live=True)
    print(f"Viewer: {viewer.address}", flush=True)
    return viewer, viewer.between_steps
