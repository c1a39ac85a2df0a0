"""The steps of a training run, and the logs, checkpoints and pictures between them."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from nersemble.data_manager.dataset import Dataset
from nersemble.errors import DivergedError, TrainingError, say
from nersemble.evaluation.metrics import psnr
from nersemble.geometry.world import SCALE_FACTOR
from nersemble.jobs.checkpointing import CheckpointSaver
from nersemble.jobs.display import Display
from nersemble.jobs.health import Health
from nersemble.machine import describe_machine, peak_memory
from nersemble.ops.colors import on_host, to_uint8
from nersemble.progress import Progress
from nersemble.runs.checkpoints import save_diagnosis
from nersemble.runs.folders import Run
from nersemble.runs.training_log import TrainingLogWriter
from nersemble.training.config import LoopConfig
from nersemble.training.interrupts import EXIT_UNFINISHED, Stopped
from nersemble.training.loop import StepReport, TrainingLoop

N_RAYS_EVAL = 4096
N_EVAL_TIMESTEPS = 3


class TrainingSteps:
    """Run a trainer to its last step."""

    def __init__(
        self,
        run: Run,
        dataset: Dataset,
        config: LoopConfig,
        trainer: TrainingLoop,
        display: Display,
        deadline: float,
        provenance: Mapping[str, Any],
    ) -> None:
        """``deadline`` is a time of :func:`time.monotonic`; ``provenance`` is stored in
        checkpoints."""
        self._run, self._dataset, self._config, self._trainer = run, dataset, config, trainer
        self._display, self._deadline = display, deadline
        self._saver = CheckpointSaver(run, trainer, provenance, config.keep_checkpoints)
        self._health = Health(trainer, dataset)
        self._rays_per_second = 0.0
        self._weight_of_newest = 1.0
        self._log: TrainingLogWriter | None = None
        if trainer.world.leads:
            machine = describe_machine(trainer.model.device)
            self._log = TrainingLogWriter(run.folder, trainer.step, machine)
        self._seconds_since_log, self._logged_step = 0.0, trainer.step

    def run(self) -> None:
        """Train to the last step, and save even after an error."""
        trainer, last = self._trainer, self._config.max_steps
        try:
            with Progress(last, "training", start=trainer.step, unit="step") as bar:
                trainer.run(last, lambda report: self._after_step(report, bar))
            self._display.after_last_step()
        except KeyboardInterrupt as stop:
            path = self._save_before_stopping()
            say(
                f"Stopped after step {trainer.step} ({str(stop) or 'Ctrl-C'}), saved {path}: go on "
                f"with --resume, or with --resume_run {self._run.run_id}."
            )
            raise
        except DivergedError:
            raise
        except TrainingError as error:
            tensors = trainer.tensors()
            if not trainer.world.leads:
                raise
            path = save_diagnosis(self._run, trainer.step, tensors, {"error": str(error)})
            raise TrainingError(f"{error} The state is in {path}.") from error
        finally:
            self._display.tracker.close()
        self._health.conclude()
        if self._health.counts:
            counts = (f"{name.replace('_', ' ')}: {n}" for name, n in self._health.counts.items())
            say(f"Trouble on the way (docs/trouble.md): {', '.join(counts)}.")

    def _save_before_stopping(self) -> Path:
        try:
            return self._saver.save()
        except DivergedError as error:
            # Otherwise it would be set back and continue, although it should stop.
            raise TrainingError(f"{error} The newest checkpoint is as it was.") from error

    def _after_step(self, report: StepReport, bar: Progress) -> None:
        loop, step = self._config, report.step
        now = report.n_rays / report.seconds
        self._rays_per_second += (now - self._rays_per_second) * self._weight_of_newest
        self._weight_of_newest = max(self._weight_of_newest / 2, 0.05)
        self._seconds_since_log += report.seconds
        bar.update(
            step,
            loss=report.loss,
            psnr=report.psnr,
            rays_per_second=self._rays_per_second,
            samples_per_ray=report.n_samples / report.n_rays,
        )
        self._health.look(report)
        if step % loop.steps_per_log == 0:
            self._record(report.measured_step, self._scalars(report))
        if self._log is not None and (step % loop.steps_per_save == 0 or step == loop.max_steps):
            self._log.sync()
        if step == loop.max_steps:
            self._saver.save_at_last()
        elif step % loop.steps_per_save == 0 or self._saver.is_overdue():
            self._saver.try_to_save()
        n_cameras = len(self._dataset.eval_cameras)
        if n_cameras and _is_due(step, loop.steps_per_eval_image):
            self._evaluate(n_cameras=1, n_timesteps=1)
        if n_cameras and _is_due(step, loop.steps_per_eval_all_images):
            score = self._evaluate(n_cameras=n_cameras, n_timesteps=N_EVAL_TIMESTEPS)
            self._saver.note_score(score)
        self._display.between_steps(step, report.seconds)
        if step < loop.max_steps and time.monotonic() >= self._deadline:
            self._trainer.stop(Stopped("--max_hours are over", EXIT_UNFINISHED))

    def _record(self, step: int, values: dict[str, float]) -> None:
        self._display.tracker.scalars(step, values)
        if self._log is not None:
            self._log.scalars(step, values)

    def _scalars(self, report: StepReport) -> dict[str, float]:
        seconds, self._seconds_since_log = self._seconds_since_log, 0.0
        n_steps, self._logged_step = report.step - self._logged_step, report.step
        memory = peak_memory(self._trainer.model.device)
        return {
            "train/seconds": seconds,
            "train/steps_per_second": n_steps / max(seconds, 1e-9),
            **{f"memory/{name}": value for name, value in memory.items()},
            "train/loss": report.loss,
            "train/psnr": report.psnr,
            **{f"train/loss_{name}": value for name, value in report.terms.items()},
            "train/rays_per_second": self._rays_per_second,
            "train/samples_per_ray": report.n_samples / report.n_rays,
            "train/rays_dropped": float(report.n_rays_dropped),
            "train/depth_spread_metres": report.depth_spread_world / SCALE_FACTOR,
            "grid/occupied": report.occupied,
            "schedule/window_hash_encodings": self._trainer.windows.hash,
            "schedule/window_deform": self._trainer.windows.deformation,
            **{f"trouble/{name}": float(n) for name, n in self._health.counts.items()},
        }

    def _evaluate(self, *, n_cameras: int, n_timesteps: int) -> float:
        """Render held-out pictures with the current model and log them beside the ground truth;
        return the mean PSNR. All processes take part, as each holds a part of the tables."""
        dataset, trainer = self._dataset, self._trainer
        last = dataset.splits.n_timesteps - 1
        timesteps = sorted({round(last * i / max(n_timesteps - 1, 1)) for i in range(n_timesteps)})
        scores = []
        for index in range(n_cameras):
            for timestep in timesteps:
                camera = dataset.eval_cameras[index]
                image = trainer.renderer.image(camera, timestep, trainer.windows, N_RAYS_EVAL)
                truth = dataset.truth(dataset.splits.eval_serials[index], timestep)
                rgb = on_host(image.rgb)
                scores.append(psnr(rgb, truth.rgb))
                both = np.concatenate([truth.rgb, rgb], 1)
                name = f"eval/cam_{index}_{timestep:05d}"
                self._display.tracker.image(trainer.step, name, to_uint8(both, "truncate"))
        mean = float(np.mean(scores))
        self._record(trainer.step, {"eval/psnr": mean})
        return mean


def _is_due(step: int, interval: int) -> bool:
    """Whether something is due that happens every ``interval`` steps (0: never)."""
    return interval > 0 and step % interval == 0
