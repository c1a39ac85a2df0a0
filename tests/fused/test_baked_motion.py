"""A timestep's motion, baked at the corners of cells, against the deformation field itself."""

import pytest
import torch

from nersemble.fields.windows import WindowState
from nersemble.marching.config import OccupancyGridConfig
from nersemble.marching.occupancy_grid import OccupancyGrid
from small_heads import BOX, front_camera, make_field, make_head

pytest.importorskip("triton")

from nersemble.fused.baked_motion import MotionBaker
from nersemble.fused.field import FusedField
from nersemble.fused.kernels.baked_motion import move
from nersemble.fused.renderer import FusedRenderer
from nersemble.fused.wave_graph import WaveGraphs

SMOOTH = WindowState(2.0, 4.0)
"""Two bands of the deformation: cells of these tests resolve no more."""
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


def points(n: int) -> torch.Tensor:
    return torch.rand(n, 3, generator=torch.Generator().manual_seed(0)).to(DEVICE)


def test_offsets_that_are_linear_in_a_cell_are_exact() -> None:
    side = 5
    corner = torch.stack(torch.meshgrid(*[torch.arange(side) / (side - 1)] * 3, indexing="ij"), -1)
    matrix = torch.tensor([[0.1, 0.02, 0.0], [0.0, -0.1, 0.05], [0.03, 0.0, 0.2]])
    offsets = (corner @ matrix.T + 0.01).float().contiguous().to(DEVICE)
    positions = points(1000)
    count = torch.full((1,), 900, dtype=torch.int32, device=DEVICE)
    found = move(positions, count, offsets)[:900]
    wanted = positions + positions @ matrix.T.to(DEVICE) + 0.01
    torch.testing.assert_close(found, wanted[:900], rtol=0, atol=1e-6)


def test_what_is_wrong_is_said() -> None:
    count = torch.ones(1, dtype=torch.int32, device=DEVICE)
    with pytest.raises(ValueError, match="offsets"):
        move(points(4), count, torch.zeros(5, 5, 5, 4, device=DEVICE))


def test_finer_cells_come_nearer_to_the_field() -> None:
    fused = FusedField(make_field().to(DEVICE))
    blend = fused.blend(torch.tensor([1], device=DEVICE), SMOOTH)
    assert blend.deformation is not None
    positions = points(300) / 8
    slots = torch.zeros(300, dtype=torch.int32, device=DEVICE)
    count = torch.full((1,), 300, dtype=torch.int32, device=DEVICE)
    exact = blend.deformation.forward(positions, slots, count, fused.offset_scale)
    errors = []
    for resolution in (16, 64):
        grid = OccupancyGrid(OccupancyGridConfig(grid_resolution=resolution), BOX).to(DEVICE)
        cells, part = torch.zeros_like(grid.binaries), resolution // 8
        cells[:, :part, :part, :part] = True
        grid.set_binaries(cells)
        baked = MotionBaker(grid).bake(blend.deformation, fused.offset_scale)
        found = baked.forward(positions, slots, count, fused.offset_scale)
        errors.append(float((found - exact).abs().max()))
    moved = float((exact - positions).abs().max())
    assert moved > 0.02, "or the test shows nothing"
    assert errors[1] < 0.01 * moved
    # Linear between corners a sixteenth is left, beside what half precision makes.
    assert errors[1] < errors[0] / 3


def test_corners_follow_the_grid_and_the_timestep() -> None:
    fused = FusedField(make_field().to(DEVICE))
    grid = OccupancyGrid(OccupancyGridConfig(grid_resolution=4), BOX).to(DEVICE)
    baker = MotionBaker(grid)
    some = torch.zeros_like(grid.binaries)
    some[0, 1, 1, 1] = True
    for cells in (some, torch.ones_like(some)):
        grid.set_binaries(cells)
        for timestep in (0, 2):
            blend = fused.blend(torch.tensor([timestep], device=DEVICE), SMOOTH)
            assert blend.deformation is not None
            baked = baker.bake(blend.deformation, fused.offset_scale)
            corner = torch.tensor([[1 / 4, 2 / 4, 1 / 4]], device=DEVICE)
            slot = torch.zeros(1, dtype=torch.int32, device=DEVICE)
            arguments = corner, slot, torch.ones_like(slot), fused.offset_scale
            wanted = blend.deformation.forward(*arguments)
            torch.testing.assert_close(baked.forward(*arguments), wanted, rtol=0, atol=1e-6)


def test_a_preview_shows_what_every_sample_does() -> None:
    head = make_head(
        occupancy=OccupancyGridConfig(grid_resolution=12), early_stop_eps=1e-2, render_step_size=0.2
    )
    with torch.no_grad():
        head.field.base_mlp.weights[1][0] *= 4
        blended = head.field.blend(torch.tensor([1]), SMOOTH)
        generator = torch.Generator().manual_seed(0)
        for step in range(6):
            head.grid.update(step, blended.density, 1, 0.2, generator)
    head = head.to(DEVICE)
    renderer = FusedRenderer(head)
    size = 40 if DEVICE == "cuda" else 8
    camera = front_camera(size, size, size * 1.2)
    wanted = renderer.image(camera, 1, SMOOTH, 0)
    n_whole = int(renderer.n_samples)
    preview = renderer.preview()
    found = preview.image(camera, 1, SMOOTH, 0)
    assert 0 < int(preview.n_samples) <= n_whole
    assert float((found.rgb - wanted.rgb).square().mean()) < 1e-3
    assert float((found.offsets_unit - wanted.offsets_unit).abs().mean()) < 5e-3


@pytest.mark.gpu
@pytest.mark.skipif(DEVICE != "cuda", reason="needs a CUDA device")
def test_a_graph_renders_what_launches_render(monkeypatch: pytest.MonkeyPatch) -> None:
    head = make_head(
        occupancy=OccupancyGridConfig(grid_resolution=32),
        early_stop_eps=1e-2,
        render_step_size=0.02,
    )
    with torch.no_grad():
        head.field.base_mlp.weights[1][0] *= 4
        blended = head.field.blend(torch.tensor([1]), SMOOTH)
        generator = torch.Generator().manual_seed(0)
        for step in range(6):
            head.grid.update(step, blended.density, 1, 0.2, generator)
    renderer = FusedRenderer(head.to(DEVICE)).preview()
    shots = [(front_camera(64, 48, f), t) for f in (60.0, 90.0) for t in (0, 1, 1.5, 2, 0)]

    def pictures() -> list[torch.Tensor]:
        images = [renderer.image(camera, t, SMOOTH, 0) for camera, t in shots]
        return [torch.cat([i.rgb, i.depth_world[..., None], i.offsets_unit], -1) for i in images]

    captured = pictures()
    assert any(graph is not None for graph in renderer._graphs._known.values()), "none was captured"
    # So few waves that some rays go on behind the graph.
    monkeypatch.setattr("nersemble.fused.wave_graph.WAVES", ((2**14, 16),))
    renderer._graphs = WaveGraphs()
    short = pictures()
    renderer._graphs = WaveGraphs()
    monkeypatch.setattr(WaveGraphs, "_captured", lambda *_: None)
    for first, second, wanted in zip(captured, short, pictures(), strict=True):
        torch.testing.assert_close(first, wanted, rtol=1e-4, atol=1e-5)
        torch.testing.assert_close(second, wanted, rtol=1e-4, atol=1e-5)
