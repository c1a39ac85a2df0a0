"""Parts of a batch."""

import torch

from nersemble.rays.batch import RayBatch, Targets, to_device


def _batch() -> tuple[RayBatch, Targets]:
    n = torch.arange(7.0)
    rays = RayBatch(
        n[:, None] + torch.zeros(3),
        n[:, None] + 10 * torch.ones(3),
        torch.tensor([4, 8]),
        (n >= 3).long(),
        torch.tensor([5, 5, 0, 0, 2, 2, 2]),
    )
    return rays, Targets(n[:, None] * torch.ones(3), n, n * 2, n[:, None] * torch.ones(3) / 3)


def test_parts_put_together_are_the_whole() -> None:
    rays, targets = _batch()
    bounds = [(0, 2), (2, 2), (2, 6), (6, 7)]
    for whole in (rays, targets):
        parts = [whole.part(start, end) for start, end in bounds]
        for name, value in vars(whole).items():
            if name == "timesteps":
                assert all(torch.equal(part.timesteps, value) for part in parts)
                continue
            assert torch.equal(torch.cat([getattr(part, name) for part in parts]), value), name
    assert [len(rays.part(start, end)) for start, end in bounds] == [2, 0, 4, 1]


def test_the_image_of_a_ray_is_its_camera_and_timestep() -> None:
    rays, _ = _batch()
    images = [[5, 4], [5, 4], [0, 4], [0, 8], [2, 8], [2, 8], [2, 8]]
    assert rays.images.tolist() == images
    rendered = RayBatch.of_timestep(rays.origins_world, rays.directions, 6)
    assert rendered.images.tolist() == [[-1, 6]] * 7


def test_moving_to_a_device_keeps_the_values() -> None:
    rays, targets = _batch()
    moved = to_device(rays, targets, torch.device("cpu"))
    for before, after in zip((rays, targets), moved, strict=True):
        for name, value in vars(before).items():
            assert torch.equal(getattr(after, name), value), name
