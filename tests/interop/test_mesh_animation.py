"""A mesh that moves, as binary glTF: what a reader that shares no code with ours finds."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gaussian_readers import read_arrays
from nersemble.interop.mesh_animation import animation_glb
from nersemble.rendering.surface import Surface

_SECONDS = (0.0, 0.25, 1.0)


def _surfaces() -> list[Surface]:
    """A tetrahedron that moves and changes its colours."""
    random = np.random.default_rng(0)
    faces = np.array([[0, 2, 1], [0, 1, 3], [1, 2, 3], [2, 0, 3]])
    first = Surface(*(random.random((4, 3), np.float32) for _ in range(3)), faces)
    moved = [random.random((2, 4, 3), np.float32) for _ in _SECONDS[1:]]
    return [first, *(replace(first, positions_world=p, rgbs=c) for p, c in moved)]


@pytest.fixture
def file(tmp_path: Path) -> tuple[dict[str, Any], list[np.ndarray]]:
    path = tmp_path / "animation.glb"
    path.write_bytes(animation_glb(_surfaces(), _SECONDS, ["t 0", "t 5", "t 9"]))
    return read_arrays(path)


def _at(
    scene: dict[str, Any], arrays: list[np.ndarray], seconds: float
) -> tuple[np.ndarray, np.ndarray]:
    """Positions and linear colours at a time, as the specification has a viewer make them."""
    (animation,), (mesh,) = scene["animations"], scene["meshes"]
    (sampler,), (primitive,) = animation["samplers"], mesh["primitives"]
    times, n = arrays[sampler["input"]][:, 0], len(primitive["targets"])
    keys = arrays[sampler["output"]].reshape(len(times), n)
    weights = [np.interp(seconds, times, key) for key in keys.T]

    def value(name: str, scale: float, target_scale: float) -> np.ndarray:
        base = arrays[primitive["attributes"][name]] / scale
        moves = (arrays[target[name]] / target_scale for target in primitive["targets"])
        return base + sum(w * move for w, move in zip(weights, moves, strict=True))

    return value("POSITION", 1, 1), value("COLOR_0", 65535, 32767)


def test_each_surface_is_shown_at_its_time(file: tuple[dict[str, Any], list[np.ndarray]]) -> None:
    for surface, seconds in zip(_surfaces(), _SECONDS, strict=True):
        positions, rgba = _at(*file, seconds)
        np.testing.assert_allclose(positions, surface.positions_world, atol=1e-6)
        linear = ((surface.rgbs + 0.055) / 1.055) ** 2.4
        np.testing.assert_allclose(rgba[:, :3], linear, atol=2e-3)
        np.testing.assert_array_equal(rgba[:, 3], 1)


def test_between_two_surfaces_it_goes_straight(
    file: tuple[dict[str, Any], list[np.ndarray]],
) -> None:
    first, second, _ = _surfaces()
    middle = (first.positions_world + second.positions_world) / 2
    np.testing.assert_allclose(_at(*file, 0.125)[0], middle, atol=1e-6)


def test_weights_times_and_triangles_are_as_the_specification_wants_them(
    file: tuple[dict[str, Any], list[np.ndarray]],
) -> None:
    """Khronos's own validator finds no error and no warning in such a file."""
    scene, arrays = file
    (mesh,), (animation,) = scene["meshes"], scene["animations"]
    (primitive,), (sampler,) = mesh["primitives"], animation["samplers"]
    np.testing.assert_array_equal(arrays[primitive["indices"]][:, 0], _surfaces()[0].faces.ravel())
    assert len(mesh["weights"]) == len(primitive["targets"]) == 2
    assert mesh["extras"]["targetNames"] == ["t 5", "t 9"]
    times, weights = arrays[sampler["input"]][:, 0], arrays[sampler["output"]]
    np.testing.assert_array_equal(times, np.float32(_SECONDS))
    assert {"min", "max"} <= set(scene["accessors"][sampler["input"]])
    np.testing.assert_array_equal(weights.reshape(3, 2), [[0, 0], [1, 0], [0, 1]])
    for positions in (primitive["attributes"], *primitive["targets"]):
        accessor = scene["accessors"][positions["POSITION"]]
        assert {"min", "max"} <= set(accessor)
        assert accessor["count"] == 4
    assert animation["channels"] == [{"sampler": 0, "target": {"node": 0, "path": "weights"}}]
