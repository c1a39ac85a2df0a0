"""Blending: the weights in the regimes of the window, which tables are read, bad options."""

import math
from typing import Any

import pytest
import torch

from nersemble.errors import ConfigError
from nersemble.fields.config import HashEnsembleConfig
from nersemble.fields.hash_ensemble import HashEnsemble
from nersemble.ops.hash_grid import hash_grid_lookup
from reference.hash_grid import hash_ensemble_lookup

_SIZE: dict[str, Any] = {"n_levels": 3, "log2_hashmap_size": 8, "base_resolution": 4}


def _ensemble(n_tables: int = 4, n_timesteps: int = 5, **options: Any) -> HashEnsemble:
    config = HashEnsembleConfig(n_hash_encodings=n_tables, **_SIZE, **options)
    generator = torch.Generator().manual_seed(0)
    ensemble = HashEnsemble(config, n_timesteps, generator)
    with torch.no_grad():
        ensemble.tables.normal_(generator=generator)
        ensemble.codes.normal_(generator=generator)
    return ensemble


def _fade(a: float, j: int) -> float:
    return 0.5 * (1 - math.cos(math.pi * min(max(a - j, 0.0), 1.0)))


def test_while_the_window_is_1_only_table_0_counts_and_counts_fully() -> None:
    weights = _ensemble().blend_weights(torch.tensor([0, 3]), 1.0)
    assert weights.tolist() == [[1, 0, 0, 0]] * 2


@pytest.mark.parametrize("window", [1.001, 1.4, 1.9])
def test_from_1_to_2_the_codes_fade_in(window: float) -> None:
    ensemble = _ensemble()
    found = ensemble.blend_weights(torch.tensor([2, 1]), window)
    for row, timestep in zip(found.tolist(), (2, 1), strict=True):
        code = ensemble.codes[timestep].tolist()
        share = window - 1
        wanted = [
            (1 - share) + share * code[0],
            _fade(window, 1) * share * code[1],
            0,
            0,
        ]
        assert row == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize("window", [2.0, 2.7, 3.0, 4.0])
def test_from_2_on_the_codes_are_the_weights(window: float) -> None:
    ensemble = _ensemble()
    found = ensemble.blend_weights(torch.tensor([4]), window)[0].tolist()
    code = ensemble.codes[4].tolist()
    wanted = [_fade(window, j) * code[j] for j in range(4)]
    assert found == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize("window", [1.0, 1.4, 2.5, 4.0])
@pytest.mark.parametrize("use_hash_ensemble", [True, False])
def test_gradients_of_codes_are_those_that_autograd_finds(
    window: float, use_hash_ensemble: bool
) -> None:
    ensemble = _ensemble(use_hash_ensemble=use_hash_ensemble)
    timesteps = torch.tensor([3, 0])
    weights = ensemble.blend_weights(timesteps, window)
    d_weights = torch.randn(weights.shape, generator=torch.Generator().manual_seed(3))
    gain, _ = ensemble.blend_terms(window)
    found = d_weights * gain
    assert ensemble.depends_on_codes(window) == weights.requires_grad
    if not weights.requires_grad:
        assert not found.any()
        return
    weights.backward(d_weights)
    assert ensemble.codes.grad is not None
    torch.testing.assert_close(found, ensemble.codes.grad[timesteps])


def test_weights_are_continuous_from_the_start_to_the_end() -> None:
    ensemble = _ensemble()
    values = torch.linspace(1, 4, 301).tolist()
    curve = torch.stack([ensemble.blend_weights(torch.tensor([0]), a)[0] for a in values])
    assert curve.diff(dim=0).abs().max() < 0.1


@pytest.mark.parametrize("window", [1.0, 1.4, 2.5, 4.0])
def test_features_are_the_weighted_sum_over_all_tables(window: float) -> None:
    ensemble = _ensemble()
    timesteps = torch.tensor([3, 0])
    generator = torch.Generator().manual_seed(1)
    positions = torch.rand(60, 3, generator=generator)
    slots = torch.randint(2, (60,), generator=generator)
    found = hash_grid_lookup(ensemble.blend(timesteps, window), positions, slots, ensemble.grid)
    weights = ensemble.blend_weights(timesteps, window)
    wanted = hash_ensemble_lookup(ensemble.tables, weights, positions, slots, ensemble.grid)
    torch.testing.assert_close(found, wanted, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("window", "n_open"), [(1.0, 1), (1.2, 2), (2.0, 2), (2.5, 3), (3.0, 3), (3.01, 4), (4.0, 4)]
)
def test_closed_tables_are_not_read_and_get_no_gradient(window: float, n_open: int) -> None:
    ensemble = _ensemble()
    with torch.no_grad():
        ensemble.tables[n_open:] = math.nan
    grids = ensemble.blend(torch.tensor([0, 1, 2]), window)
    assert grids.isfinite().all()
    grids.sum().backward()
    gradient = ensemble.tables.grad
    assert gradient is not None
    assert (gradient[n_open:] == 0).all()
    assert all(bool((gradient[j] != 0).all()) for j in range(n_open))


def test_the_gradient_of_a_code_reaches_only_its_timestep() -> None:
    ensemble = _ensemble()
    ensemble.blend(torch.tensor([1, 4]), 4.0).square().sum().backward()
    gradient = ensemble.codes.grad
    assert gradient is not None
    touched = (gradient != 0).any(1)
    assert touched.tolist() == [False, True, False, False, True]


def test_without_ensemble_there_is_one_grid_for_all_timesteps() -> None:
    ensemble = _ensemble(32, use_hash_ensemble=False)
    assert ensemble.tables.shape[0] == 1
    for window in (1.0, 1.5, 32.0):
        grids = ensemble.blend(torch.tensor([0, 3]), window)
        torch.testing.assert_close(grids, ensemble.tables.expand(2, -1, -1))


def test_growth_of_the_single_grid_ends_at_2048_cells() -> None:
    single = HashEnsembleConfig(use_hash_ensemble=False).grid
    assert [level.resolution for level in single.levels[:3]] == [16, 23, 31]
    assert single.levels[-1].resolution == pytest.approx(2048, abs=1)
    ensemble = HashEnsembleConfig().grid
    assert ensemble.levels[-1].resolution == pytest.approx(4096, abs=1)


@torch.no_grad()
def test_initial_values() -> None:
    ensemble = HashEnsemble(HashEnsembleConfig(**_SIZE), 400, torch.Generator().manual_seed(0))
    tables, codes = ensemble.tables, ensemble.codes
    assert codes.shape == (400, 32)
    assert float(codes.std()) == pytest.approx(0.01 / math.sqrt(32), rel=0.05)
    assert abs(float(codes.mean())) < 1e-4
    assert float(tables.abs().max()) <= 1e-4
    assert float(tables.std()) == pytest.approx(1e-4 / math.sqrt(3), rel=0.05)


@pytest.mark.parametrize("n", [-4, 0, 3, 5, 6, 31])
def test_a_number_of_tables_that_does_not_pack_is_refused(n: int) -> None:
    with pytest.raises(ConfigError, match="n_hash_encodings"):
        HashEnsembleConfig(n_hash_encodings=n)


@pytest.mark.parametrize("n", [1, 2, 4, 8, 12, 32, 64])
def test_numbers_of_tables_that_pack(n: int) -> None:
    config = HashEnsembleConfig(n_hash_encodings=n, latent_dim_time=n)
    assert config.n_tables == n


def test_a_code_of_another_length_than_the_tables_is_refused() -> None:
    with pytest.raises(ConfigError, match="latent_dim_time"):
        HashEnsembleConfig(n_hash_encodings=8, latent_dim_time=32)


@pytest.mark.parametrize(
    ("name", "value"),
    [("n_levels", 0), ("log2_hashmap_size", 3), ("log2_hashmap_size", 25), ("base_resolution", 1)],
)
def test_sizes_out_of_range_are_refused_by_name(name: str, value: int) -> None:
    with pytest.raises(ConfigError, match=name):
        HashEnsembleConfig(**{name: value})
