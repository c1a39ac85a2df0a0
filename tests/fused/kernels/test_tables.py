"""Blending and the fused Adam of the tables against their formulas in double precision."""

import math

import pytest
import torch
from torch import Tensor

from nersemble.fused.table_moments import TableMoments
from nersemble.fused.tiled_tables import TILE, TiledTables, untiled
from nersemble.randomness import seeded_generator

pytest.importorskip("triton")
from nersemble.fused.kernels.tables import (
    Counts,
    adam_numbers,
    adam_update,
    blend,
    clear,
    most_open,
)

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
N_ENTRIES = 20_008 if DEVICE == "cuda" else 328
SIZES = [(32, 32, 5), (32, 17, 24), (4, 1, 1), (40, 36, 3)]
"""Tables, open tables, timesteps."""


def _error(found: Tensor, wanted: Tensor) -> float:
    return float((found.double().cpu() - wanted).norm() / wanted.norm())


def _random(*shape: int, seed: str) -> Tensor:
    return torch.randn(*shape, generator=seeded_generator(3, seed))


def _counts(n_open: int, n_slots: int, n_tables: int) -> Counts:
    of_slots = torch.tensor([n_slots], device=DEVICE)
    opened = torch.tensor([float(n_open)], device=DEVICE)
    return Counts(opened, of_slots, most_open(n_open, n_tables))


def _adam(rate: float, step: int) -> Tensor:
    return torch.tensor(adam_numbers(rate, step), dtype=torch.float64, device=DEVICE)


def _tables(n: int) -> TiledTables:
    return TiledTables.of(_random(n, N_ENTRIES, 2, seed="tables").to(DEVICE))


@pytest.mark.parametrize(("n_tables", "n_open", "n_slots"), SIZES)
def test_blend_is_the_weighted_sum_of_the_open_tables(
    n_tables: int, n_open: int, n_slots: int
) -> None:
    tables = _tables(n_tables)
    weights = _random(n_slots, n_tables, seed="weights")
    values = tables.joined("cpu").double()[:n_open]
    # Whatever is in the closed tables is not read.
    tables.halves[:, n_open:] = math.nan
    out = torch.full((n_slots, N_ENTRIES, 2), math.nan, dtype=torch.float16, device=DEVICE)
    blend(tables, weights.to(DEVICE), _counts(n_open, n_slots, n_tables), out)
    wanted = torch.einsum("kh,hef->kef", weights[:, :n_open].double(), values)
    assert _error(out, wanted) < 1e-3


def test_rows_that_only_fill_up_are_neither_read_nor_written() -> None:
    """A step has room for more timesteps than it has."""
    n_slots, n_rows = 2, 5
    tables = _tables(8)
    filled = _random(n_rows, 8, seed="weights").to(DEVICE)
    filled[n_slots:] = math.nan
    d_grids = _random(n_rows, N_ENTRIES, 2, seed="gradient").to(DEVICE)
    found = []
    for rows in (n_slots, n_rows):
        out = torch.full((rows, N_ENTRIES, 2), 7, dtype=torch.float16, device=DEVICE)
        counts, weights = _counts(3, n_slots, 8), filled[:rows]
        blend(tables, weights, counts, out, max_slots=n_rows)
        assert (out[n_slots:] == 7).all()
        of_rows = d_grids[:rows].clone()
        of_rows[n_slots:] = math.nan
        updated = TiledTables(tables.halves.clone(), tables.shape)
        d_weights = adam_update(
            updated, TableMoments.zero(tables), weights, of_rows, torch.zeros(1, device=DEVICE),
            _adam(0.1, 1), counts=counts, grad_scale=1.0, max_slots=n_rows,
        )  # fmt: skip
        assert not d_weights[n_slots:].any()
        found.append([out[:n_slots], updated.halves, d_weights[:n_slots]])
        clear(of_rows, counts.n_slots)
        assert not of_rows[:n_slots].any()
        assert of_rows[n_slots:].isnan().all()
    for alone, among_more in zip(*found, strict=True):
        # Atomic sums of the weights' gradient have another order each time.
        torch.testing.assert_close(alone, among_more, rtol=1e-5, atol=1e-3)


@pytest.mark.parametrize(("n_tables", "n_open", "n_slots"), SIZES)
def test_three_steps_of_adam(n_tables: int, n_open: int, n_slots: int) -> None:
    tables = _tables(n_tables)
    closed = tables.halves[:, n_open:].clone()
    moments = TableMoments.zero(tables)
    scale, rate = 1024.0, 5e-3
    value = tables.joined("cpu").double()[:n_open]
    first, second = torch.zeros_like(value), torch.zeros_like(value)
    for step in (1, 2, 3):
        weights = _random(n_slots, n_tables, seed=f"weights {step}")
        # Many entries are touched by no sample: their gradient is exactly zero.
        d_grids = _random(n_slots, N_ENTRIES, 2, seed=f"gradient {step}") * 1e-3
        d_grids[:, ::3] = 0
        halves = tables.joined("cpu").double()[:n_open]
        wanted_d_weights = torch.einsum("hef,kef->kh", halves, d_grids.double())
        d_weights = adam_update(
            tables, moments, weights.to(DEVICE), d_grids.to(DEVICE) * scale,
            torch.zeros(1, device=DEVICE), _adam(rate, step),
            counts=_counts(n_open, n_slots, n_tables), grad_scale=scale,
        )  # fmt: skip
        gradient = torch.einsum("kh,kef->hef", weights[:, :n_open].double(), d_grids.double())
        first = 0.9 * first + 0.1 * gradient
        second = 0.999 * second + 0.001 * gradient**2
        unbiased = (second / (1 - 0.999**step)).sqrt() + 1e-15
        value = value - rate / (1 - 0.9**step) * first / unbiased
        assert _error(d_weights[:, :n_open], wanted_d_weights) < 1e-3
        assert not d_weights[:, n_open:].any()
    found = tables.joined("cpu").double()[:n_open]
    # Rounding moves a step by some hundredths.
    assert float((found - value).norm() / (3 * rate * value.numel() ** 0.5)) < 5e-2
    assert torch.equal(found[:, ::3], _tables(n_tables).joined("cpu").double()[:n_open, ::3])
    for rows, wanted in ((moments.first, first), (moments.second, second)):
        rounded = torch.stack([untiled(rows(n), tables.shape) for n in range(n_open)])
        assert _error(rounded, wanted) < 0.1
    assert torch.equal(closed, tables.halves[:, n_open:])


def test_rounding_at_random_keeps_the_mean() -> None:
    """A moment that falls by a thousandth a step falls, though 8 bits have no such step."""
    tables = _tables(1)
    moments = TableMoments.zero(tables)
    moments.set_second(0, torch.full_like(tables.halves[:, 0], 1e-4))
    start = float(moments.second(0)[0, 0].sqrt())
    zero = torch.zeros(1, N_ENTRIES, 2, device=DEVICE)
    for step in range(1, 31):
        adam_update(
            tables, moments, torch.ones(1, 1, device=DEVICE), zero,
            torch.zeros(1, device=DEVICE), _adam(0.0, step),
            counts=_counts(1, 1, 1), grad_scale=1.0,
        )  # fmt: skip
    mean = float(untiled(moments.second(0), tables.shape).sqrt().mean())
    assert mean / start == pytest.approx(0.999**15, abs=4e-3)


def test_moments_are_taken_as_they_were_given() -> None:
    """Also after they have been rounded to bfloat16, as files have them."""
    codes = torch.arange(1 << 16, dtype=torch.int32).view(-1, 1, TILE)
    moments = TableMoments((codes >> 8).to(torch.uint8), (codes & 0xFF).to(torch.uint8))
    taken = TableMoments(torch.zeros_like(moments.ratio), torch.zeros_like(moments.root))
    taken.set_second(0, moments.second(0).bfloat16())
    taken.set_first(0, moments.first(0).bfloat16())
    assert torch.equal(taken.root, moments.root)
    # A first moment has no meaning beside a second one of 0, and 0 has no sign.
    same = (moments.root == 0) | (moments.ratio & 0x7F == 0) | (taken.ratio == moments.ratio)
    assert same.all()


def test_a_step_that_is_skipped_changes_nothing() -> None:
    tables = _tables(4)
    before = tables.halves.clone()
    moments = TableMoments.zero(tables)
    d_weights = adam_update(
        tables, moments, torch.ones(2, 4, device=DEVICE),
        torch.full((2, N_ENTRIES, 2), math.nan, device=DEVICE), torch.ones(1, device=DEVICE),
        _adam(0.1, 1), counts=_counts(4, 2, 4), grad_scale=1.0,
    )  # fmt: skip
    assert torch.equal(tables.halves, before)
    assert not d_weights.any()
    assert not moments.ratio.any()
    assert not moments.root.any()


def test_steps_smaller_than_the_last_place_are_right_on_average() -> None:
    """Of numbers from 1 to 2, whose last place is 2^-10."""
    tables = TiledTables.of(1 + torch.rand(1, N_ENTRIES, 2, generator=seeded_generator(3, "ones")))
    tables = TiledTables(tables.halves.to(DEVICE), tables.shape)
    before = tables.joined("cpu").double().mean()
    moments = TableMoments.zero(tables)
    for step in range(1, 51):
        adam_update(
            tables, moments, torch.ones(1, 1, device=DEVICE),
            torch.full((1, N_ENTRIES, 2), 1e-3, device=DEVICE), torch.zeros(1, device=DEVICE),
            _adam(2e-5, step), counts=_counts(1, 1, 1), grad_scale=1.0,
        )  # fmt: skip
    # A constant gradient makes each step as long as the rate.
    change = tables.joined("cpu").double().mean() - before
    assert float(change) == pytest.approx(-50 * 2e-5, abs=3e-4)
    assert len(tables.joined("cpu").unique()) > 100


def test_tables_are_rounded_once() -> None:
    """What was joined once is rounded to the same numbers again: nothing drifts over files."""
    values = _random(2, N_ENTRIES, 2, seed="split") * torch.logspace(-4, 1, N_ENTRIES)[:, None]
    joined = TiledTables.of(values).joined("cpu")
    assert torch.equal(joined, values.half().float())
    assert torch.equal(TiledTables.of(joined).joined("cpu"), joined)
