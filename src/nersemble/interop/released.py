"""Reads the parameters of a released NeRSemble checkpoint into our layout
(method.md, Released models).

The file is a torch pickle; it is read with weights only, so nothing in it can run.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from nersemble.errors import CheckpointError, ConfigError
from nersemble.fields.config import DeformationFieldConfig, FieldConfig, HashEnsembleConfig
from nersemble.files import load_weights, reason_of
from nersemble.marching.config import OccupancyGridConfig
from nersemble.marching.occupancy_grid import OccupancyGrid

PREFIX = "_model."
STEM = "deformation_field.se3_field.mlp_stem.layers"


@dataclass(frozen=True)
class ReleasedModel:
    """A released model: its configuration, the field's state dict and the occupancy grid's.

    The file does not say which cells the cameras see: training computes that from the cameras.
    """

    step: int
    config: FieldConfig
    n_timesteps: int
    scene_box: Tensor
    field_state: dict[str, Tensor]
    grid_state: dict[str, Tensor]


def read_released(path: Path) -> ReleasedModel:
    """Reads ``step-XXXXXXXXX.ckpt`` of the original.

    Raises:
        CheckpointError: the file is missing, not a released checkpoint, or has other shapes.
    """
    try:
        content = load_weights(path)
        step, pipeline = content["step"], content["pipeline"]
        model = {k[len(PREFIX) :]: v for k, v in pipeline.items() if k.startswith(PREFIX)}
        _check(step, model, path.stat().st_size)
        return _convert(step, model)
    except FileNotFoundError:
        raise CheckpointError(f"{path} does not exist: check the run's folder.") from None
    except (
        *(RuntimeError, KeyError, IndexError, TypeError, ValueError),
        *(AttributeError, OSError, ConfigError),
    ) as error:
        reason = next(iter(reason_of(error).splitlines()), type(error).__name__)
        raise CheckpointError(
            f"{path} is not a checkpoint of the original NeRSemble, or it is damaged ({reason}): "
            "download it again."
        ) from error


def _check(step: Any, model: Mapping[str, Any], n_bytes: int) -> None:
    """Raises ValueError for values that are not plain tensors or are larger than the file."""
    if type(step) is not int or not 0 <= step < 1 << 63:
        raise ValueError("its step is not a number of steps")
    for name, value in model.items():
        is_plain = isinstance(value, Tensor) and value.layout == torch.strided
        if not is_plain or value.is_quantized or value.is_complex() or value.is_meta:
            raise ValueError(f"{name} is not a plain tensor")
        # A tensor with strides of 0 may claim any size.
        if value.numel() * value.element_size() > n_bytes:
            raise ValueError(f"{name} is larger than the file")


def _convert(step: int, model: Mapping[str, Tensor]) -> ReleasedModel:
    blend_codes = _taken(model, "time_embedding.weight", -1, -1)
    n_tables = blend_codes.shape[1]
    tables = _unpack_tables(model, n_tables)
    ensemble = HashEnsembleConfig(
        n_hash_encodings=n_tables, log2_hashmap_size=_log2_size(tables.shape[1])
    )
    state = {"hash_ensemble.tables": tables, "hash_ensemble.codes": blend_codes}
    base = _taken(model, "field.mlp_base.params", 64 * 48)
    state["base_mlp.weights.0"] = base[: 64 * 32].view(64, 32)
    state["base_mlp.weights.1"] = base[64 * 32 :].view(16, 64)
    head = _taken(model, "field.mlp_head.params", 64 * 112)
    for index, (rows, columns) in enumerate(((64, 32), (64, 64), (16, 64))):
        start = (0, 64 * 32, 64 * 96)[index]
        block = head[start : start + rows * columns]
        state[f"color_mlp.weights.{index}"] = block.view(rows, columns)
    box = _taken(model, "field.aabb", 6, flat=True).view(2, 3)
    if not (box[0] < box[1]).all():
        raise ValueError("field.aabb is not a box")
    state["scene_box"] = box
    deformation, codes = _deformation(model)
    state |= codes
    config = FieldConfig(ensemble, deformation)
    return ReleasedModel(step, config, len(blend_codes), box, state, _grid_state(model, box))


def _taken(model: Mapping[str, Tensor], name: str, *shape: int, flat: bool = False) -> Tensor:
    """Returns a tensor of floats; -1 in its shape accepts any size except 0.

    Raises:
        KeyError: it is missing.
        ValueError: it has another shape or type, or is not finite; names it.
    """
    tensor = model[name].flatten() if flat else model[name]
    fits = len(tensor.shape) == len(shape) and all(
        found > 0 if wanted == -1 else found == wanted
        for found, wanted in zip(tensor.shape, shape, strict=True)
    )
    if not fits or not tensor.is_floating_point():
        kind = str(tensor.dtype).removeprefix("torch.")
        wanted = ", ".join("any" if size == -1 else str(size) for size in shape)
        raise ValueError(
            f"{name} has shape {list(tensor.shape)} and type {kind}, but must be floats of shape "
            f"[{wanted}]"
        )
    if not tensor.isfinite().all():
        raise ValueError(f"{name} has numbers that are NaN or infinite")
    return tensor


def _grid_state(model: Mapping[str, Tensor], scene_box: Tensor) -> dict[str, Tensor]:
    binaries = model["occupancy_grid.binaries"]
    if binaries.dim() != 4 or len(set(binaries.shape[1:])) != 1 or binaries.dtype != torch.bool:
        raise ValueError("occupancy_grid.binaries holds no cubes of cells")
    config = OccupancyGridConfig(grid_levels=binaries.shape[0], grid_resolution=binaries.shape[1])
    occs = _taken(model, "occupancy_grid.occs", binaries.numel(), flat=True)
    return OccupancyGrid(config, scene_box).state_dict() | {"occs": occs, "binaries": binaries}


def _unpack_tables(model: Mapping[str, Tensor], n_tables: int) -> Tensor:
    """Undoes the packing of four tables into one encoding: [H, entries, 2]."""
    together = min(n_tables, 4)
    packs = []
    for index in range(n_tables // together):
        name = f"field.hash_ensemble.hash_encodings.{index}.params"
        pack = _taken(model, name, -1)
        if len(pack) % (2 * together):
            raise ValueError(f"{name} has {len(pack)} numbers, not a multiple of {2 * together}")
        packs.append(pack.view(-1, together, 2).permute(1, 0, 2))
    return torch.cat(packs)


def _log2_size(n_entries: int) -> int:
    for log2 in range(4, 25):
        if HashEnsembleConfig(log2_hashmap_size=log2).grid.n_entries == n_entries:
            return log2
    raise ValueError(f"no table size gives {n_entries} entries")


def _deformation(model: Mapping[str, Tensor]) -> tuple[DeformationFieldConfig, dict[str, Tensor]]:
    """The deformation's configuration and state; the released offset space is the unit box's."""
    if "time_embedding_deformation.weight" not in model:
        config = DeformationFieldConfig(
            use_deformation_field=False, deformation_offset_space="unit"
        )
        return config, {}
    codes = _taken(model, "time_embedding_deformation.weight", -1, -1)
    state = {"deformation.codes": codes}
    layers = 0
    while f"{STEM}.{layers}.weight" in model:
        for kind in ("weight", "bias"):
            shape = (-1, -1) if kind == "weight" else (-1,)
            state[f"deformation.layers.{layers}.{kind}"] = _taken(
                model, f"{STEM}.{layers}.{kind}", *shape
            )
        layers += 1
    for kind in ("weight", "bias"):
        for ours, theirs in (("rotation_head", "mlp_r"), ("translation_head", "mlp_v")):
            name = f"deformation_field.se3_field.{theirs}.layers.0.{kind}"
            shape = (3, -1) if kind == "weight" else (3,)
            state[f"deformation.{ours}.{kind}"] = _taken(model, name, *shape)
    config = DeformationFieldConfig(
        latent_dim_time_deform=codes.shape[1],
        mlp_num_layers=layers,
        mlp_layer_width=len(model[f"{STEM}.0.bias"]),
        deformation_offset_space="unit",
    )
    return config, state
