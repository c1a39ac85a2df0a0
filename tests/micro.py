"""Trainings of a second: options that make the model tiny, and a folder tree to run commands in."""

import logging
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file
from torch import Tensor

from captures import PARTICIPANT, SEQUENCE, picture_path, write_tiny_capture
from nersemble.cli import main
from nersemble.commands.train import parse_train
from nersemble.compute_options import ComputeOptions
from nersemble.config import RunConfig, resolve
from nersemble.data_manager.dataset import Dataset, open_dataset
from nersemble.data_manager.rig import SERIALS
from nersemble.env import Roots
from nersemble.jobs.loading import LoadedRun, build_model, open_run
from nersemble.rays.pixel_sampler import PixelSampler
from nersemble.rendering.renderer import TorchRenderer
from nersemble.runs.folders import Run, find_run
from nersemble.training.trainer import Trainer

# Every window, schedule and interval of the method is passed through within a few steps.
MICRO_OPTIONS: Mapping[str, str] = {
    "preset": "tiny",
    "n_train_rays": "64",
    "images_per_batch": "6",
    "timesteps_per_batch": "2",
    "n_hash_encodings": "2",
    "log2_hashmap_size": "8",
    "n_levels": "3",
    "growth": "1.6",
    "latent_dim_time_deform": "4",
    "mlp_num_layers": "2",
    "mlp_layer_width": "16",
    "grid_resolution": "16",
    "occ_update_interval": "2",
    "occ_warmup_steps": "4",
    "occ_decay": "0.9",
    "occ_thre": "0.05",
    "render_step_size": "0.3",
    "alpha_thre": "0.001",
    "max_n_samples_per_batch": "-1",
    "window_deform_end": "6",
    "window_hash_encodings_begin": "2",
    "window_hash_encodings_end": "6",
    "eps_depth_end_step": "6",
    "lr_main": "0.01",
    "lr_main_decay": "0.5",
    "lr_decay_steps": "3",
    "lambda_alpha_loss": "0.05",
    "max_steps": "6",
    "steps_per_save": "1000",
    "keep_checkpoints": "10",
    "steps_per_eval_image": "0",
    "steps_per_eval_all_images": "0",
    "vis": "none",
    "device": "cpu",
}

# 40 x 58 pixels: enough for every metric.
SCALE = 55
CAPTURE_SERIALS = SERIALS[:5]
EVAL_SERIAL = SERIALS[3]
FRAME_NUMBERS = (0, 1, 2)


@contextmanager
def logging_kept() -> Iterator[None]:
    """Undoes what commands do to the process's logging: their stream is the test's own."""
    root, ours = logging.getLogger(), logging.getLogger("nersemble")
    handlers, levels = root.handlers[:], (root.level, ours.level)
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(levels[0])
        ours.setLevel(levels[1])


def run_command(*argv: object) -> int:
    """``nersemble ARGV``, in this process; returns the exit status."""
    with logging_kept():
        return main([str(argument) for argument in argv])


def micro_options(**changes: object) -> list[str]:
    """The options as a command line; a change to None leaves one out, booleans are flags."""
    argv: list[str] = []
    for name, value in (MICRO_OPTIONS | changes).items():
        if value is True or value is False:
            argv.append(f"--{name}" if value else f"--no-{name}")
        elif value is not None:
            argv += [f"--{name}", str(value)]
    return argv


def micro_config(**changes: object) -> RunConfig:
    """The configuration that the options give."""
    return parse_train([str(PARTICIPANT), SEQUENCE, *micro_options(**changes)]).config


# What people have elsewhere, beside what the tests have.
_STAND_INS = {
    "85": str(PARTICIPANT),
    "18": str(PARTICIPANT),
    "SEN-01-port_strong_smokey": SEQUENCE,
    "EMO-1-shout+laugh": SEQUENCE,
    "12": str(len(FRAME_NUMBERS) - 1),
    "222200037": CAPTURE_SERIALS[0],
    "222200040": EVAL_SERIAL,
}
# Only how long it takes, and what it looks like.
_SMALLER = {
    "train": micro_options(),
    "evaluate": ["--max_eval_timesteps", "1", "--report_orbit_frames", "2", "--device", "cpu"],
    "render": ["--seconds", "0.1", "--fps", "10", "--downscale_factor", "100", "--device", "cpu"],
    "export": [
        "--resolution",
        "32",
        "--density_threshold",
        "0.01",
        "--downscale_factor",
        "100",
        "--device",
        "cpu",
    ],
    "data synthesize": ["--width", "55", "--height", "80", "--n_timesteps", "1", "--workers", "1"],
}


def with_stand_ins(command: str, words: list[str]) -> list[str]:
    """A documented command line, so that it runs in a workspace within a second or so."""
    return [*(_STAND_INS.get(word, word) for word in words), *_SMALLER.get(command, [])]


@dataclass(frozen=True)
class Workspace:
    """A folder with captures, models and renders, and the commands on them."""

    root: Path

    @property
    def captures(self) -> Path:
        """The data folder."""
        return self.root / "captures"

    @property
    def participant(self) -> Path:
        """The one participant's folder."""
        return self.captures / f"{PARTICIPANT:03d}"

    @property
    def models(self) -> Path:
        """The models folder."""
        return self.root / "models"

    @property
    def renders(self) -> Path:
        """The renders folder."""
        return self.root / "renders"

    @property
    def run_labels(self) -> list[str]:
        """The runs there are."""
        folder = self.models / "nersemble"
        return sorted(p.name for p in folder.iterdir()) if folder.is_dir() else []

    def run(self, name: str = "NERS-1") -> Run:
        """A run by name."""
        return find_run(self.models, name)

    def tensors(self, step: int, name: str = "NERS-1") -> dict[str, Tensor]:
        """All tensors of a checkpoint, straight from its file."""
        return load_file(self.run(name).checkpoints_folder / f"step-{step:09d}.safetensors")

    def train(
        self, *, participant: int = PARTICIPANT, sequence: str = SEQUENCE, **changes: object
    ) -> int:
        """Starts a training; changes are options. Returns the exit status."""
        roots = self._roots("data", "models")
        return run_command("train", participant, sequence, *roots, *micro_options(**changes))

    def resume(self, run: str = "NERS-1", *options: object) -> int:
        """Goes on with a training, with no option but these; returns the exit status."""
        roots = self._roots("data", "models")
        rest = ["--resume_run", run, "--vis", "none", "--device", "cpu", *options]
        return run_command("train", *roots, *rest)

    def evaluate(self, run: str = "NERS-1", *arguments: object) -> int:
        """Evaluates; returns the exit status."""
        roots = self._roots("data", "models")
        fast = ["--device", "cpu", "--report_orbit_frames", "2"]
        return run_command("evaluate", run, *roots, *fast, *arguments)

    def render(self, run: str = "NERS-1", *arguments: object) -> int:
        """Renders two pictures at 22 x 32; returns the exit status."""
        size = ["--seconds", "0.25", "--fps", "8", "--downscale_factor", "100"]
        roots = self._roots("data", "models", "renders")
        return run_command("render", run, *size, *roots, "--device", "cpu", *arguments)

    def _roots(self, *names: str) -> list[str]:
        folders = {"data": self.captures, "models": self.models, "renders": self.renders}
        return [text for name in names for text in (f"--{name}_path", str(folders[name]))]


def make_workspace(root: Path, capture: Path) -> Workspace:
    """A workspace with a copy of a capture's folder."""
    shutil.copytree(capture, root / "captures")
    return Workspace(root)


def write_capture(root: Path, **changes: Any) -> Path:
    """The capture of these tests; the keyword arguments are ``write_tiny_capture``'s."""
    settings: dict[str, Any] = {
        "serials": CAPTURE_SERIALS,
        "frame_numbers": FRAME_NUMBERS,
        "scale": SCALE,
    }
    return write_tiny_capture(root, **(settings | changes))


def paint(participant: Path, color: tuple[int, int, int]) -> None:
    """Gives all pictures one colour, so that there is something simple to learn."""
    for number in FRAME_NUMBERS:
        for serial in CAPTURE_SERIALS:
            path = picture_path(participant, serial, number)
            with Image.open(path) as picture:
                size = picture.size
            Image.fromarray(np.full((size[1], size[0], 3), color, np.uint8)).save(path)


def make_trainer(root: Path, **changes: object) -> tuple[Trainer, Dataset]:
    """A trainer of the micro model on the capture in a data folder, without any command."""
    given = micro_config(**changes)
    dataset = open_dataset(root, PARTICIPANT, SEQUENCE, given.data)
    config = resolve(given, dataset)
    model = build_model(PARTICIPANT, config, dataset.splits.n_timesteps, torch.device("cpu"))
    model.grid.cull(dataset.train_cameras)
    store = dataset.train_store(1)
    sampler = PixelSampler(store, dataset.train_cameras, config.sampler, config.loop.seed)
    return Trainer(config.trainer, TorchRenderer(model), sampler), dataset


def open_on_cpu(name: str, step: int, *, models: Path, data: Path, **options: Any) -> LoadedRun:
    """A run below these folders, rendered by plain torch; the options are those of open_run."""
    compute = ComputeOptions(device="cpu", backend="torch")
    return open_run(name, step, Roots(data, models), compute, **options)


def differing(first: Mapping[str, Tensor], second: Mapping[str, Tensor]) -> list[str]:
    """Names of the tensors that are not the same bit by bit."""
    return sorted(
        name
        for name in first.keys() | second.keys()
        if name not in first
        or name not in second
        or first[name].dtype != second[name].dtype
        or not torch.equal(first[name].cpu(), second[name].cpu())
    )


def files_below(folder: Path) -> dict[str, bytes]:
    """Every file's content by its path within the folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
