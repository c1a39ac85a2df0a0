"""The trainer that a back end needs, with its sampler."""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch

from nersemble.config import RunConfig
from nersemble.data_manager.frame_store import PixelStore
from nersemble.distributed import ALONE, World, restarts_allowed
from nersemble.errors import ConfigError
from nersemble.geometry.camera import Camera
from nersemble.rays.pixel_sampler import PixelSampler
from nersemble.rendering.head_model import HeadModel
from nersemble.training.gpu_memory import TrainingMemory, TrainingSizes, check_fits
from nersemble.training.loop import TrainingLoop
from nersemble.training.trainer import Trainer


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
    from nersemble.rays.device_sampler import DeviceSampler
    from nersemble.training.fused_trainer import FusedTrainer

    with DeviceSampler(
        store, cameras, config.sampler, seed, model.device,
        frame_budget_bytes=frame_budget_bytes, world=world,
    ) as device_sampler:  # fmt: skip
        yield FusedTrainer(config.trainer, model, device_sampler)
