"""``nersemble train``: trains one head of one sequence."""

import dataclasses
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
import tyro

from nersemble.commands.arguments import (
    Device,
    Participant,
    Roots,
    Sequence_,
    choose_device,
    parse,
    peek,
    preset_name,
)
from nersemble.commands.backends import Backend, Marcher, choose_kernels, use_packages
from nersemble.commands.launches import claim, make_run, run_to_continue
from nersemble.commands.runs_on_disk import build_model, describe, restored_model
from nersemble.commands.stores import StoreChoice, prepare_pictures
from nersemble.commands.trainers import check_gpu_memory, open_trainer
from nersemble.config import (
    RunConfig,
    RunDescription,
    as_defaults,
    differences,
    resolve,
    to_json,
)
from nersemble.data_manager.dataset import Dataset, open_dataset
from nersemble.data_manager.frame_store import FrameStore, PixelStore
from nersemble.distributed import world
from nersemble.errors import ConfigError, TrainingError
from nersemble.evaluation.metrics import psnr, to_uint8
from nersemble.losses.total import LossConfig
from nersemble.presets import PRESETS, PresetName
from nersemble.rendering.image import render_image
from nersemble.runs import (
    Run,
    discard_run,
    find_run,
    load_checkpoint,
    save_checkpoint,
    save_diagnosis,
    set_later_checkpoints_aside,
)
from nersemble.training.loop import StepReport, TrainingLoop
from nersemble.training.tracking import Tracker, TrainingProgress, make_tracker

_DESCRIPTION = """Train a head: the capture of participant ID, sequence SEQUENCE.

Example: nersemble train 85 SEN-01-port_strong_smokey --name first
"""

# Options that may change when a run goes on, because they do not change what is computed.
_OPERATIONAL = frozenset(
    {
        "max_steps", "max_cached_images", "steps_per_save", "keep_checkpoints", "steps_per_log",
        "steps_per_eval_image", "steps_per_eval_all_images",
    }
)  # fmt: skip
_LOADING_THREADS = 4
_N_RAYS_EVAL = 4096
_N_EVAL_TIMESTEPS = 3

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class TrainArguments:
    """The command line of training."""

    participant: Participant
    sequence: Sequence_
    config: RunConfig = field(default_factory=RunConfig)
    name: str = ""
    """Appended to the run's folder: NERS-N-name."""
    preset: PresetName = "default"
    """paper: the release to the letter; default: its quirks mended; tiny: two CPU cores."""
    vis: Literal["wandb", "tensorboard", "none", "viewer"] = "wandb"
    """Where curves and pictures go; wandb works offline without a login. The original's live
    viewer is not in this version: asking for it is an error."""
    resume_run: str = ""
    """Continue this run (NERS-N) in its folder up to its last step."""
    resume_checkpoint: int = -1
    """Step of the checkpoint to continue from (-1: the newest)."""
    device: Device = "auto"
    """auto takes the GPU where there is one."""
    backend: Backend = "auto"
    """auto takes the fused Triton kernels on a GPU, plain torch elsewhere; tcnn takes the package
    tinycudann."""
    marcher: Marcher = "native"
    """nerfacc takes that package's ray marching, with the back ends torch and tcnn."""
    frame_store: StoreChoice = "auto"
    """packed: pictures are decoded once into files that are mapped into memory; memory: decoded at
    every start and kept in RAM; auto: packed if that would take a quarter of the RAM, or if they
    are packed already. The pixels are the same."""
    store_path: Path | None = None
    """Folder of packed pictures (default: .nersemble-store in the folder of the captures or, where
    that cannot be written, in that of the runs)."""
    roots: Roots = field(default_factory=Roots)


def parse_train(argv: Sequence[str]) -> TrainArguments:
    """Parses the command line; a preset or the resumed run gives the defaults.

    Raises:
        ConfigError: the preset does not exist, or differs from the resumed run's; or a checkpoint
            is named but no run.
    """
    early = peek(argv, "preset", "resume_run", "models_path")
    preset = preset_name(early["preset"], tuple(PRESETS))
    if not early["resume_run"]:
        default = TrainArguments(tyro.MISSING, tyro.MISSING, config=PRESETS[preset], preset=preset)
        arguments = parse(TrainArguments, argv, "train_nersemble.py", _DESCRIPTION, default)
        if arguments.resume_checkpoint != -1:
            raise ConfigError(
                f"--resume_checkpoint {arguments.resume_checkpoint} needs --resume_run: say which "
                "run it belongs to."
            )
        return arguments
    saved = _saved_description(early["resume_run"], early["models_path"])
    if early["preset"] not in (None, saved.preset):
        raise ConfigError(
            f"--preset {preset} contradicts run {early['resume_run']}, which was started with "
            f"--preset {saved.preset}: leave it out."
        )
    default = TrainArguments(
        saved.participant,
        saved.sequence,
        config=as_defaults(saved.config),
        name=saved.name,
        preset=preset_name(saved.preset, tuple(PRESETS)),
    )
    return parse(TrainArguments, argv, "train_nersemble.py", _DESCRIPTION, default)


def _saved_description(resume_run: str, models_path: str | None) -> RunDescription:
    roots = Roots(models_path=Path(models_path) if models_path else None)
    return describe(find_run(roots.get("models"), resume_run))


def main(argv: Sequence[str]) -> None:
    """Entry point: parses and trains."""
    train(parse_train(argv))


def train(arguments: TrainArguments) -> Run:
    """Trains a new run, or goes on with one; returns it.

    Raises:
        NersembleError: a user's mistake, or training that cannot go on.
    """
    if arguments.vis == "viewer":
        raise ConfigError(
            "--vis viewer is not in this version of nersemble: watch the training with --vis "
            "tensorboard or --vis wandb."
        )
    team, device = world(), choose_device(arguments.device)
    data_root, models_root = arguments.roots.get("data"), arguments.roots.get("models")
    resumed, restarted = run_to_continue(models_root, arguments.resume_run)
    if resumed is not None:
        # Before the capture is looked for: it may be another one, which is not there.
        saved = describe(resumed)
        _refuse_contradictions(resumed, saved, _describe(arguments, saved.config))
    dataset = open_dataset(
        data_root, arguments.participant, arguments.sequence, arguments.config.data
    )
    config = resolve(arguments.config, dataset)
    backend, marcher = arguments.backend, arguments.marcher
    fused = choose_kernels(backend, device, config.model, arguments.participant, marcher)
    in_memory = dataset.train_store(_LOADING_THREADS)
    frame_budget = check_gpu_memory(config, in_memory, device, team) if fused else 0
    description = _describe(arguments, config)
    tensors: dict[str, torch.Tensor] = {}
    step = 0
    if resumed is not None:
        _refuse_contradictions(resumed, _with_held_out(saved, config), description)
    # What was restarted before its first checkpoint begins anew.
    if resumed is not None and (resumed.checkpoint_steps() or not restarted):
        checkpoint = load_checkpoint(resumed, -1 if restarted else arguments.resume_checkpoint)
        tensors, step = checkpoint.tensors, checkpoint.step
        model = restored_model(description, tensors, checkpoint.path, device)
        _refuse_fewer_steps(resumed, step, config.loop.max_steps)
    else:
        model = build_model(arguments.participant, config, dataset.splits.n_timesteps, device)
    run = resumed or make_run(models_root, arguments.name)
    # Also when a run goes on: an imported one does not know what its cameras see.
    model.grid.cull(dataset.train_cameras)
    use_packages(model, backend, marcher)
    if team.leads:
        set_later_checkpoints_aside(run, step)
        run.write_config(to_json(description))
        claim(run)
    where = f"{device}{f' in {team.size} processes' if team.size > 1 else ''}"
    print(f"{run.label}: participant {arguments.participant}, {arguments.sequence}, on {where}")
    store = _read_pictures(arguments, dataset, in_memory, None if resumed else run)
    with open_trainer(
        config, model, store, dataset.train_cameras,
        fused=fused, frame_budget_bytes=frame_budget, world=team,
    ) as trainer:  # fmt: skip
        trainer.restore(step, tensors)
        del tensors
        _mention_missing_depth(store, config.losses)
        _Session(run, dataset, config, trainer).run(arguments.vis, to_json(description))
    print(f"Trained {trainer.step} steps: {run.folder}")
    return run


def _read_pictures(
    arguments: TrainArguments, dataset: Dataset, in_memory: FrameStore, new_run: Run | None
) -> PixelStore:
    """Reads or packs them. Where that fails nothing was trained: a new run uses up neither folder
    nor number."""
    try:
        # What the first process has packed need not be packed again.
        with world().first_before_others():
            return prepare_pictures(
                dataset,
                in_memory,
                arguments.frame_store,
                arguments.config.data.color_rounding,
                arguments.store_path,
                arguments.roots,
            )
    except BaseException:
        if new_run is not None and world().leads:
            discard_run(new_run)
        raise


def _describe(arguments: TrainArguments, config: RunConfig) -> RunDescription:
    return RunDescription(
        arguments.participant, arguments.sequence, arguments.name, arguments.preset, config
    )


def _with_held_out(saved: RunDescription, config: RunConfig) -> RunDescription:
    """An imported run does not name its held-out cameras: they are the capture's."""
    data = saved.config.data
    held_out = data.eval_cameras or config.data.eval_cameras
    data = dataclasses.replace(data, eval_cameras=held_out)
    return dataclasses.replace(saved, config=dataclasses.replace(saved.config, data=data))


def _refuse_contradictions(run: Run, saved: RunDescription, given: RunDescription) -> None:
    """Raises ConfigError where what was asked for differs from what the run was started with."""
    wrong = [
        f"{label} {getattr(given, name)!r} (saved: {getattr(saved, name)!r})"
        for label, name in (("ID", "participant"), ("SEQUENCE", "sequence"), ("--name", "name"))
        if getattr(saved, name) != getattr(given, name)
    ]
    wrong += [
        f"--{name} {new} (saved: {old})"
        for name, (old, new) in differences(saved.config, given.config).items()
        if name not in _OPERATIONAL
    ]
    if wrong:
        raise ConfigError(
            f"These options contradict run {run.label}, which cannot change them: "
            f"{', '.join(wrong)}; leave them out, or start a new run without --resume_run."
        )


def _refuse_fewer_steps(run: Run, step: int, max_steps: int) -> None:
    if max_steps < step:
        raise ConfigError(
            f"--max_steps {max_steps} is below the {step} steps that {run.label} has done: give "
            "more, or an older --resume_checkpoint."
        )


def _mention_missing_depth(store: PixelStore, losses: LossConfig) -> None:
    """Says so where depth supervision was asked for and there is nothing to do it with."""
    wanted = losses.lambda_empty_loss + losses.lambda_near_loss + losses.lambda_depth_loss > 0
    if wanted and all(store.frame(camera, 0).depth is None for camera in range(store.n_cameras)):
        _logger.info(
            "The capture has no depth maps: training goes on without depth supervision, and the "
            "empty, near and depth losses are 0."
        )


class _Session:
    """What happens around the trainer's steps: display, log, checkpoints, pictures."""

    def __init__(
        self, run: Run, dataset: Dataset, config: RunConfig, trainer: TrainingLoop
    ) -> None:
        self._run, self._dataset, self._config, self._trainer = run, dataset, config, trainer
        self._leads = trainer.world.leads
        self._rays_per_second = 0.0
        self._weight_of_newest = 1.0

    def run(self, vis: str, config: dict[str, Any]) -> None:
        """Trains to the last step, and saves whatever happens."""
        trainer, last = self._trainer, self._config.loop.max_steps
        vis = vis if self._leads else "none"
        tracker = make_tracker(vis, self._run.folder, self._run.label, config)
        try:
            with TrainingProgress(trainer.step, last) as bar:
                trainer.run(last, lambda report: self._after_step(report, bar, tracker))
        except KeyboardInterrupt:
            path = self._save()
            print(
                f"Stopped after step {trainer.step}, saved {path}: go on with --resume_run "
                f"{self._run.run_id}."
            )
            raise
        except TrainingError as error:
            tensors = trainer.tensors()
            if not self._leads:
                raise
            path = save_diagnosis(self._run, trainer.step, tensors, {"error": str(error)})
            raise TrainingError(f"{error} The state is in {path}.") from error
        finally:
            tracker.close()

    def _after_step(self, report: StepReport, bar: TrainingProgress, tracker: Tracker) -> None:
        loop, step = self._config.loop, report.step
        now = report.n_rays / report.seconds
        self._rays_per_second += (now - self._rays_per_second) * self._weight_of_newest
        self._weight_of_newest = max(self._weight_of_newest / 2, 0.05)
        bar.update(
            step,
            loss=report.loss,
            psnr=report.psnr,
            rays_per_second=self._rays_per_second,
            samples_per_ray=report.n_samples / report.n_rays,
        )
        if step % loop.steps_per_log == 0:
            tracker.scalars(report.measured_step, self._scalars(report))
        if step % loop.steps_per_save == 0 or step == loop.max_steps:
            self._save()
        if loop.steps_per_eval_image and step % loop.steps_per_eval_image == 0:
            self._evaluate(tracker, n_cameras=1, n_timesteps=1)
        if loop.steps_per_eval_all_images and step % loop.steps_per_eval_all_images == 0:
            n_cameras = len(self._dataset.eval_cameras)
            self._evaluate(tracker, n_cameras=n_cameras, n_timesteps=_N_EVAL_TIMESTEPS)

    def _scalars(self, report: StepReport) -> dict[str, float]:
        return {
            "train/loss": report.loss,
            "train/psnr": report.psnr,
            **{f"train/loss_{name}": value for name, value in report.terms.items()},
            "train/rays_per_second": self._rays_per_second,
            "train/samples_per_ray": report.n_samples / report.n_rays,
            "train/rays_dropped": float(report.n_rays_dropped),
            "grid/occupied": report.occupied,
            "schedule/window_hash_encodings": self._trainer.windows.hash,
            "schedule/window_deform": self._trainer.windows.deformation,
        }

    def _save(self) -> Path | None:
        """All processes put the state together, the first writes it while the others wait."""
        self._trainer.check_finite_parameters()
        tensors, path = self._trainer.tensors(), None
        if self._leads:
            path = save_checkpoint(
                self._run,
                self._trainer.step,
                tensors,
                {"n_timesteps": self._dataset.splits.n_timesteps},
                keep=self._config.loop.keep_checkpoints,
            )
        return self._trainer.world.first(path)

    def _evaluate(self, tracker: Tracker, *, n_cameras: int, n_timesteps: int) -> None:
        """Renders held-out pictures with the current model and logs them beside the truth. All
        processes do, as each holds a part of the tables."""
        dataset, trainer = self._dataset, self._trainer
        last = dataset.splits.n_timesteps - 1
        timesteps = sorted({round(last * i / max(n_timesteps - 1, 1)) for i in range(n_timesteps)})
        scores = []
        for index in range(n_cameras):
            for timestep in timesteps:
                camera = dataset.eval_cameras[index]
                image = render_image(trainer.model, camera, timestep, trainer.windows, _N_RAYS_EVAL)
                truth = dataset.truth(dataset.splits.eval_serials[index], timestep)
                scores.append(psnr(image.rgb.numpy(), truth.rgb))
                both = np.concatenate([truth.rgb, image.rgb.numpy()], 1)
                tracker.image(trainer.step, f"eval/cam_{index}_{timestep:05d}", to_uint8(both))
        tracker.scalars(trainer.step, {"eval/psnr": float(np.mean(scores))})
