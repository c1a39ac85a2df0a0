"""Packed samples: dropping some, taking the first rays, positions."""

import pytest
import torch

from nersemble.rays.batch import RayBatch
from ray_samples import each_ray, random_samples


def test_dropping_samples_keeps_the_rest_in_place() -> None:
    samples = random_samples([3, 0, 4, 2, 0])
    mask = torch.tensor([1, 0, 1, 0, 0, 0, 0, 1, 1]).bool()
    kept = samples.kept(mask)
    assert kept.n_rays == 5
    assert kept.counts.tolist() == [2, 0, 0, 2, 0]
    assert kept.t_starts.tolist() == samples.t_starts[[0, 2, 7, 8]].tolist()
    for ray, indices in enumerate(each_ray(kept)):
        assert all(kept.ray_indices[i] == ray for i in indices)


def test_dropping_everything_keeps_the_rays() -> None:
    samples = random_samples([3, 0, 4])
    kept = samples.kept(torch.zeros(7, dtype=torch.bool))
    assert len(kept) == 0
    assert kept.counts.tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("n_samples", "counts"),
    [
        (100, [3, 0, 4, 2, 0]),
        (9, [3, 0, 4, 2, 0]),
        (8, [3, 0, 4]),
        (7, [3, 0, 4]),
        (6, [3, 0]),
        (3, [3, 0]),
        (2, [3]),  # one ray at least
        (0, [3]),
    ],
)
def test_at_most_so_many_samples_of_whole_rays(n_samples: int, counts: list[int]) -> None:
    samples = random_samples([3, 0, 4, 2, 0])
    cut = samples.at_most(n_samples)
    assert cut.counts.tolist() == counts
    assert torch.equal(cut.t_starts, samples.t_starts[: sum(counts)])
    assert torch.equal(cut.t_ends, samples.t_ends[: sum(counts)])
    assert torch.equal(cut.ray_indices, samples.ray_indices[: sum(counts)])


def test_positions_lie_on_the_ray_in_the_middle_of_the_interval() -> None:
    samples = random_samples([2, 0, 3])
    generator = torch.Generator().manual_seed(0)
    origins = torch.randn(3, 3, generator=generator)
    directions = torch.nn.functional.normalize(torch.randn(3, 3, generator=generator), dim=-1)
    rays = RayBatch.of_timestep(origins, directions, 0)
    positions = samples.positions_world(rays)
    for ray, indices in enumerate(each_ray(samples)):
        for i in indices:
            distance = float(samples.t_starts[i] + samples.t_ends[i]) / 2
            wanted = origins[ray] + distance * directions[ray]
            torch.testing.assert_close(positions[i], wanted)
