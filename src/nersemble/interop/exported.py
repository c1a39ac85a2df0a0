"""Writes our parameters in the layout of a released checkpoint (method.md, Released models)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
import yaml
from torch import Tensor

from nersemble.errors import CheckpointError, ConfigError
from nersemble.fields.config import FieldConfig, HashEnsembleConfig
from nersemble.files import leftovers_of, reason_of, written_whole
from nersemble.interop.released import PREFIX, STEM
from nersemble.interop.released_config import PLACES, Scalar
from nersemble.opening import open_to_write, write_bytes

_SIZES = {"max_res": 2048, "num_levels": 16, "log2_hashmap_size": 19}
_EMPTY = ("device_indicator_param", "field.direction_encoding.params",
          "field.position_encoding.params")  # fmt: skip


def refuse_what_the_original_lacks(config: FieldConfig) -> None:
    """Raises ConfigError for a field that the original's code does not support."""
    ensemble, deformation, plain = config.hash_ensemble, config.deformation, HashEnsembleConfig()
    problems = []
    if deformation.use_deformation_field and deformation.deformation_offset_space != "unit":
        problems.append(f"--deformation_offset_space {deformation.deformation_offset_space}")
    if not ensemble.use_hash_ensemble:
        problems.append("--no-use_hash_ensemble")
    problems += [
        f"--{name} {getattr(ensemble, name)}"
        for name in ("n_levels", "base_resolution", "growth")
        if getattr(ensemble, name) != getattr(plain, name)
    ]
    if problems:
        raise ConfigError(
            f"The original cannot compute a model with {', '.join(problems)}: only runs of "
            "--preset paper, or imported ones, can be exported."
        )


def released_pipeline(
    field: Mapping[str, Tensor], occs: Tensor, binaries: Tensor
) -> dict[str, Tensor]:
    """The state dict of the original's pipeline, without its LPIPS network.

    Args:
        field: state dict of a ``DynamicField``.
        occs: the occupancy grid's densities.
        binaries: its occupied cells.
    """
    box = field["scene_box"]
    levels, resolution = binaries.shape[:2]
    boxes = torch.stack([box.mean(0) + (box - box.mean(0)) * 2.0**i for i in range(levels)])
    boxes[0] = box
    model = {name: torch.empty(0) for name in _EMPTY}
    model |= {f"field.{name}": torch.tensor(value) for name, value in _SIZES.items()}
    model |= {"scene_aabb": box.flatten(), "field.aabb": box}
    model |= _packed_tables(field["hash_ensemble.tables"])
    for ours, theirs in (("base_mlp", "mlp_base"), ("color_mlp", "mlp_head")):
        names = sorted(name for name in field if name.startswith(f"{ours}."))
        model[f"field.{theirs}.params"] = torch.cat([field[name].flatten() for name in names])
    model["time_embedding.weight"] = field["hash_ensemble.codes"]
    model |= _deformation(field, box)
    for place in ("", "sampler."):
        model |= {
            f"{place}occupancy_grid.resolution": torch.full((3,), resolution, dtype=torch.int32),
            f"{place}occupancy_grid.aabbs": boxes.flatten(1),
            f"{place}occupancy_grid.occs": occs,
            f"{place}occupancy_grid.binaries": binaries,
        }
    return {PREFIX + name: value for name, value in model.items()}


def _packed_tables(tables: Tensor) -> dict[str, Tensor]:
    """Packs four tables into each encoding, with their features of an entry side by side."""
    together = min(len(tables), 4)
    return {
        f"field.hash_ensemble.hash_encodings.{i}.params": part.permute(1, 0, 2).flatten()
        for i, part in enumerate(tables.split(together))
    }


def _deformation(field: Mapping[str, Tensor], box: Tensor) -> dict[str, Tensor]:
    if "deformation.codes" not in field:
        return {}
    model = {"deformation_field.aabb": box}
    model["time_embedding_deformation.weight"] = field["deformation.codes"]
    for name, value in field.items():
        part, _, rest = name.removeprefix("deformation.").partition(".")
        if part == "layers":
            model[f"{STEM}.{rest}"] = value
        elif part in ("rotation_head", "translation_head"):
            head = "mlp_r" if part == "rotation_head" else "mlp_v"
            model[f"deformation_field.se3_field.{head}.layers.0.{rest}"] = value
    return model


def write_released(
    folder: Path, step: int, pipeline: Mapping[str, Tensor], values: Mapping[str, Scalar]
) -> Path:
    """Writes ``checkpoints/step-XXXXXXXXX.ckpt`` and a ``config.yml`` of plain values.

    Raises:
        CheckpointError: the checkpoint already exists, or cannot be written; nothing is changed.
    """
    path, config_path = folder / "checkpoints" / f"step-{step:09d}.ckpt", folder / "config.yml"
    # A killed export leaves a checkpoint without its config.
    interrupted = folder.is_dir() and leftovers_of(config_path)
    if config_path.exists() or (path.exists() and not interrupted):
        raise CheckpointError(f"{folder} already holds a run of the original: give another --out.")
    content = {"step": step, "pipeline": dict(pipeline), "optimizers": {}, "scalers": {}}
    tree: dict[str, Any] = {}
    for name, value in values.items():
        node = tree
        for key in PLACES[name][:-1]:
            node = node.setdefault(key, {})
        node[PLACES[name][-1]] = value
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # The checkpoint is put in place first.
        with written_whole(config_path) as config, written_whole(path) as data:
            with open_to_write(data) as file:
                # A path would be stored in the file.
                torch.save(content, file)
            write_bytes(config, yaml.safe_dump(tree).encode())
    except (OSError, RuntimeError) as error:
        raise CheckpointError(
            f"Cannot write {path}: {reason_of(error)}; make room, or give another --out."
        ) from error
    return path
