"""Every back end of the hash grid look-up against the reference, forward and backward."""

import pytest
import torch

from nersemble.errors import ConfigError
from nersemble.ops import hash_grid
from nersemble.ops.hash_grid import hash_grid_lookup
from nersemble.ops.hash_layout import HashGridConfig
from reference import hash_grid as reference
from reference.hash_grid import corner_index, hash_ensemble_lookup

SMALL = HashGridConfig(n_levels=5, log2_hashmap_size=9, base_resolution=4, growth=1.7)


def _inputs(n: int = 200, k: int = 3) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(3)
    grids = torch.randn(k, SMALL.n_entries, 2, generator=generator, requires_grad=True)
    positions = torch.rand(n, 3, generator=generator)
    # The corners of the unit box, where cells wrap.
    corners = torch.cartesian_prod(*[torch.tensor([0.0, 1.0])] * 3)[:n]
    positions[: len(corners)] = corners
    slots = torch.randint(k, (n,), generator=generator)
    return grids, positions.requires_grad_(), slots


def test_forward_and_both_gradients_equal_the_reference() -> None:
    grids, positions, slots = _inputs()
    weight = torch.randn(len(slots), SMALL.n_features)
    results = []
    for lookup in (reference.hash_grid_lookup, hash_grid_lookup):
        grids.grad = positions.grad = None
        features = lookup(grids, positions, slots, SMALL)
        (features * weight).sum().backward()
        assert grids.grad is not None
        assert positions.grad is not None
        results.append((features.detach(), grids.grad.clone(), positions.grad.clone()))
    for wanted, found in zip(*results, strict=True):
        torch.testing.assert_close(found, wanted, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("log2_hashmap_size", [5, 20])
def test_any_number_of_samples_in_levels_that_are_all_or_never_hashed(
    log2_hashmap_size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hash_grid, "_CHUNK", 64)
    config = HashGridConfig(3, log2_hashmap_size=log2_hashmap_size, base_resolution=4, growth=1.7)
    assert len({level.dense for level in config.levels}) == 1
    grids = torch.randn(3, config.n_entries, 2, requires_grad=True)
    _, positions, slots = _inputs()
    weight = torch.randn(len(slots), config.n_features)
    wanted, found = (
        (features, *torch.autograd.grad((features * weight).sum(), (grids, positions)))
        for features in (
            lookup(grids, positions, slots, config)
            for lookup in (reference.hash_grid_lookup, hash_grid_lookup)
        )
    )
    torch.testing.assert_close(found, wanted, rtol=1e-4, atol=1e-4)


def test_gradient_touches_only_entries_that_were_read() -> None:
    grids, positions, slots = _inputs(n=4, k=3)
    slots = torch.zeros_like(slots)
    hash_grid_lookup(grids, positions, slots, SMALL).sum().backward()
    assert grids.grad is not None
    assert grids.grad[1:].count_nonzero() == 0
    touched = (grids.grad[0] != 0).any(-1).sum()
    assert 0 < touched <= 4 * 8 * SMALL.n_levels


@pytest.mark.parametrize("n", [0, 1])
def test_few_samples(n: int) -> None:
    grids, positions, slots = _inputs(n=10)
    features = hash_grid_lookup(grids, positions[:n], slots[:n], SMALL)
    assert features.shape == (n, SMALL.n_features)
    features.sum().backward()


def test_blending_first_equals_interpolating_every_table() -> None:
    generator = torch.Generator().manual_seed(5)
    tables = torch.randn(8, SMALL.n_entries, 2, generator=generator)
    weights = torch.randn(3, 8, generator=generator)
    _, positions, slots = _inputs()
    wanted = hash_ensemble_lookup(tables, weights, positions.detach(), slots, SMALL)
    blended = torch.einsum("kh,hef->kef", weights, tables)
    found = hash_grid_lookup(blended, positions.detach(), slots, SMALL)
    torch.testing.assert_close(found, wanted, rtol=1e-4, atol=1e-4)


def test_levels_follow_the_original_sizes() -> None:
    config = HashGridConfig()
    assert [level.dense for level in config.levels[:7]] == [True] * 5 + [False] * 2
    assert config.levels[0].size == 16**3
    assert abs(config.n_entries * 2 * 32 - 403e6) < 1e6  # 403 M numbers in all
    for before, after in zip(config.levels, config.levels[1:], strict=False):
        assert after.offset == before.offset + before.size


def test_hash_is_the_published_one_in_32_bits() -> None:
    level = SMALL.levels[-1]
    assert not level.dense
    corner = torch.tensor([[123456, 654321, 999999]])
    x, y, z = corner[0].tolist()
    wanted = (x ^ (y * 2654435761 % 2**32) ^ (z * 805459861 % 2**32)) % level.size
    assert corner_index(corner, level).item() == wanted


def test_a_grid_of_another_shape_is_refused() -> None:
    with pytest.raises(ConfigError, match="other hash grid settings"):
        hash_grid_lookup(torch.zeros(1, 7, 2), torch.zeros(1, 3), torch.zeros(1).long(), SMALL)
