"""Which implementation computes the field and marches: fused kernels, plain torch or packages."""

import importlib.util
import logging
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import torch

from nersemble.config import RunConfig
from nersemble.data_manager.frame_store import PixelStore
from nersemble.distributed import ALONE, World, restarts_allowed
from nersemble.errors import ConfigError
from nersemble.fused.memory import TrainingMemory, TrainingSizes, check_fits
from nersemble.geometry.camera import Camera
from nersemble.geometry.scene_box import scene_box_for
from nersemble.machine import keep_freed_memory
from nersemble.marching import nerfacc_marcher
from nersemble.ops import tcnn
from nersemble.rays.pixel_sampler import PixelSampler
from nersemble.rendering.head_model import HeadModel, HeadModelConfig, why_not_fused
from nersemble.training.loop import TrainingLoop
from nersemble.training.trainer import Trainer

Device = Literal["auto", "cpu", "cuda"]
Backend = Literal["auto", "triton", "torch", "tcnn"]
Marcher = Literal["native", "nerfacc"]

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class DeviceOptions:
    """Options of a command that has only the device to choose."""

    device: Device = "auto"
    """auto takes the GPU where there is one."""


@dataclass(frozen=True)
class ComputeOptions(DeviceOptions):
    """Options of a command: where and with what a model is computed."""

    backend: Backend = "auto"
    """auto takes the fused Triton kernels on a GPU, plain torch elsewhere; tcnn takes the package
    tinycudann."""
    marcher: Marcher = "native"
    """nerfacc takes that package's ray marching, with the back ends torch and tcnn."""


def choose_device(device: Device) -> torch.device:
    """The device to compute on; ``auto`` takes CUDA where it is there.

    Raises:
        ConfigError: CUDA was asked for and is not there.
    """
    available = torch.cuda.is_available()
    if device == "cuda" and not available:
        raise ConfigError(
            "--device cuda was asked for, but torch finds no CUDA GPU here: use --device cpu, or "
            "install a CUDA build of torch and a driver."
        )
    if available and device != "cpu":
        return torch.device("cuda")
    keep_freed_memory()
    return torch.device("cpu")


def choose_kernels(
    backend: Backend,
    device: torch.device,
    config: HeadModelConfig,
    participant: int,
    marcher: Marcher = "native",
) -> bool:
    """Whether to use the fused kernels; on a GPU it says which back end it is.

    ``auto`` takes the kernels on a CUDA device where they can compute the model, and plain torch
    with the marcher ``nerfacc``.

    Raises:
        ConfigError: what was asked for by name cannot be used.
    """
    _check_packages(backend, marcher, device)
    reason = None
    if backend in ("auto", "triton"):
        reason = _why_not(device, config, participant, marcher)
    if backend == "triton" and reason is not None:
        raise ConfigError(
            f"--backend triton cannot be used: {reason}; leave --backend out, or use --backend "
            "torch."
        )
    fused = backend in ("auto", "triton") and reason is None
    if device.type == "cuda":
        name = "fused Triton kernels" if fused else "plain torch"
        name = "tinycudann" if backend == "tcnn" else name
        name += ", marching with nerfacc" if marcher == "nerfacc" else ""
        _logger.info("Back end: %s%s.", name, f" ({reason})" if reason else "")
    return fused


def use_packages(model: HeadModel, backend: Backend, marcher: Marcher) -> None:
    """Makes the model compute through the packages that were asked for by name."""
    if backend == "tcnn":
        model.use_tcnn()
    if marcher == "nerfacc":
        model.use_nerfacc()


def _check_packages(backend: Backend, marcher: Marcher, device: torch.device) -> None:
    if backend == "tcnn" and (reason := tcnn.why_not(device)) is not None:
        raise ConfigError(
            f"--backend tcnn cannot be used: {reason}; otherwise leave --backend out."
        )
    if marcher == "nerfacc" and backend != "triton":
        reason = nerfacc_marcher.why_not(device)
        if reason is not None:
            raise ConfigError(
                f"--marcher nerfacc cannot be used: {reason}; otherwise leave --marcher out."
            )


def _why_not(
    device: torch.device, config: HeadModelConfig, participant: int, marcher: Marcher
) -> str | None:
    if marcher == "nerfacc":
        return "the kernels do their own marching, without --marcher nerfacc"
    if device.type != "cuda":
        return "it needs a CUDA GPU, and this run is on the CPU"
    if importlib.util.find_spec("triton") is None:
        return "the package triton is not installed"
    return why_not_fused(config, scene_box_for(participant).tensor())


def gpu_memory(
    config: RunConfig, store: PixelStore, device: torch.device, world: World = ALONE
) -> TrainingMemory:
    """What training with fused kernels will hold, found before anything is allocated.

    Raises:
        ConfigError: training with fused kernels does not fit; names the options that would.
    """
    capacity = config.model.marcher.capacity
    sizes = TrainingSizes(
        store.n_timesteps,
        store.n_images,
        store.image_shape,
        capacity,
        2 * capacity,
        n_processes=world.size,
    )
    free, total = torch.cuda.mem_get_info(device)
    return check_fits(config.model, config.sampler, sizes, free, total)


def check_gpu_memory(
    config: RunConfig, store: PixelStore, device: torch.device, world: World = ALONE
) -> int:
    """Bytes of GPU memory that frames may occupy; raises as :func:`gpu_memory`."""
    return gpu_memory(config, store, device, world).frames


def refuse_what_one_process_does(segmented: bool, vis: str, max_hours: float) -> None:
    """Raises ConfigError where options make no sense with several processes."""
    if segmented:
        raise ConfigError(
            "--segment_timesteps trains one model after the other, each in one process: start it "
            "without torchrun."
        )
    if vis == "viewer":
        raise ConfigError(
            "--vis viewer shows a training in one process: leave it out, and look at the saved "
            "checkpoints with nersemble view."
        )
    if max_hours < math.inf and restarts_allowed():
        raise ConfigError(
            f"torchrun --max_restarts would start anew what --max_hours {max_hours:g} has ended: "
            "leave out one of the two."
        )


@contextmanager
def open_trainer(
    config: RunConfig,
    model: HeadModel,
    store: PixelStore,
    cameras: Sequence[Camera],
    *,
    fused: bool,
    frame_budget_bytes: int = 0,
    world: World = ALONE,
) -> Iterator[TrainingLoop]:
    """A trainer whose sampler is closed at the end.

    Args:
        frame_budget_bytes: GPU memory for frames; those that do not fit stay with the host.
        world: the processes that train together; each keeps its part of the model's tables.

    Raises:
        ConfigError: so many processes cannot share the work.
    """
    if world.size > 1 and model.field.tcnn is not None:
        raise ConfigError(
            f"--backend tcnn trains in one process, not {world.size}: start it without torchrun, "
            "or take --backend triton."
        )
    model.field.hash_ensemble.share_tables(world)
    seed = config.loop.seed
    if not fused:
        sampler = PixelSampler(store, cameras, config.sampler, seed, world)
        yield Trainer(config.trainer, model, sampler)
        return
    from nersemble.fused.sampler import DeviceSampler
    from nersemble.fused.trainer import FusedTrainer

    with DeviceSampler(
        store, cameras, config.sampler, seed, model.device,
        frame_budget_bytes=frame_budget_bytes, world=world,
    ) as device_sampler:  # fmt: skip
        yield FusedTrainer(config.trainer, model, device_sampler)
