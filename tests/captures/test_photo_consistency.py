"""Mistakes of a calibration that the pictures of neighbouring cameras reveal."""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch

from nersemble.captures.findings import judge
from nersemble.captures.photo_consistency import Picture, find_mistakes, picture
from nersemble.captures.silhouettes import neck_direction, silhouette
from nersemble.captures.synthetic.rig import world_to_camera
from nersemble.geometry.camera import Camera
from nersemble.geometry.world import SCALE_FACTOR

WIDTH, HEIGHT = 110, 160
RADIUS = 0.11
# An arc of neighbours, by camera id of the synthetic rig.
PLACES = {"a": 1, "b": 5, "c": 8, "d": 10, "e": 12, "f": 7, "g": 9, "h": 4}


@cache
def _rig() -> dict[str, Picture]:
    """Pictures of a ball with a texture, whose cameras are right; all outlines are alike."""
    draw = np.random.default_rng(0)
    waves, phases = draw.normal(0, 60, (24, 3)), draw.uniform(0, 6, 24)
    found = {}
    for index, (name, place) in enumerate(PLACES.items()):
        # Lenses, principal points and distances differ, as in rigs built by hand.
        focal = 300.0 * (1 + 0.1 * math.sin(3 * index))
        center = (WIDTH / 2 + 3 * math.sin(index), HEIGHT / 2 + 3)
        intrinsics = np.array([[focal, 0, center[0]], [0, focal, center[1]], [0, 0, 1]])
        pose = world_to_camera(place)
        pose[:3, 3] += [0.03 * math.sin(2 * index), 0.03 * math.cos(5 * index), 0.1 * (index % 3)]
        camera = Camera.calibrated(intrinsics, pose, WIDTH, HEIGHT)
        origins, directions = (rays.double() for rays in camera.all_rays())
        along = -(origins * directions).sum(1)
        inside = (RADIUS * SCALE_FACTOR) ** 2 - ((origins**2).sum(1) - along**2)
        hit = origins + (along - inside.clamp(min=0).sqrt())[:, None] * directions
        grey = np.sin(hit.numpy() / SCALE_FACTOR @ waves.T + phases).mean(1)
        rgb = np.repeat(np.rint(127 + 300 * grey).clip(0, 255)[:, None], 3, 1).astype(np.uint8)
        alpha = np.where(inside.numpy() > 0, 255, 0).astype(np.uint8)
        found[name] = picture(
            silhouette(name, camera, alpha.reshape(HEIGHT, WIDTH)), rgb.reshape(HEIGHT, WIDTH, 3)
        )
    return found


def _with(change: Callable[[Camera], Camera], *names: str) -> dict[str, Picture]:
    """The rig with other cameras; of all pictures if no names are given."""
    return {
        name: replace(one, camera=change(one.camera)) if name in names or not names else one
        for name, one in _rig().items()
    }


def _zoomed(factor: float) -> Callable[[Camera], Camera]:
    zoom = torch.tensor([[factor], [factor], [1.0]], dtype=torch.float64)
    center = torch.tensor([[0, 0, 1.0], [0, 0, 1.0], [0, 0, 0]], dtype=torch.float64)

    def change(camera: Camera) -> Camera:
        scaled = torch.where(center > 0, camera.intrinsics, camera.intrinsics * zoom)
        return replace(camera, intrinsics=scaled)

    return change


def _in_mirrored_world(camera: Camera) -> Camera:
    """The camera in a world whose x is mirrored, with a proper rotation, as left-handed programs
    write it."""
    mirror = torch.diag(torch.tensor([-1.0, 1, 1, 1], dtype=torch.float64))
    return replace(camera, world_to_camera=mirror @ camera.world_to_camera @ mirror)


def _rolled(camera: Camera) -> Camera:
    roll = torch.diag(torch.tensor([-1.0, -1, 1, 1], dtype=torch.float64))
    return replace(camera, world_to_camera=roll @ camera.world_to_camera)


def _inverted(camera: Camera) -> Camera:
    return replace(camera, world_to_camera=camera.camera_to_world)


def test_a_right_rig_has_no_mistakes() -> None:
    found = find_mistakes(_rig())
    assert (found.of_all, dict(found.of_cameras), dict(found.taken_by)) == ("", {}, {})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_in_mirrored_world, "mirrored left to right"),
        (_rolled, "turned by 180 degrees"),
        (_zoomed(0.7), "focal lengths seem to be about 1.3 times"),
        (_zoomed(1.3), "focal lengths seem to be about 0.75 times"),
    ],
)
def test_a_mistake_of_all_cameras_is_named(change: Callable[[Camera], Camera], words: str) -> None:
    assert words in find_mistakes(_with(change)).of_all


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_in_mirrored_world, ""),
        (_rolled, "turned by 180 degrees"),
        (_inverted, "inverted pose"),
    ],
)
def test_a_mistake_of_one_camera_names_it_only(
    change: Callable[[Camera], Camera], words: str
) -> None:
    found = find_mistakes(_with(change, "c"))
    assert not found.of_all
    assert found.of_cameras.keys() <= {"c"}
    assert words in found.of_cameras.get("c", "")


def _reordered(order: Mapping[str, str]) -> dict[str, Picture]:
    rig = _rig()
    return {n: replace(one, camera=rig[order.get(n, n)].camera) for n, one in rig.items()}


@pytest.mark.parametrize("pair", [("b", "c"), ("c", "g"), ("f", "d")])
def test_swapped_cameras_are_named(pair: tuple[str, str]) -> None:
    first, second = pair
    found = find_mistakes(_reordered({first: second, second: first}))
    assert found.taken_by == {first: second, second: first}
    assert not found.of_cameras


def test_cameras_in_another_order() -> None:
    names = list(PLACES)
    found = find_mistakes(_reordered(dict(zip(names, names[::-1], strict=True))))
    assert "another order" in found.of_all


def test_nothing_is_said_without_texture_or_with_two_cameras() -> None:
    grey = {n: replace(one, grey=torch.full_like(one.grey, 0.5)) for n, one in _rig().items()}
    few = dict(list(_with(_rolled).items())[:2])
    for pictures in (grey, few, {}):
        found = find_mistakes(pictures)
        assert (found.of_all, dict(found.of_cameras), dict(found.taken_by)) == ("", {}, {})


def test_masks_show_where_the_neck_is() -> None:
    """The neck leaves every picture at its lower border, also if the camera stands on its head."""
    rig = []
    for name, one in _rig().items():
        mask = one.mask.clone()
        mask[HEIGHT // 2 :, 40:70] = True
        rig.append(silhouette(name, one.camera, mask.numpy() * np.uint8(255)))
    down = neck_direction(rig)
    assert down is not None
    assert down[2] < -0.9
    turned = [replace(one, mask=one.mask.flip(0)) for one in rig]
    up = neck_direction(turned)
    assert up is not None
    assert up[2] > 0.9
    cameras = {one.serial: one.camera for one in rig}
    assert judge(cameras, [rig], {}).up is None
    findings = judge(cameras, [turned], {})
    assert findings.up is not None
    assert findings.up[2] < -0.9
    assert "not down" in findings.of_all[0]
    assert neck_direction([*rig[:4], *turned[4:]]) is None
