"""The fused look-up and its backward against the reference in double precision."""

import math

import pytest
import torch
from torch import Tensor

from nersemble.fused.kernels.launching import operand_size
from nersemble.ops.hash_layout import HashGridConfig
from nersemble.randomness import seeded_generator
from reference.hash_grid import hash_grid_lookup

pytest.importorskip("triton")
from nersemble.fused.kernels.hash_grid import lookup, lookup_backward

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
GRIDS = [
    HashGridConfig(n_levels=4, log2_hashmap_size=9),
    HashGridConfig(n_levels=16, log2_hashmap_size=19 if DEVICE == "cuda" else 8),
]
N = 20_000 if DEVICE == "cuda" else 270
K = 3


def _error(found: Tensor, wanted: Tensor) -> float:
    return float((found.double().cpu() - wanted).norm() / wanted.norm().clamp(min=1e-30))


def _positions(kind: str, n: int, generator: torch.Generator) -> Tensor:
    positions = torch.rand(n, 3, generator=generator)
    if kind == "one cell":
        return 0.5 + positions * 1e-4
    if kind == "border":
        near = torch.randint(2, (n, 3), generator=generator).float()
        return (near + (positions - 0.5) * 1e-6).clamp(1e-7, 1 - 1e-7)
    return positions


def _expected(
    grids: Tensor, moved: Tensor, slots: Tensor, d_features: Tensor, config: HashGridConfig
) -> tuple[Tensor, Tensor, Tensor]:
    """Features and both gradients; what lies outside is looked up at the corner, without either."""
    leaf = grids.double().requires_grad_()
    moving = moved.double().requires_grad_()
    inside = ((moving > 0) & (moving < 1)).all(-1)
    unit = torch.where(inside[:, None], moving, torch.zeros_like(moving))
    features = hash_grid_lookup(leaf, unit, slots.long(), config)
    wanted = d_features.double() * inside[:, None]
    gradients = torch.autograd.grad((features * wanted).sum(), (leaf, moving))
    return features.detach(), *gradients


def _clear_of_sides(moved: Tensor, config: HashGridConfig) -> Tensor:
    """Positions in the same cell of every level whatever 32-bit rounding does: in the next cell,
    the gradient with respect to the position is another."""
    clear = torch.ones(len(moved), dtype=torch.bool)
    for level in config.levels:
        scaled = moved.double() * level.scale + 0.5
        from_side = (scaled - scaled.round()).abs()
        clear &= (from_side > 4 * 2.0**-24 * scaled.abs()).all(-1)
    return clear


@pytest.mark.parametrize("config", GRIDS, ids=["4 levels", "16 levels"])
@pytest.mark.parametrize("kind", ["random", "one cell", "border", "outside"])
@pytest.mark.parametrize("n", [0, 1, N])
def test_forward_and_backward(config: HashGridConfig, kind: str, n: int) -> None:
    generator = seeded_generator(7, kind, n)
    capacity = n + 37
    grids = torch.randn(K, config.n_entries, 2, generator=generator).half()
    moved = _positions(kind, capacity, generator)
    if kind == "outside":
        moved = moved * 3 - 1
    slots = torch.randint(K, (capacity,), generator=generator, dtype=torch.int32)
    width = operand_size(config.n_features)
    d_features = torch.randn(capacity, width, generator=generator).half()
    wanted = _expected(grids, moved[:n], slots[:n], d_features[:n, : config.n_features], config)
    # What lies beyond the count is neither read nor used.
    moved[n:], d_features[n:], slots[n:] = math.nan, math.nan, 2**30
    arguments = [t.to(DEVICE) for t in (grids, moved, slots)]
    count = torch.tensor([n], dtype=torch.int32, device=DEVICE)
    features = lookup(*arguments, count, config)
    d_grids = torch.zeros(grids.shape, device=DEVICE)
    d_moved = lookup_backward(*arguments, count, config, d_features.to(DEVICE), d_grids)
    assert _error(features[:n, : config.n_features], wanted[0]) < 1e-3
    assert _error(d_grids, wanted[1]) < 1e-3
    # Both touch the same entries, but for corners whose weight is nothing but rounding.
    differ = (d_grids.cpu() != 0) != (wanted[1] != 0)
    assert float(wanted[1][differ].abs().max() if differ.any() else 0) < 5e-3
    assert float(d_grids.cpu()[differ].abs().max() if differ.any() else 0) < 5e-3
    clear = _clear_of_sides(moved[:n], config)
    assert int(clear.sum()) >= 0.9 * n - 1
    assert _error(d_moved.sum(0)[:, :n].T.cpu()[clear], wanted[2][clear]) < 3e-3


def test_position_gradients_can_be_left_out() -> None:
    config = GRIDS[0]
    generator = seeded_generator(7, "left out")
    grids = torch.randn(1, config.n_entries, 2, generator=generator).half().to(DEVICE)
    moved = torch.rand(50, 3, generator=generator).to(DEVICE)
    slots = torch.zeros(50, dtype=torch.int32, device=DEVICE)
    count = torch.tensor([50], dtype=torch.int32, device=DEVICE)
    d_features = (
        torch.randn(50, operand_size(config.n_features), generator=generator).half().to(DEVICE)
    )
    first, second = torch.zeros(grids.shape, device=DEVICE), torch.zeros(grids.shape, device=DEVICE)
    lookup_backward(grids, moved, slots, count, config, d_features, first)
    none = lookup_backward(grids, moved, slots, count, config, d_features, second, want_moved=False)
    assert none.numel() == 0
    torch.testing.assert_close(first, second, rtol=1e-4, atol=1e-5)


def test_wrong_types_are_refused() -> None:
    config = GRIDS[0]
    moved = torch.rand(3, 3, device=DEVICE)
    slots = torch.zeros(3, dtype=torch.int32, device=DEVICE)
    count = torch.tensor([3], dtype=torch.int32, device=DEVICE)
    with pytest.raises(ValueError, match="float16"):
        lookup(torch.zeros(1, config.n_entries, 2, device=DEVICE), moved, slots, count, config)
