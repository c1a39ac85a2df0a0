"""The original's numbers at a few points, without ../shared: tests/data/make_golden_small.py.

The small file's parameters are laid out as the original's checkpoint and read by the same code as
a released one. What the file leaves out of the hash tables is huge here, so that a look-up of any
other entry than the original's shows.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor

from golden_values import SMALL, STATES, TOLERANCES, relative_error, tensors
from nersemble.errors import CheckpointError
from nersemble.fields.windows import WindowState
from nersemble.interop.released import ReleasedModel, read_released
from nersemble.marching.marcher import march
from nersemble.randomness import seeded_generator
from nersemble.rays.batch import RayBatch
from nersemble.rendering.config import HeadModelConfig
from nersemble.rendering.head_model import HeadModel

_UNRECORDED = 1e4
_N_ENTRIES = 126_976  # 16 levels of at most 2^13 entries, the coarsest of 16^3
_STEP = 399


def _pipeline(small: dict[str, Tensor]) -> dict[str, Tensor]:
    """A released model's parameters, by their names in its checkpoint."""
    pipeline = {}
    for name, value in small.items():
        if "hash_encodings" in name:
            whole = torch.full((_N_ENTRIES, *value.shape[1:]), _UNRECORDED)
            known = value.float().nan_to_num(nan=_UNRECORDED)
            whole[small["hash_entries"].long()] = known
            pipeline[name] = whole.flatten()
        elif name.startswith(("field.", "deformation_field.", "time_embedding")):
            pipeline[name] = value.float()
    bits = small["occupancy_grid.binaries"]
    unpacked = (bits[:, None] >> torch.arange(7, -1, -1)) & 1
    pipeline["occupancy_grid.binaries"] = unpacked.bool().view(1, 128, 128, 128)
    pipeline["occupancy_grid.occs"] = torch.zeros(128**3)
    return {f"_model.{name}": value for name, value in pipeline.items()}


@pytest.fixture(scope="module")
def small() -> dict[str, Tensor]:
    return tensors(SMALL)


@pytest.fixture(scope="module")
def checkpoint(small: dict[str, Tensor], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("released") / f"step-{_STEP:09d}.ckpt"
    content = {"step": _STEP, "pipeline": _pipeline(small), "optimizers": {}, "scalers": {}}
    torch.save(content, path)
    return path


@pytest.fixture(scope="module")
def released(checkpoint: Path) -> ReleasedModel:
    return read_released(checkpoint)


@pytest.fixture(scope="module")
def model(released: ReleasedModel) -> HeadModel:
    config = HeadModelConfig(dynamic_field=released.config)
    head = HeadModel(
        config, released.scene_box, released.n_timesteps, seeded_generator(0, "replaced")
    )
    head.field.load_state_dict(released.field_state)
    head.grid.set_binaries(released.grid_state["binaries"])
    return head


def test_sizes_are_read_off_the_parameters(released: ReleasedModel) -> None:
    assert released.step == _STEP
    assert released.n_timesteps == 12
    ensemble, deformation = released.config.hash_ensemble, released.config.deformation
    assert (ensemble.n_hash_encodings, ensemble.log2_hashmap_size) == (8, 13)
    assert (deformation.mlp_num_layers, deformation.mlp_layer_width) == (6, 128)
    assert deformation.deformation_offset_space == "unit"


@pytest.mark.parametrize("state", STATES)
@torch.no_grad()
def test_points_in_every_state_of_the_windows(
    model: HeadModel, small: dict[str, Tensor], state: str
) -> None:
    windows = WindowState(
        float(small[f"{state}_window_deform"]), float(small[f"{state}_window_hash"])
    )
    blended = model.field.blend(torch.arange(model.field.n_timesteps), windows)
    positions, slots = small["positions_world"], small["timesteps"]
    offsets = blended.offsets_unit(positions, slots)
    features, _ = blended.features(positions, offsets, slots)
    samples = blended(positions, small["directions"], slots)
    found = {
        "offsets": offsets,
        "features": features,
        "sigma": samples.sigmas,
        "rgb": samples.rgbs,
    }
    for name, value in found.items():
        assert relative_error(value, small[f"{state}_{name}"]) <= TOLERANCES[name], name


def test_some_of_the_points_lie_outside_of_the_box(small: dict[str, Tensor]) -> None:
    assert 0 < int((small["final_sigma"] == 0).sum()) < len(small["final_sigma"]) / 2


def test_samples_lie_in_the_originals_occupied_cells(
    model: HeadModel, small: dict[str, Tensor]
) -> None:
    rays = RayBatch.of_timestep(small["ray_origins"], small["ray_directions"], 0)
    counts = march(rays, model.grid, model.config.marcher).counts
    difference = (counts - small["ray_n_samples"]).abs()
    assert (difference == 0).float().mean() >= 0.93
    assert difference.max() <= 2
    assert small["ray_n_samples"].max() > 100


@pytest.mark.parametrize(
    "missing", ["field.mlp_base.params", "time_embedding.weight", "occupancy_grid.occs"]
)
def test_a_checkpoint_without_a_part_is_refused_by_name(
    small: dict[str, Tensor], tmp_path: Path, missing: str
) -> None:
    pipeline = _pipeline(small)
    del pipeline[f"_model.{missing}"]
    path = tmp_path / "step-000000399.ckpt"
    torch.save({"step": _STEP, "pipeline": pipeline}, path)
    with pytest.raises(CheckpointError, match=rf"{path.name}.*{missing}"):
        read_released(path)


def test_tables_of_a_size_that_no_model_has_are_refused(
    small: dict[str, Tensor], tmp_path: Path
) -> None:
    pipeline = _pipeline(small)
    for name in list(pipeline):
        if "hash_encodings" in name:
            pipeline[name] = pipeline[name][:-8]
    path = tmp_path / "step-000000399.ckpt"
    torch.save({"step": _STEP, "pipeline": pipeline}, path)
    with pytest.raises(CheckpointError, match="126975 entries"):
        read_released(path)


@pytest.mark.parametrize("content", [b"", b"not a checkpoint", b"PK\x03\x04 cut short"])
def test_a_file_that_is_no_checkpoint_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "step-000300000.ckpt"
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match=path.name):
        read_released(path)


def test_a_missing_checkpoint_is_named(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"gone.* does not exist"):
        read_released(tmp_path / "gone.ckpt")


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("time_embedding.weight", lambda t: t[:0]),
        ("time_embedding.weight", lambda t: t[0]),
        ("time_embedding_deformation.weight", lambda t: t.flatten()),
        ("field.aabb", lambda t: t.int()),
        ("field.aabb", lambda t: t * torch.nan),
        ("field.aabb", lambda t: t.flip(0)),
        ("field.mlp_base.params", lambda t: t[:-1]),
        ("field.mlp_head.params", lambda t: torch.quantize_per_tensor(t, 0.1, 0, torch.qint8)),
        ("field.hash_ensemble.hash_encodings.0.params", lambda t: t[:-1]),
        ("occupancy_grid.binaries", lambda t: t[..., :-1]),
        ("occupancy_grid.occs", lambda t: t[:-1]),
    ],
)
def test_a_tensor_of_odd_shape_or_type_is_named_with_its_file(
    small: dict[str, Tensor], tmp_path: Path, name: str, change: Callable[[Tensor], Tensor]
) -> None:
    pipeline = _pipeline(small)
    pipeline[f"_model.{name}"] = change(pipeline[f"_model.{name}"])
    path = tmp_path / "step-000000399.ckpt"
    torch.save({"step": _STEP, "pipeline": pipeline}, path)
    with pytest.raises(CheckpointError, match=rf"{path.name}.*{name}"):
        read_released(path)
