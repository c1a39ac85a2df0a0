"""The channels of a picture, and what is drawn into it."""

import itertools
from contextlib import nullcontext

import numpy as np
import pytest
import torch
from torch import Tensor

from nersemble.geometry.scene_box import SceneBox
from nersemble.marching.config import OccupancyGridConfig
from nersemble.marching.occupancy_grid import OccupancyGrid
from nersemble.rendering.channels import error_to_rgb
from nersemble.viewer.page import view_of
from nersemble.viewer.pictures import CHANNELS, ShownPicture, Subject, Truths, Viewpoint, paint
from nersemble.viewer.scene import box_edges, surface_cells
from small_heads import OPEN
from viewing import front_viewpoint, make_subject


@pytest.fixture(scope="module")
def subject(tmp_path_factory: pytest.TempPathFactory) -> Subject:
    return make_subject(tmp_path_factory.mktemp("subject"))


class _KnownTruths(Truths):
    """Another picture for every camera than the capture's."""

    def __init__(self, subject: Subject, change: float) -> None:
        super().__init__(subject.dataset)
        self._renderer, self._change = subject.renderer, change

    def picture(self, serial: str, timestep: int) -> Tensor:
        camera = self.cameras[serial].resized(120, 174)
        rgb = self._renderer.image(camera, timestep, OPEN, 4096).rgb
        return (rgb + self._change).clamp(0, 2)


def _paint(subject: Subject, viewpoint: Viewpoint, truths: Truths | None = None) -> ShownPicture:
    known = truths or Truths(subject.dataset)
    return paint(subject, known, viewpoint, 24, 4096, nullcontext)


def test_the_channels_are_pictures_of_their_own(subject: Subject) -> None:
    pictures = [_paint(subject, front_viewpoint(subject, channel)).rgb for channel in CHANNELS]
    assert {picture.shape for picture in pictures} == {(24, 12, 3)}
    for first, second in itertools.combinations(pictures, 2):
        assert np.abs(first.astype(int) - second).mean() > 3


def test_rgb_is_what_a_video_would_show(subject: Subject) -> None:
    viewpoint = front_viewpoint(subject)
    direct = subject.renderer.image(viewpoint.camera(24), 0, OPEN, 100).rgb
    shown = _paint(subject, viewpoint).rgb
    assert np.abs(shown / 255 - direct.numpy()).max() < 0.003


@pytest.mark.slow
@pytest.mark.parametrize(("change", "expected"), [(0.0, 0.0), (0.1, 0.1)])
def test_error_compares_the_same_places(subject: Subject, change: float, expected: float) -> None:
    truths = _KnownTruths(subject, change)
    serial = truths.serials[2]
    # The camera's own principal point is not in the middle: its pixels are not the view's.
    viewpoint = Viewpoint(view_of(truths.cameras[serial], 1), 0.6, "error")
    shown = _paint(subject, viewpoint, truths).rgb / 255
    zero = torch.zeros(1, 1, 3)
    wanted = error_to_rgb(zero, zero + expected)[0, 0].numpy()
    distance = np.abs(shown - wanted).mean(-1)
    assert np.median(distance) < 0.05


@pytest.mark.slow
def test_where_the_nearest_camera_saw_nothing_the_error_is_grey(subject: Subject) -> None:
    truths = _KnownTruths(subject, 0.0)
    view = view_of(truths.cameras[truths.serials[0]], 0)
    wide = Viewpoint(view, 3.0, "error")
    shown = paint(subject, truths, wide, 24, 4096, nullcontext).rgb
    assert (shown[:, :6] == 128).all()
    assert not (shown[:, 34:38] == 128).all()


def test_the_nearest_camera_is_the_one_at_that_place(subject: Subject) -> None:
    truths = Truths(subject.dataset)
    for serial, camera in truths.cameras.items():
        assert truths.nearest(camera) == serial


def test_the_pictures_of_the_capture_are_read_once(subject: Subject) -> None:
    truths = Truths(subject.dataset)
    serial = truths.serials[0]
    picture = truths.picture(serial, 0)
    np.testing.assert_allclose(picture, subject.dataset.truth(serial, 0).rgb)
    assert truths.picture(serial, 0) is picture
    assert truths.picture(serial, 1) is not picture


def test_the_depth_is_along_the_axis_and_far_where_nothing_is(subject: Subject) -> None:
    viewpoint = front_viewpoint(subject, with_depth=True)
    depth = _paint(subject, viewpoint).depth_world
    assert depth is not None
    image = subject.renderer.image(viewpoint.camera(24), 0, OPEN, 4096)
    there = image.accumulation.numpy() >= 0.5
    assert 0 < there.sum() < there.size
    assert (depth[~there] > 100).all()
    distances = image.depth_world.numpy()[there]
    assert (depth[there] <= distances + 1e-5).all()
    assert (depth[there] > 0.95 * distances).all()
    assert _paint(subject, front_viewpoint(subject)).depth_world is None


def test_a_timestep_beyond_the_last_shows_the_last(subject: Subject) -> None:
    def at(timestep: float) -> np.ndarray:
        camera = Truths(subject.dataset).cameras[subject.dataset.splits.train_serials[0]]
        return _paint(subject, Viewpoint(view_of(camera, timestep), 0.6, "rgb")).rgb

    np.testing.assert_array_equal(at(99), at(2))
    assert (at(0) != at(2)).any()


def test_the_edges_of_a_box() -> None:
    edges = box_edges(SceneBox((0, 10, 20), (1, 12, 23)).tensor())
    lengths = np.linalg.norm(edges[:, 1] - edges[:, 0], axis=-1)
    assert sorted(lengths.tolist()) == [1] * 4 + [2] * 4 + [3] * 4
    assert len(np.unique(edges.reshape(-1, 3), axis=0)) == 8
    assert len(np.unique(np.sort(edges.reshape(12, 2, 3), 1).reshape(12, 6), axis=0)) == 12


def test_the_surface_of_the_occupied_space_is_shown_where_it_is() -> None:
    box = SceneBox((0, 0, 0), (8, 16, 24)).tensor()
    grid = OccupancyGrid(OccupancyGridConfig(grid_resolution=8), box)
    binaries = torch.zeros(1, 8, 8, 8, dtype=torch.bool)
    binaries[0, 2:7, 2:7, 0:5] = True
    grid.set_binaries(binaries)
    points, size = surface_cells(grid)
    found = {tuple(cell) for cell in np.floor(points / [1, 2, 3]).astype(int).tolist()}
    # A cube of five cells each way without its inner three; at the grid's edge is a surface too.
    cube = set(itertools.product(range(2, 7), range(2, 7), range(5)))
    inner = set(itertools.product(range(3, 6), range(3, 6), range(1, 4)))
    assert found == cube - inner
    assert size == 3
