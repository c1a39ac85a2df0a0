"""The original's model, loaded and evaluated by ours, against what the original computed."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from golden_values import (
    CHECKPOINT,
    SHARED,
    STATES,
    TOLERANCES,
    relative_error,
    tensors,
)
from nersemble.data_manager.calibration import cameras, read_camera_params
from nersemble.fields.windows import WindowState
from nersemble.jobs.loading import restored_model
from nersemble.jobs.released import open_released
from nersemble.marching.config import GridFilterConfig
from nersemble.marching.grid_filter import largest_component
from nersemble.marching.marcher import march
from nersemble.rays.batch import RayBatch
from nersemble.rendering.head_model import HeadModel
from nersemble.rendering.renderer import TorchRenderer
from nersemble.runs.folders import Run

pytestmark = pytest.mark.skipif(not CHECKPOINT.exists(), reason="needs ../shared/golden")


@pytest.fixture(scope="module")
def model() -> HeadModel:
    """As evaluation and rendering open the original's folder."""
    description, checkpoint = open_released(Run(CHECKPOINT.parents[1]), -1)
    cpu = torch.device("cpu")
    return restored_model(description, checkpoint.tensors, checkpoint.path, cpu)


@pytest.fixture(scope="module")
def golden() -> dict[str, torch.Tensor]:
    return tensors(SHARED / "golden.npz")


@pytest.mark.parametrize("state", STATES)
@torch.no_grad()
def test_points_in_every_state_of_the_windows(
    model: HeadModel, golden: dict[str, torch.Tensor], state: str
) -> None:
    windows = WindowState(
        float(golden[f"{state}_window_deform"]), float(golden[f"{state}_window_hash"])
    )
    blended = model.field.blend(torch.arange(model.field.n_timesteps), windows)
    positions, slots = golden["positions_world"], golden["timesteps"]
    offsets = blended.offsets_unit(positions, slots)
    features, _ = blended.features(positions, offsets, slots)
    samples = blended(positions, golden["directions"], slots)
    found = {
        "offsets": offsets,
        "features": features,
        "sigma": samples.sigmas,
        "rgb": samples.rgbs,
    }
    for name, value in found.items():
        assert relative_error(value, golden[f"{state}_{name}"]) <= TOLERANCES[name], name


def test_rendered_rays_and_sample_counts(model: HeadModel, golden: dict[str, torch.Tensor]) -> None:
    rays = RayBatch.of_timestep(golden["ray_origins"], golden["ray_directions"], 0)
    windows = WindowState(7.0, float(model.field.n_tables))
    rendered = TorchRenderer(model).render(rays, TorchRenderer(model).blend(0, windows))
    error = (rendered.rgbs - golden["ray_rgb"]).square().mean()
    assert -10 * torch.log10(error) >= 60
    assert (rendered.accumulations - golden["ray_accumulation"]).abs().mean() <= 1.2e-4
    solid = golden["ray_accumulation"] > 0.5
    assert (rendered.depths_world - golden["ray_depth"]).abs()[solid].max() <= 0.05
    counts = march(rays, model.grid, model.config.marcher).counts
    difference = (counts - golden["ray_n_samples"]).abs()
    assert (difference == 0).float().mean() >= 0.93
    assert difference.max() <= 2


def test_rays_through_the_fused_kernels(golden: dict[str, torch.Tensor]) -> None:
    """On a GPU all rays; the interpreter takes milliseconds a program."""
    pytest.importorskip("triton")
    from nersemble.fused.field import FusedField
    from nersemble.fused.image import render_rays_in_waves

    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    description, checkpoint = open_released(Run(CHECKPOINT.parents[1]), -1)
    model = restored_model(description, checkpoint.tensors, checkpoint.path, device)
    fused = FusedField(model.field)
    marcher = replace(model.config.marcher, early_stop_eps=0.0)
    chosen = slice(0, None, 1 if device.type == "cuda" else 256)
    origins, directions, wanted = (
        golden[name][chosen].contiguous() for name in ("ray_origins", "ray_directions", "ray_rgb")
    )
    windows = WindowState(7.0, float(model.field.n_tables))
    blend = fused.blend(torch.tensor([0], device=device), windows)
    rays, _ = render_rays_in_waves(
        origins.to(device), directions.to(device), model.grid, marcher, blend
    )
    error = (rays.rgbs.cpu() - wanted).square().mean()
    assert -10 * torch.log10(error) >= 60


def test_ray_origins_and_directions(golden: dict[str, torch.Tensor]) -> None:
    path = SHARED.parent / "captures" / "900" / "camera_params.json"
    height, width = golden["ray_image_hw"].tolist()
    camera = next(
        c.camera
        for c in cameras(read_camera_params(path), (width, height))
        if c.serial == "222200040"
    )
    origins, directions = camera.rays(golden["ray_pixel_yx"])
    assert (origins - golden["ray_origins"]).abs().max() <= 1e-6
    assert (directions - golden["ray_directions"]).abs().max() <= 1e-6


def test_filtered_grid_in_every_cell(model: HeadModel, golden: dict[str, torch.Tensor]) -> None:
    packed = golden["filtered_binaries_packed"].numpy()
    wanted = np.unpackbits(packed).astype(bool).reshape(128, 128, 128)
    found = largest_component(model.grid, GridFilterConfig())
    assert np.array_equal(found.numpy(), wanted)
