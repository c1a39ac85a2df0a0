"""Chooses what computes a model: torch, fused Triton kernels, or optional packages.

An :class:`Engine` is chosen once, from ``--backend`` and ``--marcher``. It makes renderers and
trainers, which do not know the other engines.
"""

import dataclasses
import importlib.util
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import torch
from jaxtyping import Float
from torch import Tensor

from nersemble.compute_options import ComputeOptions, Device, Marcher
from nersemble.config import RunConfig
from nersemble.data_manager.frame_store import PixelStore
from nersemble.distributed import ALONE, World
from nersemble.errors import ConfigError, MissingDependencyError
from nersemble.evaluation.lpips_metric import SMALLEST_PICTURE, load_lpips
from nersemble.fields.tcnn_field import TcnnField
from nersemble.gaussians import compositing
from nersemble.geometry.camera import Camera
from nersemble.losses.patches import (
    NO_PATCH_LOSSES,
    SSIM_WINDOW,
    PatchLosses,
    PatchTerm,
    ssim_distance,
)
from nersemble.machine import gib, keep_freed_memory
from nersemble.marching import nerfacc_marcher
from nersemble.ops import tcnn
from nersemble.rays.config import PixelSamplerConfig
from nersemble.rays.pixel_sampler import PixelSampler
from nersemble.rendering.config import HeadModelConfig
from nersemble.rendering.head_model import HeadModel
from nersemble.rendering.image import Renderer
from nersemble.rendering.renderer import TorchRenderer
from nersemble.training.loop import TrainingLoop
from nersemble.training.memory import TrainingMemory
from nersemble.training.trainer import Trainer

if TYPE_CHECKING:
    from nersemble.fused.kernels.launching import Compilations


_logger = logging.getLogger(__name__)


def choose_device(device: Device) -> torch.device:
    """The device to compute on; ``auto`` uses CUDA if it is available.

    Raises:
        ConfigError: CUDA was requested but is not available.
    """
    available = torch.cuda.is_available()
    if device == "cuda" and not available:
        raise ConfigError(
            "--device cuda was given, but torch finds no CUDA GPU: use --device cpu, or install a "
            "CUDA build of torch and a driver."
        )
    if available and device != "cpu":
        return torch.device("cuda")
    keep_freed_memory()
    return torch.device("cpu")


class Engine(ABC):
    """One way to compute a model. moment_bytes: size of a number in Adam's moments of the hash
    tables."""

    moment_bytes: int

    @property
    @abstractmethod
    def name(self) -> str:
        """The engine's name in messages."""

    @abstractmethod
    def renderer(self, model: HeadModel) -> Renderer:
        """Makes a renderer of a model, which belongs to this engine from now on.

        Raises:
            ConfigError: the engine does not support a part of the model.
        """

    @abstractmethod
    def trainer(
        self,
        config: RunConfig,
        model: HeadModel,
        pictures: Callable[[], PixelStore],
        cameras: Sequence[Camera],
        *,
        frame_budget_bytes: int = 0,
        world: World = ALONE,
    ) -> AbstractContextManager[TrainingLoop]:
        """Makes the trainer of a model; closing it closes its sampler.

        Args:
            pictures: called once, perhaps while kernels are compiled.
            frame_budget_bytes: GPU memory for frames; the rest stay in host memory.
            world: the processes that train together; each keeps its part of the hash tables.

        Raises:
            ConfigError: this many processes cannot share the work, or the engine does not support
                a part of the model.
        """

    def training_memory(
        self, config: RunConfig, store: PixelStore, device: torch.device, world: World = ALONE
    ) -> TrainingMemory | None:
        """GPU memory that training will use, computed before anything is allocated; None if
        unknown.

        Raises:
            ConfigError: the GPU has too little; names the options that fit.
        """
        return None

    def fitted(
        self, config: RunConfig, store: PixelStore, device: torch.device, world: World = ALONE
    ) -> RunConfig:
        """The config with smaller options, if the GPU has too little memory and they help."""
        return config

    def compilations(self) -> "AbstractContextManager[Compilations | None]":
        """Records the compilations in its block; yields None for engines that compile nothing."""
        return nullcontext()


@dataclass(frozen=True)
class TorchEngine(Engine):
    """Plain torch on any device; tinycudann may compute grids and MLPs, nerfacc may march."""

    field: Literal["torch", "tcnn"] = "torch"
    marcher: Marcher = "native"
    moment_bytes = 4

    @property
    def name(self) -> str:
        """What computes the field, and the marcher if it is nerfacc's."""
        field = "tinycudann" if self.field == "tcnn" else "plain torch"
        return field + (", marching with nerfacc" if self.marcher == "nerfacc" else "")

    def check(self, device: torch.device) -> None:
        """Raises ConfigError if a requested package cannot be used."""
        if self.field == "tcnn" and (reason := tcnn.why_not(device)) is not None:
            raise ConfigError(f"--backend tcnn cannot be used: {reason}, or leave --backend out.")
        if self.marcher == "nerfacc" and (reason := nerfacc_marcher.why_not(device)) is not None:
            raise ConfigError(
                f"--marcher nerfacc cannot be used: {reason}, or leave --marcher out."
            )

    def renderer(self, model: HeadModel) -> TorchRenderer:
        field = TcnnField(model.field) if self.field == "tcnn" else model.field
        if self.marcher == "nerfacc":
            march, weights_of = nerfacc_marcher.march, nerfacc_marcher.sample_weights
            return TorchRenderer(model, field, march, weights_of)
        return TorchRenderer(model, field)

    @contextmanager
    def trainer(
        self,
        config: RunConfig,
        model: HeadModel,
        pictures: Callable[[], PixelStore],
        cameras: Sequence[Camera],
        *,
        frame_budget_bytes: int = 0,
        world: World = ALONE,
    ) -> Iterator[TrainingLoop]:
        if world.size > 1 and self.field == "tcnn":
            raise ConfigError(
                f"--backend tcnn trains in one process, not {world.size}: start it without "
                "torchrun, or use --backend triton."
            )
        patch_losses = _patch_losses(config, model.device, world)
        model.field.hash_ensemble.share_tables(world)
        sampler = PixelSampler(
            pictures(), cameras, _drawn(config, patch_losses), config.loop.seed, world
        )
        yield Trainer(config.trainer, self.renderer(model), sampler, patch_losses)


class FusedEngine(Engine):
    """Fused Triton kernels on a CUDA GPU; each matches its torch counterpart to rounding."""

    name = "fused Triton kernels"
    moment_bytes = 2

    def why_not(
        self, device: torch.device, config: HeadModelConfig, scene_box: Float[Tensor, "2 3"]
    ) -> str | None:
        """Why the kernels cannot compute this model here; None if they can."""
        if device.type != "cuda":
            return "it needs a CUDA GPU, and this run is on the CPU"
        if importlib.util.find_spec("triton") is None:
            return "the package triton is not installed"
        from nersemble.fused.renderer import unsupported

        return unsupported(config, scene_box)

    def why_not_train(self) -> str | None:
        """Why the kernels cannot train, although they can render; None if they can."""
        from nersemble.fused.losses import unsupported_terms

        unknown = unsupported_terms()
        return f"no kernel supports the loss {', '.join(unknown)}" if unknown else None

    def renderer(self, model: HeadModel) -> Renderer:
        from nersemble.fused.renderer import FusedRenderer

        return FusedRenderer(model)

    @contextmanager
    def trainer(
        self,
        config: RunConfig,
        model: HeadModel,
        pictures: Callable[[], PixelStore],
        cameras: Sequence[Camera],
        *,
        frame_budget_bytes: int = 0,
        world: World = ALONE,
    ) -> Iterator[TrainingLoop]:
        from nersemble.fused.kernels.launching import rehearsal
        from nersemble.fused.renderer import FusedRenderer
        from nersemble.fused.sampler import BlankBatches, DeviceSampler
        from nersemble.fused.trainer import FusedTrainer

        if (reason := self.why_not_train()) is not None:
            raise ConfigError(f"--backend triton cannot be used: {reason}; use --backend torch.")
        patch_losses = _patch_losses(config, model.device, world)
        model.field.hash_ensemble.share_tables(world)
        renderer, seed, device = FusedRenderer(model), config.loop.seed, model.device

        def rehearse() -> None:
            blank = BlankBatches(config.sampler, model.field.n_timesteps, seed, device, world)
            FusedTrainer(config.trainer, renderer, blank).rehearse()
            # Otherwise frames would take the memory that the steps need.
            torch.cuda.empty_cache()

        # Pictures are read meanwhile, which takes about as long as compiling.
        with rehearsal(device, rehearse) if device.type == "cuda" else nullcontext():
            sampler = DeviceSampler(
                pictures(), cameras, _drawn(config, patch_losses), seed, device,
                frame_budget_bytes=frame_budget_bytes, world=world,
            )  # fmt: skip
        with sampler:
            yield FusedTrainer(config.trainer, renderer, sampler, patch_losses)

    def training_memory(
        self, config: RunConfig, store: PixelStore, device: torch.device, world: World = ALONE
    ) -> TrainingMemory | None:
        from nersemble.fused.memory import TrainingSizes, check_fits

        sizes = TrainingSizes(store.n_timesteps, store.n_images, store.image_shape, world.size)
        free, total = torch.cuda.mem_get_info(device)
        return check_fits(config.model, config.sampler, sizes, free, total)

    def fitted(
        self, config: RunConfig, store: PixelStore, device: torch.device, world: World = ALONE
    ) -> RunConfig:
        from nersemble.fused.memory import TrainingSizes, fitted

        sizes = TrainingSizes(store.n_timesteps, store.n_images, store.image_shape, world.size)
        free, _ = torch.cuda.mem_get_info(device)
        found = fitted(config.model, config.sampler, sizes, free)
        if found is None or not found.options:
            return config
        _logger.info("To fit into the GPU's %s: %s.", gib(free), found)
        return dataclasses.replace(config, model=found.model, sampler=found.sampler)

    def compilations(self) -> "AbstractContextManager[Compilations | None]":
        from nersemble.fused.kernels.launching import compilations

        return compilations()

    def self_test(self) -> bool:
        """Compiles and runs one training kernel; returns whether it matches torch."""
        from nersemble.fused.batch import FusedFeatures
        from nersemble.fused.kernels.gather import gather

        source = torch.tensor([2, 0], dtype=torch.int32, device="cuda")
        count = torch.tensor([2], dtype=torch.int32, device="cuda")
        positions = torch.rand(3, 3, device="cuda")
        features = torch.rand(3, 16, device="cuda").half()
        found = gather(source, count, FusedFeatures(positions, features))
        rows = source.long()
        moved_as_wanted = torch.equal(found.moved_unit, positions[rows])
        return moved_as_wanted and torch.equal(found.rows, features[rows])


def _patch_losses(config: RunConfig, device: torch.device, world: World) -> PatchLosses:
    """The patch losses with a weight. Warns and omits LPIPS if its network is missing."""
    losses, size = config.losses, config.sampler.patch_size
    if not losses.has_patch_terms:
        return NO_PATCH_LOSSES
    assert config.sampler.patch_start_step != -1, "the config must be resolved"
    if world.size > 1:
        raise ConfigError(
            f"--lambda_patch_ssim and --lambda_patch_lpips train in one process, not {world.size}: "
            "start it without torchrun, or leave them out."
        )
    with_lpips = losses.lambda_patch_lpips > 0
    measure, smallest = ("LPIPS", SMALLEST_PICTURE) if with_lpips else ("SSIM", SSIM_WINDOW)
    if size < smallest:
        raise ConfigError(f"--patch_size is {size}, but {measure} needs at least {smallest}.")
    terms = []
    if losses.lambda_patch_ssim > 0:
        terms.append(PatchTerm("patch_ssim", losses.lambda_patch_ssim, ssim_distance))
    if with_lpips:
        try:
            backbone = Path(losses.lpips_backbone) if losses.lpips_backbone else None
            lpips = load_lpips(backbone, device)
            terms.append(PatchTerm("patch_lpips", losses.lambda_patch_lpips, lpips.distances))
        except MissingDependencyError as error:
            _logger.warning("Training without the LPIPS loss on patches. %s", error)
    return PatchLosses(size, tuple(terms))


def _drawn(config: RunConfig, patch_losses: PatchLosses) -> PixelSamplerConfig:
    """How pixels are sampled: patches only if a loss needs them."""
    if patch_losses.terms:
        return config.sampler
    return dataclasses.replace(config.sampler, patch_start_step=-1)


def choose_engine(
    options: ComputeOptions,
    device: torch.device,
    config: HeadModelConfig,
    participant: int,
    *,
    to_train: bool = False,
) -> Engine:
    """The engine that the options request; on a GPU, logs which one it is.

    ``auto`` uses the kernels on a CUDA device if they support the model, plain torch otherwise
    and with the marcher ``nerfacc``.

    Raises:
        ConfigError: the requested back end or marcher cannot be used.
    """
    backend, marcher = options.backend, options.marcher
    fused, plain = FusedEngine(), TorchEngine("tcnn" if backend == "tcnn" else "torch", marcher)
    if backend != "triton":
        plain.check(device)
    reason = None
    if backend in ("auto", "triton"):
        if marcher == "nerfacc":
            reason = "the kernels do not support --marcher nerfacc"
        else:
            reason = fused.why_not(device, config, config.box(participant).tensor())
        if reason is None and to_train:
            reason = fused.why_not_train()
    if backend == "triton" and reason is not None:
        raise ConfigError(
            f"--backend triton cannot be used: {reason}; leave --backend out, or use --backend "
            "torch."
        )
    engine: Engine = fused if backend in ("auto", "triton") and reason is None else plain
    if device.type == "cuda":
        _logger.info("Back end: %s%s.", engine.name, f" ({reason})" if reason else "")
    return engine


def compositor(device: torch.device) -> compositing.Compositor:
    """What composites the tiles of Gaussians: Triton's kernels on a GPU, plain torch elsewhere."""
    if device.type == "cuda" and importlib.util.find_spec("triton") is not None:
        from nersemble.fused import splatting

        return splatting.IN_TRITON
    return compositing.IN_TORCH
