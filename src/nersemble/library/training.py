"""Train in your own loop."""

import dataclasses
import threading
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

from nersemble.compute_options import Backend, ComputeOptions, Device
from nersemble.config import RunDescription, describe, to_json, unresolved, with_options
from nersemble.data_manager.capture import Capture
from nersemble.data_manager.dataset import dataset_of
from nersemble.env import resolve_root
from nersemble.evaluation.results import EvaluationResult
from nersemble.fields.windows import windows_for_rendering
from nersemble.geometry.camera import Camera
from nersemble.jobs.checkpointing import CheckpointSaver
from nersemble.jobs.loading import LoadedRun
from nersemble.jobs.picture_source import read_all
from nersemble.jobs.provenance import provenance_of, refuse_another_origin
from nersemble.jobs.resuming import refuse_contradictions, refuse_fewer_steps
from nersemble.jobs.training import model_of, open_trainer
from nersemble.jobs.training_setup import TrainingSetup, set_up_on
from nersemble.library.head import Head, Picture, RunName, find
from nersemble.presets import PRESETS, PresetName, preset_name, resolve_protocol
from nersemble.runs.checkpoints import load_checkpoint
from nersemble.runs.folders import Run, create_run, discard_run, run_locked
from nersemble.training.loop import StepReport


class Trainer:
    """Trains a head from a capture, step by step, in its own run folder.

    A context manager: leaving it, or :meth:`close`, releases the folder and removes it if nothing
    was saved. Up to ``max_cached_images`` pictures are kept in memory.
    """

    def __init__(
        self,
        capture: Capture,
        *,
        preset: PresetName = "default",
        name: str = "",
        resume: RunName | None = None,
        models_path: Path | str | None = None,
        device: Device = "auto",
        backend: Backend = "auto",
        **options: Any,
    ) -> None:
        """Create a run and read the pictures.

        Args:
            capture: from :func:`open_capture`, or of your own class.
            preset: the defaults of the options, as in ``nersemble train``.
            name: appended to the run's folder: NERS-N-name.
            resume: a run to continue from its newest checkpoint, with its preset, name and
                options.
            models_path: folder of the runs (default: NERSEMBLE_MODELS_PATH).
            device: auto (the GPU, if available), cpu or cuda.
            backend: auto uses the fused kernels on a GPU, plain torch elsewhere.
            **options: training options by name, such as ``max_steps=20_000`` or
                ``eval_cameras=("left",)``; docs/options.md lists them.

        Raises:
            NersembleError: the capture is damaged, an option does not exist or does not fit,
                training does not fit the GPU, or the run cannot be created.
        """
        compute = ComputeOptions(device, backend)
        with ExitStack() as stack:
            if resume is None:
                config = with_options(PRESETS[preset_name(preset, tuple(PRESETS))], options)
                who = (capture.participant, capture.sequence, name)
                setup = _set_up(capture, RunDescription(*who, preset, config), compute, new=True)
                run = create_run(resolve_root("models", models_path), name or None)
                stack.callback(discard_run, run)
                checkpoint = None
            else:
                run, _ = find(resume, models_path)
                setup = _resumed(run, capture, options, compute)
                checkpoint = load_checkpoint(run, -1)
                refuse_fewer_steps(run, checkpoint.step, setup.config.loop.max_steps)
                origin = (checkpoint, run, setup.config, setup.dataset)
                refuse_another_origin(*origin, anyway=False)
            stack.enter_context(run_locked(run))
            run.write_config(to_json(setup.description))
            model = model_of(setup, run, checkpoint)
            self._loop = stack.enter_context(
                open_trainer(setup, run, model, lambda: read_all(setup.in_memory), checkpoint)
            )
            self._stack = stack.pop_all()
        self._run, self._setup, self._lock = run, setup, threading.RLock()
        provenance = provenance_of(run, setup.description, setup.dataset)
        keep = setup.config.loop.keep_checkpoints
        self._saver = CheckpointSaver(run, self._loop, provenance, keep)

    def __enter__(self) -> "Trainer":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the run's folder, and remove it if nothing was saved."""
        self._stack.close()

    @property
    def folder(self) -> Path:
        """The run's folder."""
        return self._run.folder

    @property
    def n_steps(self) -> int:
        """Number of finished steps."""
        return self._loop.step

    @property
    def max_steps(self) -> int:
        """Number of steps in the schedules."""
        return self._setup.config.loop.max_steps

    def step(self) -> StepReport:
        """Run one step.

        Returns:
            Its losses, ``terms`` by name and their sum ``loss``, and ``psnr``, the batch's in dB.
            On a GPU they belong to a few steps earlier. A step with numbers that are not finite
            changes no parameter and is ``skipped``.
        """
        with self._lock:
            return self._loop.take_step()

    def save(self) -> Path:
        """Save a checkpoint for :func:`load`; return its path.

        Raises:
            CheckpointError: it cannot be written.
            DivergedError: a parameter is not finite.
        """
        with self._lock:
            return self._saver.save()

    @property
    def head(self) -> Head:
        """The current head; further steps change it."""
        setup, loop, field = self._setup, self._loop, self._loop.model.field
        windows = (loop.step, setup.config.windows, field.n_bands, field.n_tables)
        loaded = LoadedRun(
            self._run,
            setup.description,
            resolve_protocol("run", setup.description),
            setup.dataset,
            loop.renderer,
            loop.step,
            windows_for_rendering(*windows),
        )
        return Head(loaded, self._lock)

    def render(self, camera: Camera | str | int, timestep: float = 0) -> Picture:
        """Render the current head; see :meth:`Head.render`."""
        return self.head.render(camera, timestep)

    def evaluate(self, *, max_timesteps: int = 15) -> EvaluationResult:
        """Evaluate the current head on the held-out cameras; see :meth:`Head.evaluate`."""
        return self.head.evaluate(max_timesteps=max_timesteps)


def _set_up(
    capture: Capture, wanted: RunDescription, compute: ComputeOptions, *, new: bool
) -> TrainingSetup:
    dataset = dataset_of(capture, wanted.config.data)
    return set_up_on(dataset, wanted, compute, new=new)


def _resumed(
    run: Run, capture: Capture, options: dict[str, Any], compute: ComputeOptions
) -> TrainingSetup:
    """The resumed run's options; only options that do not change what is computed may differ."""
    saved = describe(run)
    wanted = dataclasses.replace(saved, config=with_options(saved.config, options))
    setup = _set_up(capture, wanted, compute, new=False)
    undecided = unresolved(saved.config, setup.dataset)
    refuse_contradictions(run, saved, setup.description, undecided)
    return setup
