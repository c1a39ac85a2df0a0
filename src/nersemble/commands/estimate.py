"""``nersemble estimate``: what a training will take, before it is started."""

import dataclasses
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import torch
import tyro

from nersemble.command_line import parse, peek
from nersemble.commands.train import TrainArguments, picture_source
from nersemble.config import RunConfig, resolve
from nersemble.data_manager.dataset import Dataset, open_dataset
from nersemble.data_manager.frame_store import FrameStore, PixelStore
from nersemble.engines import choose_device, choose_engine
from nersemble.errors import ConfigError
from nersemble.jobs.estimating import (
    MeasuredTraining,
    RepeatedPictures,
    calibrate,
    checkpoint_bytes,
    sample_of,
)
from nersemble.jobs.loading import build_model
from nersemble.jobs.picture_source import LOADING_THREADS
from nersemble.jobs.steps import N_EVAL_TIMESTEPS
from nersemble.machine import (
    available_memory,
    existing_part,
    free_disk,
    gib,
    peak_ram,
)
from nersemble.presets import PRESETS, preset_name
from nersemble.rendering.head_model import HeadModel
from nersemble.training.memory import TrainingMemory

_DESCRIPTION = """Say what a training takes of GPU memory, RAM, disk and time on this machine.

Takes the options of train, and tries the training for --measure_seconds. No run is made.

Example: nersemble estimate 85 SEN-01-port_strong_smokey --n_hash_encodings 16
"""


# With the preset tiny, 90 measured steps gave 1.7 times the time, 237 gave 1.05 times.
_FEW_STEPS = 200


@dataclass(frozen=True)
class EstimateArguments(TrainArguments):
    """The command line of the estimate: training's and what follows."""

    measure_seconds: float = 20.0
    """How long to train for the estimate of the time (0: not, the time is not estimated)."""
    json: bool = False
    """Print JSON, in bytes and seconds."""


@dataclass(frozen=True)
class Estimate:
    """What a training takes, in bytes and seconds.

    gpu: memory held on the GPU, CUDA's own included, computed before anything is allocated; 0
        without fused kernels.
    gpu_allocated, gpu_held: what torch gave out at most and what the process held in the measured
        steps; 0 without a GPU or measurement.
    ram: at most, with the pictures; pictures: their part of it.
    checkpoint: one of them; checkpoints: those that stay; store: packed pictures still to be
        written. While a checkpoint is saved there is one more.
    seconds: of the training; None if it was not measured.
    starting, reading, steps, saving, rendering: its parts; compiling: what it would be longer
        if this estimate had not just compiled kernels that were not in Triton's cache.
    n_steps: steps that were measured.
    """

    gpu: int
    gpu_allocated: int
    gpu_held: int
    ram: int
    pictures: int
    checkpoint: int
    checkpoints: int
    store: int
    seconds: float | None = None
    starting: float = 0.0
    reading: float = 0.0
    steps: float = 0.0
    saving: float = 0.0
    rendering: float = 0.0
    compiling: float = 0.0
    n_steps: int = 0


def parse_estimate(argv: Sequence[str]) -> EstimateArguments:
    """Parses the command line; a preset gives the defaults.

    Raises:
        ConfigError: the preset does not exist, or a run is to be resumed or divided.
    """
    early = peek(argv, "preset", "resume_run")
    if early["resume_run"]:
        raise ConfigError(
            f"An estimate is of a training from its beginning: leave out --resume_run "
            f"{early['resume_run']}."
        )
    preset = preset_name(early["preset"], tuple(PRESETS))
    default = EstimateArguments(tyro.MISSING, tyro.MISSING, config=PRESETS[preset], preset=preset)
    arguments = parse(EstimateArguments, argv, "nersemble estimate", _DESCRIPTION, default)
    if arguments.segments.segment_timesteps:
        raise ConfigError(
            "An estimate is of one model: leave out --segment_timesteps, and choose the timesteps "
            "of a segment with --start_timestep and --n_timesteps."
        )
    if arguments.measure_seconds < 0:
        raise ConfigError(
            f"--measure_seconds is {arguments.measure_seconds}, but must be 0 (not) or more."
        )
    return arguments


def main(argv: Sequence[str]) -> None:
    """Entry point: estimates and prints.

    Raises:
        ConfigError: the training does not fit this machine.
    """
    arguments = parse_estimate(argv)
    found = estimate(arguments)
    if arguments.json:
        print(json.dumps(dataclasses.asdict(found), indent=2))
    else:
        print(table(found, arguments))
    _refuse_too_much(found, arguments)


def estimate(arguments: EstimateArguments) -> Estimate:
    """Estimates; needs the capture and, unless the time is left out, what training needs.

    Raises:
        NersembleError: training with these options would fail, too.
    """
    began = time.perf_counter()
    compute = arguments.compute
    device = choose_device(compute.device)
    dataset = open_dataset(
        arguments.roots.get("data"),
        arguments.participant,
        arguments.sequence,
        arguments.config.data,
    )
    config = resolve(arguments.config, dataset)
    engine = choose_engine(compute, device, config.model, arguments.participant, to_train=True)
    in_memory = dataset.train_store(LOADING_THREADS)
    gpu = engine.training_memory(config, in_memory, device)
    model = build_model(arguments.participant, config, dataset.splits.n_timesteps, device)
    model.grid.cull(dataset.train_cameras)
    opening = time.perf_counter() - began
    one_checkpoint = checkpoint_bytes(model, engine)
    with _sample(arguments, dataset, in_memory) as sample:
        measured = None
        if arguments.measure_seconds > 0:
            measured = calibrate(
                config,
                model,
                dataset,
                RepeatedPictures(sample.store, in_memory.n_timesteps, in_memory.holds_everything),
                arguments.roots.get("models"),
                arguments.measure_seconds,
                engine=engine,
                frame_budget_bytes=gpu.frames if gpu else 0,
            )
        found = _without_time(
            config, dataset, one_checkpoint, _ram(model, measured), sample, measured, gpu
        )
    if measured is None:
        return found
    starting = opening + measured.opening_seconds
    rendering = measured.picture_seconds * _n_pictures(config, dataset)
    saving = measured.save_seconds * len(_saved_steps(config, dataset))
    reading = sample.seconds * in_memory.n_timesteps / sample.store.n_timesteps
    return dataclasses.replace(
        found,
        seconds=starting + reading + measured.steps_seconds + rendering + saving,
        starting=starting,
        reading=reading,
        steps=measured.steps_seconds,
        saving=saving,
        rendering=rendering,
        compiling=measured.compiling_seconds,
        n_steps=measured.n_steps,
    )


def _without_time(
    config: RunConfig,
    dataset: Dataset,
    one_checkpoint: int,
    ram: int,
    sample: "_Sample",
    measured: MeasuredTraining | None,
    gpu: TrainingMemory | None,
) -> Estimate:
    n_saves = len(_saved_steps(config, dataset))
    return Estimate(
        gpu=gpu.total if gpu else 0,
        gpu_allocated=measured.gpu_allocated if measured else 0,
        gpu_held=gpu.context + measured.gpu_reserved if gpu and measured else 0,
        ram=ram + sample.ram_of_the_rest,
        pictures=sample.ram,
        checkpoint=one_checkpoint,
        checkpoints=one_checkpoint * min(n_saves, config.loop.keep_checkpoints),
        store=sample.disk,
    )


def _saved_steps(config: RunConfig, dataset: Dataset) -> set[int]:
    """Steps after which training saves: regularly, where it scores the state, and at the end."""
    loop = config.loop
    intervals = [loop.steps_per_save]
    intervals += [loop.steps_per_eval_all_images] if dataset.eval_cameras else []
    last = loop.max_steps
    regular = (range(interval, last, interval) for interval in intervals if interval)
    return {last, *chain.from_iterable(regular)}


def _n_pictures(config: RunConfig, dataset: Dataset) -> int:
    """Held-out pictures that training renders along the way."""
    loop = config.loop
    n_cameras, n_timesteps = len(dataset.eval_cameras), dataset.splits.n_timesteps
    one = loop.max_steps // loop.steps_per_eval_image if loop.steps_per_eval_image else 0
    all_ = loop.max_steps // loop.steps_per_eval_all_images if loop.steps_per_eval_all_images else 0
    return min(n_cameras, 1) * one + n_cameras * min(n_timesteps, N_EVAL_TIMESTEPS) * all_


def _ram(model: HeadModel, measured: MeasuredTraining | None) -> int:
    """Of the process without further pictures. Without measurement there are no gradients and
    moments yet, which on the CPU are three times the parameters."""
    if measured is not None:
        return measured.peak_ram
    parameters = sum(p.nbytes for p in model.parameters())
    return peak_ram() + (3 * parameters if model.device.type == "cpu" else 0)


@dataclass(frozen=True)
class _Sample:
    """A few timesteps' pictures as training would have them.

    seconds: for reading them, and packing them if that is still to be done; ram: bytes of all
    pictures in memory, ram_of_the_rest: those that are not read yet; disk: of all, still to be
    written.
    """

    store: PixelStore
    seconds: float
    ram: int
    ram_of_the_rest: int
    disk: int


@contextmanager
def _sample(
    arguments: EstimateArguments, dataset: Dataset, in_memory: FrameStore
) -> Iterator[_Sample]:
    """Reads or packs a few pictures; those that are packed here are removed at the end."""
    source = picture_source(arguments)
    packed = source.choose(dataset, in_memory, make_folder=False)
    part = sample_of(dataset)
    in_part = part.train_store(LOADING_THREADS)
    repeats = in_memory.n_timesteps / part.splits.n_timesteps
    began = time.perf_counter()
    if packed is None:
        store: PixelStore = dataclasses.replace(source, choice="memory").fill(part, in_part)
        frame = store.frame(0, 0)
        depth = 0 if frame.depth is None else frame.depth.nbytes
        one = frame.rgb.nbytes + frame.alpha.nbytes + depth
        n_kept = min(in_memory.n_images, dataset.max_cached_images)
        ram, rest = one * n_kept, one * max(n_kept - store.n_images, 0)
        yield _Sample(store, time.perf_counter() - began, ram, rest, 0)
        return
    done = packed.packer.is_packed()
    place = existing_part(packed.folder)
    with tempfile.TemporaryDirectory(prefix=".estimate-", dir=None if done else place) as folder:
        below = source.packed if done else Path(folder)
        store = dataclasses.replace(source, choice="packed", packed=below).fill(part, in_part)
        seconds = time.perf_counter() - began
        written = sum(file.stat().st_size for file in Path(folder).rglob("*.pixels"))
        total = packed.open().n_bytes if done else round(written * repeats)
        rest = round(total * (1 - 1 / repeats))
        yield _Sample(store, seconds, total, rest, 0 if done else total)


def table(found: Estimate, arguments: EstimateArguments) -> str:
    """The estimate as lines for people."""
    rows = []
    if found.gpu:
        free, _ = torch.cuda.mem_get_info()
        rows.append(
            f"GPU memory  {gib(found.gpu)}, computed; {gib(free + found.gpu_held)} were free"
        )
    if found.gpu_allocated:
        held = f", {gib(found.gpu_held)} with CUDA's own" if found.gpu_held else ""
        rows.append(f"            {gib(found.gpu_allocated)} allocated in the measured steps{held}")
    rows.append(
        f"RAM         {gib(found.ram)}, of it pictures {gib(found.pictures)}; "
        f"{gib(available_memory())} are available"
    )
    n_kept = found.checkpoints // found.checkpoint
    rows.append(
        f"disk        {gib(found.checkpoints)} for {n_kept} checkpoints that stay, and "
        f"{gib(found.checkpoint)} more while one is saved; {gib(free_disk(_models(arguments)))} "
        "are free"
    )
    if found.store:
        rows.append(f"            {gib(found.store)} for packed pictures")
    if found.seconds is None:
        return "\n".join([*rows, "time        not measured (--measure_seconds 0)"])
    rows.append(
        f"time        {_duration(found.seconds)}: start {_duration(found.starting)}, reading "
        f"pictures {_duration(found.reading)}, steps {_duration(found.steps)}, checkpoints "
        f"{_duration(found.saving)}, held-out pictures {_duration(found.rendering)}"
    )
    rows.append(
        f"            from {found.n_steps} steps of {arguments.config.loop.max_steps}, spread over "
        "the schedule"
    )
    if found.compiling:
        rows.append(
            f"            Kernels were compiled in {found.compiling:.1f} s; training finds them."
        )
    if found.n_steps < min(_FEW_STEPS, arguments.config.loop.max_steps):
        rows.append(
            "            These are few: the scene had not settled, and the time is probably too "
            "long; raise --measure_seconds."
        )
    return "\n".join(rows)


def _models(arguments: EstimateArguments) -> Path:
    return arguments.roots.get("models")


def _refuse_too_much(found: Estimate, arguments: EstimateArguments) -> None:
    available = available_memory() + peak_ram()
    if found.ram > available:
        raise ConfigError(
            f"Training needs {gib(found.ram)} of RAM with these options, but {gib(available)} are "
            "available: use --frame_store packed, --max_cached_images or a larger "
            "--downscale_factor."
        )
    wanted, free = found.checkpoints + found.checkpoint, free_disk(_models(arguments))
    if wanted > free:
        raise ConfigError(
            f"Checkpoints need {gib(wanted)} in {_models(arguments)}, but {gib(free)} are free: "
            "make room, or keep fewer with --keep_checkpoints."
        )


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"
