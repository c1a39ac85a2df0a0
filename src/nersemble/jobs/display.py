"""Displays of a training run: curves and pictures in a tracker, or the live viewer."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from nersemble.data_manager.dataset import Dataset
from nersemble.env import Roots
from nersemble.errors import ConfigError, say
from nersemble.jobs.options import DisplayOptions
from nersemble.jobs.rendering import render_words
from nersemble.runs.folders import Run
from nersemble.training.loop import TrainingLoop
from nersemble.training.tracking import Tracker, make_tracker
from nersemble.viewer.pictures import Subject
from nersemble.viewer.viewer import Viewer


@dataclass(frozen=True)
class Display:
    """Receives the curves and pictures of a training run.
    between_steps: called with the finished steps and the seconds of the last one; the next step
    waits until it returns. after_last_step: returns when no page is open any more.
    """

    tracker: Tracker
    between_steps: Callable[[int, float], None]
    after_last_step: Callable[[], None]


def open_display(
    options: DisplayOptions,
    run: Run,
    dataset: Dataset,
    trainer: TrainingLoop,
    description: dict[str, Any],
    *,
    n_steps: int,
    roots: Roots,
    stays: bool,
) -> Display:
    """Open the tracker or the viewer that the options select; in the first process only.

    Args:
        description: content of the run's ``config.json``, which trackers store.
        n_steps: total number of steps.
        roots: folders of captures and models.
        stays: the viewer stays after the last step as long as a page is open.

    Raises:
        NersembleError: the tracker or the viewer cannot be opened.
    """
    vis = options.vis if trainer.world.leads else "none"
    if vis != "viewer":
        tracker = make_tracker(vis, run.folder, run.label, description)
        return Display(tracker, lambda *_: None, lambda: None)
    subject = Subject(
        run.label,
        trainer.renderer,
        lambda: trainer.windows,
        dataset,
        run.camera_paths_folder,
        partial(_render_command, run, roots),
    )
    viewer = Viewer(options.viewer, subject, n_steps=n_steps)
    say(f"Viewer: {viewer.address}", flush=True)
    after = partial(viewer.stay, partial(say, flush=True)) if stays else lambda: None
    return Display(viewer, viewer.between_steps, after)


def _render_command(run: Run, roots: Roots) -> list[str]:
    """The command that renders the newest checkpoint of a run in training."""
    if not run.checkpoint_steps():
        raise ConfigError("The training has saved no checkpoint yet: wait for the first one.")
    return render_words(run, roots)
