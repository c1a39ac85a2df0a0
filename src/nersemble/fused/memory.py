"""Compute the GPU memory of training through the fused kernels before it is allocated."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from nersemble.errors import ConfigError
from nersemble.rays.config import PixelSamplerConfig
from nersemble.rendering.config import HeadModelConfig
from nersemble.training.memory import TrainingMemory

GIB = 2**30

_BYTES_OF_COLOR = 4
_BYTES_OF_DEPTH = 2

_ACTIVATIONS_AT_ONCE = 2**17

CONTEXT = int(0.6 * GIB)
"""What CUDA itself and the kernels take."""
# Largest share of free memory for frames; without room they stay in host memory.
_SHARE_FOR_FRAMES = 4

_SMALLEST_SAMPLE_POWER = 16
_FEWER_TIMESTEPS = (24, 16, 8, 4)
_FEWER_TABLES = (32, 16, 8, 4)
_SMALLEST_HASHMAP_POWER = 14


@dataclass(frozen=True)
class TrainingSizes:
    """Sizes from the capture and the processes, beyond the configuration.
    n_images: training pictures; image_shape: their height and width; n_processes: share the tables,
    each on its own card.
    """

    n_timesteps: int
    n_images: int
    image_shape: tuple[int, int]
    n_processes: int = 1


def frame_bytes(n_images: int, image_shape: tuple[int, int], with_depth: bool) -> int:
    """GPU memory of resident frames."""
    height, width = image_shape
    per_pixel = _BYTES_OF_COLOR + (_BYTES_OF_DEPTH if with_depth else 0)
    return n_images * height * width * per_pixel


def activations_at_once(n_samples: int) -> int:
    """Smallest number of samples whose deformation activations must fit into memory. Smaller chunks
    would cost more launches."""
    return min(n_samples, _ACTIVATIONS_AT_ONCE)


def estimate_training_bytes(
    model: HeadModelConfig,
    sampler: PixelSamplerConfig,
    sizes: TrainingSizes,
    *,
    resident_frames: bool,
) -> TrainingMemory:
    """Peak memory of a training step."""
    ensemble, deformation = model.dynamic_field.hash_ensemble, model.dynamic_field.deformation
    grid = ensemble.grid
    numbers = grid.n_entries * grid.n_features_per_level
    in_tables = ensemble.n_tables * numbers // sizes.n_processes
    in_grids = sampler.most_timesteps(sizes.n_timesteps) * numbers
    layers = deformation.mlp_num_layers * deformation.mlp_layer_width
    activations = layers * activations_at_once(model.marcher.capacity)
    overwrite_grids = not deformation.use_deformation_field or activations <= in_grids
    # Features, their gradient, the gradient of the position from each level; then positions, t,
    # indices, density, colour and their gradients.
    kept = grid.n_levels * 12 + 4 * grid.n_features + 120
    candidate = 2 * grid.n_features + 80
    # The density pass may hold twice as many, see FusedTrainer.
    n_kept = model.marcher.capacity
    n_candidates = 2 * n_kept
    frames = frame_bytes(sizes.n_images, sizes.image_shape, with_depth=True)
    return TrainingMemory(
        tables=2 * in_tables,
        moments=2 * in_tables,
        grids=2 * in_grids,
        grid_gradients=4 * in_grids,
        deformation=0 if overwrite_grids else 2 * activations,
        samples=n_kept * kept + n_candidates * candidate,
        frames=frames if resident_frames else 0,
        context=CONTEXT,
    )


def check_fits(
    model: HeadModelConfig,
    sampler: PixelSamplerConfig,
    sizes: TrainingSizes,
    free_bytes: int,
    total_bytes: int,
) -> TrainingMemory:
    """Compute the memory that training will hold; ``frames`` is the limit for resident frames.

    Args:
        free_bytes: memory that the card has free, before the model is on it.
        total_bytes: all of its memory.

    Raises:
        ConfigError: it does not fit; names options that do.
    """
    everything = estimate_training_bytes(model, sampler, sizes, resident_frames=True)
    if everything.frames <= free_bytes // _SHARE_FOR_FRAMES and everything.total <= free_bytes:
        return everything
    needed = estimate_training_bytes(model, sampler, sizes, resident_frames=False)
    if needed.total <= free_bytes:
        return needed
    raise ConfigError(
        f"Training needs {_gib(needed.total)} of GPU memory with these options, but "
        f"{_gib(free_bytes)} of the card's {_gib(total_bytes)} are free: "
        f"{_remedy(model, sampler, sizes, free_bytes)}"
    )


@dataclass(frozen=True)
class Fitted:
    """Smaller options, and what training needs with them. options: as on the command line."""

    options: Mapping[str, int]
    model: HeadModelConfig
    sampler: PixelSamplerConfig
    memory: TrainingMemory

    def __str__(self) -> str:
        """The options, as on the command line."""
        return " ".join(f"--{name} {value}" for name, value in self.options.items())


def fitted(
    model: HeadModelConfig, sampler: PixelSamplerConfig, sizes: TrainingSizes, free_bytes: int
) -> Fitted | None:
    """The options that fit with the least loss of quality, these themselves if they do; None if
    none do that were tried. Pictures stay in host memory where they find no room."""
    candidates = _candidates(model, sampler, sizes)
    return next((found for found in candidates if found.memory.total <= free_bytes), None)


def _candidates(
    model: HeadModelConfig, sampler: PixelSamplerConfig, sizes: TrainingSizes
) -> Iterator[Fitted]:
    for options in _smaller_options(model, sampler, sizes):
        smaller = _with_options(model, sampler, options)
        memory = estimate_training_bytes(*smaller, sizes, resident_frames=False)
        yield Fitted(options, *smaller, memory)


def _remedy(
    model: HeadModelConfig, sampler: PixelSamplerConfig, sizes: TrainingSizes, free_bytes: int
) -> str:
    found = fitted(model, sampler, sizes, free_bytes)
    if found is not None:
        return f"with {found} it needs {_gib(found.memory.total)} and fits; --fit chooses these."
    smaller = [one.memory.total for one in _candidates(model, sampler, sizes) if one.options]
    least = f" (the smallest that was tried need {_gib(min(smaller))})" if smaller else ""
    return f"no smaller options fit either{least}, so free memory on the card or use another one."


def _smaller_options(
    model: HeadModelConfig, sampler: PixelSamplerConfig, sizes: TrainingSizes
) -> Iterator[Mapping[str, int]]:
    """No option, then combinations of smaller ones, those with the least loss of quality first.

    Fewer samples at once come before fewer timesteps, then fewer tables, then smaller tables: an
    option changes only if no value of the options before it is enough.
    """
    ensemble = model.dynamic_field.hash_ensemble
    most = model.marcher.capacity
    n_slots = sampler.most_timesteps(sizes.n_timesteps)
    powers = range((most - 1).bit_length() - 1, _SMALLEST_SAMPLE_POWER - 1, -1)
    tables = [n for n in _FEWER_TABLES if n < ensemble.n_tables]
    hashmaps = range(ensemble.log2_hashmap_size - 1, _SMALLEST_HASHMAP_POWER - 1, -1)
    slots = [n for n in _FEWER_TIMESTEPS if n < n_slots]
    for hashmap, table, slot, power in product(
        (None, *hashmaps), (None, *tables), (None, *slots), (None, *powers)
    ):
        values = {
            "max_n_samples_per_batch": power,
            "timesteps_per_batch": slot,
            "n_hash_encodings": table,
            "log2_hashmap_size": hashmap,
        }
        yield {name: value for name, value in values.items() if value is not None}


def _with_options(
    model: HeadModelConfig, sampler: PixelSamplerConfig, options: Mapping[str, int]
) -> tuple[HeadModelConfig, PixelSamplerConfig]:
    """The configuration with options replaced."""
    marcher = model.marcher
    power = options.get("max_n_samples_per_batch", marcher.max_n_samples_per_batch)
    marcher = dataclasses.replace(marcher, max_n_samples_per_batch=power)
    n_slots = options.get("timesteps_per_batch", sampler.timesteps_per_batch)
    sampler = dataclasses.replace(sampler, timesteps_per_batch=n_slots)
    ensemble = model.dynamic_field.hash_ensemble
    n_tables = options.get("n_hash_encodings", ensemble.n_hash_encodings)
    ensemble = dataclasses.replace(
        ensemble,
        n_hash_encodings=n_tables,
        latent_dim_time=n_tables,
        log2_hashmap_size=options.get("log2_hashmap_size", ensemble.log2_hashmap_size),
    )
    dynamic_field = dataclasses.replace(model.dynamic_field, hash_ensemble=ensemble)
    return dataclasses.replace(model, dynamic_field=dynamic_field, marcher=marcher), sampler


def _gib(n_bytes: int) -> str:
    return f"{n_bytes / GIB:.1f} GiB"
