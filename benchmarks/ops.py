"""Each op of a training step in isolation: time, bytes, share of the copy rate, plain-torch time.

    python benchmarks/ops.py --out ops.json

Sizes are the original's: 32 tables of 2^19, 24 timesteps, 2^18 samples, 4096 rays. Positions are
uniform in the box, sorted by timestep: real samples lie closer together. Bytes are the fewest that
the op must move: each input read once, each output written once.
"""

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor

from common import Timing, copy_rate, provenance, time_ms
from nersemble.fields.config import DeformationFieldConfig
from nersemble.fields.deformation_field import DeformationField
from nersemble.fields.padded_mlp import PaddedMLP
from nersemble.fused.batch import FusedFeatures
from nersemble.fused.deformation import FusedDeformation
from nersemble.fused.field import FusedFieldMLP
from nersemble.fused.kernels import hash_grid, tables
from nersemble.fused.kernels.tables import Counts, adam_numbers
from nersemble.fused.table_moments import TableMoments
from nersemble.fused.tiled_tables import TiledTables
from nersemble.marching.config import DEFAULT_CAPACITY, MarcherConfig
from nersemble.ops.hash_grid import hash_grid_lookup
from nersemble.ops.hash_layout import HashGridConfig
from nersemble.ops.trunc_exp import trunc_exp
from ray_ops import Rays, draw_op, ray_ops

GRID = HashGridConfig()
N_TABLES, N_SLOTS, N_SAMPLES, N_RAYS = 32, 24, 2**18, 4096
SCALE = 65536.0
_TABLE_NUMBERS = N_TABLES * GRID.n_entries * 2
_GRID_NUMBERS = N_SLOTS * GRID.n_entries * 2


class Inputs:
    """Samples of 24 timesteps and the field's values at them."""

    def __init__(self) -> None:
        torch.manual_seed(0)
        device = "cuda"
        self.positions = torch.rand(N_SAMPLES, 3, device=device)
        self.slots = torch.arange(N_SAMPLES, device=device).mul(N_SLOTS).div(N_SAMPLES).int()
        self.count = torch.full((1,), N_SAMPLES, dtype=torch.int32, device=device)
        self.rays = torch.arange(N_SAMPLES, device=device).mul(N_RAYS).div(N_SAMPLES).int()
        self.directions = torch.nn.functional.normalize(torch.randn(N_RAYS, 3, device=device))
        self.weights = torch.randn(N_SLOTS, N_TABLES, device=device)
        shape = (N_SLOTS, GRID.n_entries, 2)
        self.grids = torch.randn(shape, device=device).mul_(0.1).half()
        self.d_grids = torch.zeros(shape, device=device)
        self.d_features = torch.randn(N_SAMPLES, GRID.n_features, device=device).half()

    @property
    def samples(self) -> tuple[Tensor, Tensor, Tensor]:
        """Positions, slots and their number."""
        return self.positions, self.slots, self.count


def _half_tables() -> Tensor:
    return torch.randn(N_TABLES, GRID.n_entries, 2, device="cuda").mul_(0.1)


def hash_ops(inputs: Inputs) -> Iterator[Timing]:
    """Blending, looking up, scattering, and all of it."""
    split = TiledTables.of(_half_tables())
    positions, slots, count = inputs.samples
    out, d_grids, counts = inputs.grids, inputs.d_grids, _counts()

    def blend() -> None:
        tables.blend(split, inputs.weights, counts, out)

    def look_up() -> None:
        hash_grid.lookup(out, positions, slots, count, GRID)

    def scatter() -> None:
        hash_grid.lookup_backward(out, positions, slots, count, GRID, inputs.d_features, d_grids)

    def everything() -> None:
        blend()
        look_up()
        d_grids.zero_()
        scatter()

    half_weights = inputs.weights.half()
    matrix = _half_tables().half().view(N_TABLES, -1)
    torch_blend = time_ms(lambda: half_weights @ matrix)
    read = 2 * _TABLE_NUMBERS
    rows = N_SAMPLES * (12 + 4 + 2 * GRID.n_features)
    yield Timing("blend", time_ms(blend), read + 2 * _GRID_NUMBERS, torch_blend)
    yield Timing("look up", time_ms(look_up), 2 * _GRID_NUMBERS + rows, _torch_look_up(inputs))
    yield Timing("clear gradient", time_ms(d_grids.zero_), 4 * _GRID_NUMBERS)
    moved = N_SAMPLES * GRID.n_levels * 12
    least = 2 * _GRID_NUMBERS + 8 * _GRID_NUMBERS + rows + moved
    yield Timing("scatter", time_ms(scatter), least, _torch_scatter(inputs))
    total = read + 12 * _GRID_NUMBERS + 2 * rows + moved
    yield Timing("hash forward and backward", time_ms(everything), total)


def _torch_look_up(inputs: Inputs) -> float:
    grids, slots = inputs.grids.float(), inputs.slots.long()
    with torch.no_grad():
        return time_ms(lambda: hash_grid_lookup(grids, inputs.positions, slots, GRID), 5)


def _torch_scatter(inputs: Inputs) -> float:
    grids = inputs.grids.float().requires_grad_()
    positions = inputs.positions.clone().requires_grad_()
    features = hash_grid_lookup(grids, positions, inputs.slots.long(), GRID)
    gradient = inputs.d_features.float()
    leaves = (grids, positions)
    return time_ms(lambda: torch.autograd.grad(features, leaves, gradient, retain_graph=True), 5)


def _counts() -> Counts:
    n_open, n_slots = torch.full((1,), float(N_TABLES)), torch.full((1,), N_SLOTS)
    return Counts(n_open.cuda(), n_slots.cuda(), N_TABLES)


def table_update(inputs: Inputs) -> Timing:
    """Adam with the rank-K gradient, and that of the codes; in torch the product and fused Adam."""
    split = TiledTables.of(_half_tables())
    moments = TableMoments.zero(split)
    adam = torch.tensor(adam_numbers(5e-3, 100), dtype=torch.float64, device="cuda")
    gradient = inputs.d_grids.normal_()
    skip, counts = torch.zeros(1, device="cuda"), _counts()

    def update() -> None:
        tables.adam_update(
            split, moments, inputs.weights, gradient, skip, adam, counts=counts, grad_scale=SCALE,
        )  # fmt: skip

    ours = time_ms(update)
    del split, moments
    parameter = torch.nn.Parameter(_half_tables())
    optimizer = torch.optim.Adam([parameter], lr=5e-3, eps=1e-15, fused=True)

    def in_torch() -> None:
        grad = inputs.weights.T @ gradient.view(N_SLOTS, -1)
        parameter.grad = grad.view_as(parameter)
        optimizer.step()

    return Timing("table update", ours, 16 * _TABLE_NUMBERS + 4 * _GRID_NUMBERS, time_ms(in_torch))


def deformation_ops(inputs: Inputs) -> Iterator[Timing]:
    """The deformation field's MLP; the torch op runs in the fast 32-bit mode (tf32)."""
    generator = torch.Generator().manual_seed(0)
    field = DeformationField(DeformationFieldConfig(), N_SLOTS, generator).cuda()
    codes = field.codes.detach()
    timesteps = torch.arange(N_SLOTS, device="cuda")
    prepared = FusedDeformation(field).prepare(timesteps, torch.full((1,), 7.0, device="cuda"))
    one = (1.0, 1.0, 1.0)
    d_moved = torch.randn(GRID.n_levels, 3, N_SAMPLES, device="cuda")
    long_slots = inputs.slots.long()

    def plain() -> Tensor:
        return field.offsets(inputs.positions, long_slots, codes, 7.0)

    def plain_backward() -> None:
        plain().sum().backward()

    torch.backends.cuda.matmul.allow_tf32 = True
    with torch.no_grad():
        torch_forward = time_ms(plain)
    torch_both = time_ms(plain_backward)
    torch.backends.cuda.matmul.allow_tf32 = False
    io = N_SAMPLES * 28
    yield Timing(
        "deformation", time_ms(lambda: prepared.forward(*inputs.samples, one)), io, torch_forward
    )
    # In training, the blended grids' memory.
    scratch = d_moved.new_empty(len(field.layers) * N_SAMPLES * 128, dtype=torch.float16)
    backward = time_ms(lambda: prepared.backward(*inputs.samples, d_moved, one, SCALE, scratch))
    least = N_SAMPLES * (16 + 12 * GRID.n_levels)
    yield Timing("deformation again and backward", backward, least, torch_both)


def mlp_ops(inputs: Inputs) -> Iterator[Timing]:
    """Density and colour; the torch op runs in bfloat16 autocast."""
    generator = torch.Generator().manual_seed(0)
    base = PaddedMLP([GRID.n_features, 64, 16], generator).cuda()
    color = PaddedMLP([18, 64, 64, 3], generator).cuda()
    mlp = FusedFieldMLP(base, color)
    features = inputs.d_features
    d_sigmas = torch.randn(N_SAMPLES, device="cuda") * 1e-6
    d_rgbs = torch.randn(N_SAMPLES, 3, device="cuda") * 1e-6
    index = inputs.rays.long()

    def run(action: Callable[..., object], *more: object) -> float:
        found = FusedFeatures(inputs.positions, features)
        arguments = (found, inputs.directions, inputs.rays, inputs.count)
        return time_ms(lambda: action(*arguments, *more))

    def plain() -> Tensor:
        with torch.autocast("cuda", torch.bfloat16):
            output = base(features.float())
            sigmas = trunc_exp(output[:, 0].float())
            directions = (inputs.directions[index] + 1) / 2
            rgbs = torch.sigmoid(color(torch.cat([directions, output[:, 1:]], -1)))
        return sigmas.sum() + rgbs.sum()

    with torch.no_grad():
        torch_forward = time_ms(plain)
    io = N_SAMPLES * (2 * GRID.n_features + 12 + 4 + 16)
    yield Timing("density and colour", run(mlp.forward), io, torch_forward)
    backward = run(mlp.backward, d_sigmas, d_rgbs, SCALE)
    torch_both = time_ms(lambda: plain().backward())
    more = N_SAMPLES * (2 * GRID.n_features)
    yield Timing("density and colour again and backward", backward, io + more, torch_both)


def all_ops() -> list[Timing]:
    """All of them, one after the other."""
    inputs = Inputs()
    timings = [*hash_ops(inputs), table_update(inputs)]
    torch.cuda.empty_cache()
    timings += [*deformation_ops(inputs), *mlp_ops(inputs)]
    rays = Rays(N_RAYS, "cuda", 128, MarcherConfig())
    timings += ray_ops(rays, 2 * DEFAULT_CAPACITY, time_ms)
    return [*timings, draw_op(N_RAYS, N_SLOTS, (802, 550), time_ms)]


def report(timings: Sequence[Timing], rate: float) -> None:
    """Prints a table."""
    print(f"copy rate {rate / 1e12:.2f} TB/s")
    print(f"{'op':40s} {'ms':>7s} {'MB':>7s} {'of copy rate':>12s} {'torch ms':>9s} {'ratio':>6s}")
    for t in timings:
        share = t.bytes_moved / (t.ms * 1e-3) / rate
        peer = "" if t.torch_ms is None else f"{t.torch_ms:9.2f} {t.torch_ms / t.ms:6.1f}"
        print(f"{t.name:40s} {t.ms:7.3f} {t.bytes_moved / 1e6:7.0f} {share:12.2f} {peer}")


def main() -> None:
    """Entry point: prints a table and writes JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    rate = copy_rate()
    timings = all_ops()
    report(timings, rate)
    if arguments.out is not None:
        content = provenance() | {"copy_rate": rate, "ops": [asdict(t) for t in timings]}
        arguments.out.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
