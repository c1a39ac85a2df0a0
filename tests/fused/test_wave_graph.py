"""Pictures of the fused renderer, with and without graphs, against those of the torch engine.

On a CPU a graph is the same work, launched again.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch

from nersemble.marching.config import OccupancyGridConfig
from nersemble.rendering.head_model import HeadModel
from nersemble.rendering.image import RenderedImage, Renderer
from nersemble.rendering.renderer import TorchRenderer
from small_heads import OPEN, front_camera, make_head

pytest.importorskip("triton")

from nersemble.fused import wave_graph
from nersemble.fused.kernels import waves
from nersemble.fused.renderer import FusedRenderer
from nersemble.fused.wave_graph import Tile, TileRenderer, cuda_graph

ON_GPU = torch.cuda.is_available()
DEVICE = "cuda" if ON_GPU else "cpu"
STEP = 0.2


def trained_head() -> HeadModel:
    """Whose grid was updated at all timesteps, so that part of it is empty at each of them."""
    head = make_head(
        occupancy=OccupancyGridConfig(grid_resolution=4),
        early_stop_eps=1e-2,
        render_step_size=STEP,
    )
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        head.field.base_mlp.weights[1][0] *= 6
        for timestep in range(head.field.n_timesteps):
            blended = TorchRenderer(head).blend(timestep, OPEN)
            for step in range(3):
                head.grid.update(step, blended.density, 1, STEP, generator)
    return head.to(DEVICE)


class Counted:
    """Makes graphs, and counts how often it did and how often they ran."""

    def __init__(self) -> None:
        self.n_made = self.n_run = 0

    def __call__(self, run: Callable[[], Tile]) -> Callable[[], Tile]:
        self.n_made += 1
        again = cuda_graph(run) if ON_GPU else run

        def counted() -> Tile:
            self.n_run += 1
            return again()

        return counted


@pytest.fixture
def capture(monkeypatch: pytest.MonkeyPatch) -> Counted:
    """A maker of graphs; tiles are so small that a picture has several, as are buffers, since the
    interpreter takes its time with programs that have nothing to do."""
    monkeypatch.setattr(wave_graph, "TILE", 32)
    monkeypatch.setattr(wave_graph, "_LEAST_ROOM", 1024)
    monkeypatch.setattr(waves, "_ROUND_UP", 1024)
    return Counted()


def fused(head: HeadModel, capture: Counted) -> FusedRenderer:
    renderer = FusedRenderer(head)
    renderer.lengths = 4, 16
    renderer.tiles = TileRenderer(capture)
    return renderer


def picture(renderer: Renderer, timestep: float = 1, side: int = 6) -> RenderedImage:
    return renderer.image(front_camera(side, side, side * 1.2), timestep, OPEN, 10_000)


def assert_alike(found: RenderedImage, wanted: RenderedImage) -> None:
    """To what half precision and the timestep's cells make."""
    assert float((found.rgb - wanted.rgb).abs().max()) < 0.02
    assert float((found.rgb - wanted.rgb).abs().mean()) < 2e-3
    assert float((found.accumulation - wanted.accumulation).abs().max()) < 0.02
    assert float((found.offsets_unit - wanted.offsets_unit).abs().max()) < 5e-3


def test_all_pictures_are_those_of_the_torch_engine(capture: Counted) -> None:
    """Timesteps that alternate, one between two, and sizes that are no whole number of tiles."""
    reference, renderer = TorchRenderer(trained_head()), fused(trained_head(), capture)
    for timestep, side in ((0, 6), (2, 6), (0, 6), (0.5, 5)):
        assert_alike(picture(renderer, timestep, side), picture(reference, timestep, side))
    assert capture.n_made == 1
    assert capture.n_run == 2 + 2 + 1


def test_a_filtered_grid_filters_pictures(capture: Counted) -> None:
    heads = trained_head(), trained_head()
    reference, renderer = TorchRenderer(heads[0]), fused(heads[1], capture)
    whole = picture(renderer)
    for head in heads:
        filtered_cells = head.grid.binaries.clone()
        filtered_cells[:, :, :, 2:] = False
        head.grid.set_binaries(filtered_cells)
    for _ in range(2):
        filtered = picture(renderer)
        assert_alike(filtered, picture(reference))
    assert float((filtered.rgb - whole.rgb).abs().max()) > 0.1
    assert capture.n_run


def test_an_empty_picture(capture: Counted) -> None:
    head = trained_head()
    head.grid.set_binaries(torch.zeros_like(head.grid.binaries))
    renderer = fused(head, capture)
    for _ in range(3):
        found = picture(renderer)
        assert bool((found.rgb == 1).all())
        assert not bool(found.accumulation.any())
        assert int(renderer.n_samples) == 0


def test_a_picture_that_needs_more_room_than_those_before(capture: Counted) -> None:
    """It is rendered again, and the next graph has the room."""
    head = trained_head()
    renderer, whole = fused(head, capture), head.grid.binaries.clone()
    few = torch.zeros_like(whole)
    few[:, 2, 2, 2] = True
    head.grid.set_binaries(few)
    wanted = [picture(renderer) for _ in range(2)][-1]
    assert capture.n_made == 1
    renderer.tiles._graph = None
    renderer.tiles._rooms = renderer.tiles._rooms[:1]
    assert_alike(picture(renderer), wanted)
    head.grid.set_binaries(whole)
    filled = picture(TorchRenderer(trained_head()))
    for _ in range(2):
        assert_alike(picture(renderer), filled)
    assert capture.n_made == 3


def test_other_settings_are_other_graphs(capture: Counted) -> None:
    renderer = fused(trained_head(), capture)
    marcher = renderer.config.marcher
    everything = renderer.under(
        replace(renderer.config, marcher=replace(marcher, early_stop_eps=0.0))
    )
    pictures = [picture(one) for one in (renderer, renderer, everything, everything)]
    assert capture.n_made == 2
    assert float((pictures[1].rgb - pictures[3].rgb).abs().max()) <= 0.02
    n_samples = int(everything.n_samples)
    assert 0 < int(renderer.n_samples) < n_samples


def test_without_graphs_pictures_are_launched(capture: Counted) -> None:
    def cannot(run: Callable[[], Tile]) -> Callable[[], Tile]:
        raise RuntimeError("no memory")

    renderer = fused(trained_head(), capture)
    renderer.tiles = TileRenderer(cannot)
    first, second = picture(renderer), picture(renderer)
    assert torch.equal(first.rgb, second.rgb)
