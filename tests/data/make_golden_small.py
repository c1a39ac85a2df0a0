"""Cuts golden_small.npz, beside this file, out of ../shared/golden.

    PYTHONPATH=src:tests python tests/data/make_golden_small.py

The small file has a few of the golden points and of the original's parameters, under the names of
its checkpoint, exactly what these points need:

- hash tables: the entries that the points touch, in fp16, the precision the original computed in;
- field MLPs: whole, in fp16 likewise;
- deformation MLP: in fp32; units that are silent at all points, with all that leads to and from
  them, are 0, which changes no result and packs well;
- the occupancy grid's bits, and some rays with the number of samples that the original placed.

Points near a cell's face or with a unit near its threshold are not taken: a last digit could make
them touch an entry or wake a unit that the file does not have.
"""

import os
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from golden_values import CHECKPOINT, SHARED, SMALL, STATES, tensors
from nersemble.fields.deformation_field import DeformationField, windowed_encoding
from nersemble.fields.dynamic_field import BlendedField, DynamicField
from nersemble.fields.windows import WindowState
from nersemble.geometry.scene_box import to_unit
from nersemble.interop.released import read_released
from reference.hash_grid import corner_index

N_POINTS = 24
N_RAYS = 192
TIMESTEPS = (0, 11)
FACE_MARGIN = 3e-3
UNIT_MARGIN = 1e-4
STEM = "deformation_field.se3_field.mlp_stem.layers"
HEADS = ("deformation_field.se3_field.mlp_r", "deformation_field.se3_field.mlp_v")
WHOLE = ("field.aabb", "time_embedding.weight", "time_embedding_deformation.weight")
HALF = ("field.mlp_base.params", "field.mlp_head.params")


def _blended(field: DynamicField, golden: dict[str, Tensor], state: str) -> BlendedField:
    windows = WindowState(
        float(golden[f"{state}_window_deform"]), float(golden[f"{state}_window_hash"])
    )
    return field.blend(torch.arange(field.n_timesteps), windows)


def _looked_up(blended: BlendedField, positions: Tensor, slots: Tensor) -> Tensor:
    """Where the hash grids are read, unit box."""
    offsets = blended.offsets_unit(positions, slots)
    unit = to_unit(positions + offsets, blended.field.scene_box)
    inside = ((unit > 0) & (unit < 1)).all(-1, keepdim=True)
    return torch.where(inside, unit, torch.zeros_like(unit))


def _far_from_faces(field: DynamicField, unit: Tensor) -> Tensor:
    far = torch.ones(len(unit), dtype=torch.bool)
    for level in field.hash_ensemble.grid.levels:
        fraction = (unit * level.scale + 0.5).frac()
        far &= ((fraction > FACE_MARGIN) & (fraction < 1 - FACE_MARGIN)).all(-1)
    return far


def _choose(field: DynamicField, golden: dict[str, Tensor]) -> Tensor:
    """Indices of the points: a twelfth of them outside of the box."""
    positions, slots = golden["positions_world"], golden["timesteps"]
    good = torch.isin(slots, torch.tensor(TIMESTEPS))
    for state in STATES:
        unit = _looked_up(_blended(field, golden, state), positions, slots)
        good &= _far_from_faces(field, unit)
    unit = to_unit(positions, field.scene_box)
    inside = ((unit > 0.01) & (unit < 0.99)).all(-1)
    outside = ((unit < -0.01) | (unit > 1.01)).any(-1)
    n_outside = N_POINTS // 12
    chosen = [
        (good & inside).nonzero().flatten()[: N_POINTS - n_outside],
        (good & outside).nonzero().flatten()[:n_outside],
    ]
    return torch.cat(chosen)


def _touched(field: DynamicField, unit: Tensor) -> Tensor:
    """Entries of a table that a look-up reads."""
    entries = []
    for level in field.hash_ensemble.grid.levels:
        cell = (unit * level.scale + 0.5).floor().long()
        for corner in torch.cartesian_prod(*[torch.arange(2)] * 3):
            entries.append(level.offset + corner_index(cell + corner, level))
    return torch.cat(entries).unique()


def _hash_tables(
    field: DynamicField, golden: dict[str, Tensor], chosen: Tensor, model: dict[str, Tensor]
) -> dict[str, np.ndarray]:
    """Entries of all states, and their 8 numbers in each encoding; NaN in tables not read there."""
    positions, slots = golden["positions_world"][chosen], golden["timesteps"][chosen]
    n_entries = field.hash_ensemble.tables.shape[1]
    n_read = torch.zeros(n_entries, dtype=torch.int64)
    for state in STATES:
        blended = _blended(field, golden, state)
        entries = _touched(field, _looked_up(blended, positions, slots))
        n_open = int(np.ceil(blended.windows.hash))
        n_read[entries] = n_read[entries].clamp(min=n_open)
    entries = n_read.nonzero().flatten()
    result = {"hash_entries": entries.numpy().astype(np.int32)}
    for pack in range(field.n_tables // 4):
        name = f"field.hash_ensemble.hash_encodings.{pack}.params"
        values = model[name].view(n_entries, 4, 2)[entries].clone()
        table = torch.arange(4 * pack, 4 * pack + 4)
        values[table >= n_read[entries, None]] = torch.nan
        result[name] = values.half().numpy()
    return result


def _deformation(
    field: DynamicField, golden: dict[str, Tensor], chosen: Tensor, model: dict[str, Tensor]
) -> dict[str, np.ndarray]:
    """The deformation MLP's parameters with the silent units' at 0."""
    deformation = field.deformation
    assert isinstance(deformation, DeformationField)
    n_layers = len(deformation.layers)
    awake = [torch.zeros(deformation.config.mlp_layer_width).bool() for _ in range(n_layers)]
    unit = to_unit(golden["positions_world"][chosen], field.scene_box)
    codes = deformation.codes[golden["timesteps"][chosen]]
    for state in STATES:
        encoding = windowed_encoding(unit, float(golden[f"{state}_window_deform"]))
        inputs = torch.cat([encoding, codes], -1)
        hidden = inputs
        for index, layer in enumerate(deformation.layers):
            before = layer(torch.cat([inputs, hidden], -1) if index == 4 else hidden)
            awake[index] |= (before > -UNIT_MARGIN).any(0)
            hidden = torch.relu(before)
    result = {}
    for index in range(n_layers):
        weight = model[f"{STEM}.{index}.weight"] * awake[index][:, None]
        if index > 0:
            weight[:, -len(awake[index - 1]) :] *= awake[index - 1]
        result[f"{STEM}.{index}.weight"] = weight.numpy()
        result[f"{STEM}.{index}.bias"] = (model[f"{STEM}.{index}.bias"] * awake[index]).numpy()
    for head in HEADS:
        result[f"{head}.layers.0.weight"] = (model[f"{head}.layers.0.weight"] * awake[-1]).numpy()
        result[f"{head}.layers.0.bias"] = model[f"{head}.layers.0.bias"].numpy()
    return result


def _golden(golden: dict[str, Tensor], chosen: Tensor) -> dict[str, np.ndarray]:
    names = ["positions_world", "directions", "timesteps"]
    names += [f"{s}_{kind}" for s in STATES for kind in ("offsets", "features", "sigma", "rgb")]
    result = {name: golden[name][chosen].numpy() for name in names}
    for state in STATES:
        for name in (f"{state}_window_deform", f"{state}_window_hash"):
            result[name] = golden[name].numpy()
    rays = torch.linspace(0, len(golden["ray_origins"]) - 1, N_RAYS).long()
    for name in ("ray_origins", "ray_directions", "ray_n_samples"):
        result[name] = golden[name][rays].numpy()
    return result


@torch.no_grad()
def main() -> None:
    """Writes the file."""
    released = read_released(CHECKPOINT)
    field = DynamicField(
        released.config, released.scene_box, released.n_timesteps, torch.Generator()
    )
    field.load_state_dict(released.field_state)
    pipeline = torch.load(CHECKPOINT, map_location="cpu", weights_only=True)["pipeline"]
    model = {name.removeprefix("_model."): value for name, value in pipeline.items()}
    golden = tensors(SHARED / "golden.npz")
    chosen = _choose(field, golden)
    content = {name: model[name].numpy() for name in WHOLE}
    content |= {name: model[name].half().numpy() for name in HALF}
    content |= _hash_tables(field, golden, chosen, model)
    content |= _deformation(field, golden, chosen, model)
    content |= _golden(golden, chosen)
    content["occupancy_grid.binaries"] = np.packbits(model["occupancy_grid.binaries"].numpy())
    temporary = Path(f"{SMALL}.partial")
    with temporary.open("wb") as file:
        np.savez_compressed(file, **content)
    os.replace(temporary, SMALL)
    print(f"{SMALL}: {SMALL.stat().st_size / 1000:.0f} kB, {len(chosen)} points")


if __name__ == "__main__":
    main()
