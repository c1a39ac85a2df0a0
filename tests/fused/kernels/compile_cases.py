"""Compiles what the launchers of ``fused/kernels`` launch, for a GPU that is not there.

    python compile_cases.py CAPABILITY      such as 75; prints a JSON line for each kernel compiled

Every launcher is called as the product calls it, with tensors on the CPU. A launch compiles instead
of running, so a kernel's types, constants and options are those of the real call. A new kernel
needs a call here; ``test_compiles.py`` fails until there is one.
"""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

if __name__ == "__main__":
    os.environ["TRITON_INTERPRET"] = "0"

import torch
import triton
from torch import Tensor
from triton.backends.compiler import GPUTarget

from nersemble.fields.config import DeformationFieldConfig
from nersemble.fields.deformation_field import DeformationField
from nersemble.fields.padded_mlp import PaddedMLP
from nersemble.fused.batch import DeviceSamples, FusedFeatures
from nersemble.fused.deformation import FusedDeformation
from nersemble.fused.field import FusedFieldMLP
from nersemble.fused.image import LENGTHS
from nersemble.fused.kernels import (
    field_mlp,
    field_mlp_backward,
    gather,
    hash_grid,
    marching,
    pixels,
    splats,
    tables,
    visibility,
    waves,
)
from nersemble.fused.kernels.launching import collecting
from nersemble.fused.losses import render_and_compare
from nersemble.fused.table_moments import TableMoments
from nersemble.fused.tiled_tables import TiledTables
from nersemble.losses.config import LossConfig
from nersemble.marching.config import MarcherConfig, OccupancyGridConfig
from nersemble.marching.occupancy_grid import OccupancyGrid
from nersemble.ops.hash_layout import HashGridConfig
from nersemble.rays.batch import RayBatch, Targets

_C = 1024
_N_RAYS = 128
_SCALE = 65536.0


@dataclass(frozen=True)
class Coverage:
    """What is compiled for a compute capability.

    full: the default sizes, which decide on shared memory; else small ones, which compile sooner.
    variants: every variant that the calls below ask for; else the first of each kernel.
    """

    full: bool
    variants: bool

    @property
    def width(self) -> int:
        """Of the deformation's layers."""
        return 128 if self.full else 16

    @property
    def n_tables(self) -> int:
        return 32 if self.full else 16

    @property
    def n_slots(self) -> int:
        return 24 if self.full else 16


# Variants differ before the compiler knows the GPU; 8.9 differs from 8.6 in the last pass alone.
COVERAGE = {
    75: Coverage(full=False, variants=False),
    80: Coverage(full=False, variants=True),
    86: Coverage(full=True, variants=False),
    89: Coverage(full=False, variants=False),
    90: Coverage(full=True, variants=False),
}


class NoDevice:
    """What Triton asks of a driver until it launches: a target."""

    def __init__(self, capability: int) -> None:
        self.target = GPUTarget("cuda", capability, 32)

    def get_current_device(self) -> int:
        return 0

    def get_current_stream(self, device: int) -> int:
        return 0

    def get_current_target(self) -> GPUTarget:
        return self.target

    def get_active_torch_device(self) -> torch.device:
        return torch.device("cpu")


def integers(*shape: int) -> Tensor:
    return torch.zeros(shape, dtype=torch.int32)


def features() -> FusedFeatures:
    return FusedFeatures(torch.zeros(_C, 3), torch.zeros(_C, 32, dtype=torch.float16))


def field_mlps(capability: int, coverage: Coverage) -> None:
    for module in (field_mlp, field_mlp_backward):
        module.capability = lambda device: capability // 10
    generator = torch.Generator()
    mlp = FusedFieldMLP(PaddedMLP([32, 64, 16], generator), PaddedMLP([18, 64, 64, 3], generator))
    mlp.density(features(), integers(1))
    inputs = features(), torch.zeros(_N_RAYS, 3), integers(_C), integers(1)
    mlp.forward(*inputs)
    mlp.backward(*inputs, torch.zeros(_C), torch.zeros(_C, 3), _SCALE)


def deformations(capability: int, coverage: Coverage) -> None:
    config = DeformationFieldConfig(mlp_layer_width=coverage.width)
    field = DeformationField(config, coverage.n_slots, torch.Generator())
    scale = 0.2, 0.2, 0.25
    prepared = FusedDeformation(field).prepare(torch.arange(coverage.n_slots), torch.zeros(1))
    samples = torch.zeros(_C, 3), integers(_C), integers(1)
    prepared.forward(*samples, scale)
    prepared.backward(*samples, torch.zeros(16, 3, _C), scale, _SCALE)


def hash_grids(capability: int, coverage: Coverage) -> None:
    config = HashGridConfig()
    grids = torch.zeros(1, config.n_entries, 2, dtype=torch.float16)
    inputs = grids, torch.zeros(_C, 3), integers(_C), integers(1), config
    rows = hash_grid.lookup(*inputs)
    for want_moved in (True, False):
        hash_grid.lookup_backward(*inputs, rows, grids.float(), want_moved)


def ensembles(capability: int, coverage: Coverage) -> None:
    weights, skip = torch.zeros(coverage.n_slots, coverage.n_tables), torch.zeros(1)
    split = TiledTables.of(torch.zeros(coverage.n_tables, 1000, 2))
    grids = torch.zeros(coverage.n_slots, 1000, 2)
    # More tables than one launch takes: another launch adds.
    many = TiledTables.of(torch.zeros(tables.TABLES_AT_ONCE + 1, 1000, 2))
    counts, of_many = (
        tables.Counts(torch.zeros(1), torch.zeros(1, dtype=torch.int64), each.shape[0])
        for each in (split, many)
    )
    tables.blend(split, weights, counts, grids.half())
    tables.blend(many, torch.zeros(coverage.n_slots, many.shape[0]), of_many, grids.half())
    tables.clear(grids, counts.n_slots)
    adam = torch.zeros(2, dtype=torch.float64)
    tables.adam_update(
        split, TableMoments.zero(split), weights, grids, skip, adam, counts=counts,
        grad_scale=_SCALE,
    )  # fmt: skip


def gathers(capability: int, coverage: Coverage) -> None:
    gather.gather(integers(_C), integers(1), features())


def grid_and_marchers() -> tuple[OccupancyGrid, list[MarcherConfig]]:
    grid = OccupancyGrid(OccupancyGridConfig(), torch.tensor([[-1.0, -1, -1], [1, 1, 1]]))
    return grid, [MarcherConfig(0.1, 10.0, 0.01, cone) for cone in (0.0, 0.004)]


def marches(capability: int, coverage: Coverage) -> None:
    grid, marchers = grid_and_marchers()
    origins, slots = torch.zeros(_N_RAYS, 3), integers(_N_RAYS)
    rays = RayBatch(origins, origins, torch.zeros(1, dtype=torch.int64), slots, slots)
    for marcher, jitter in zip(marchers, (None, torch.zeros(_N_RAYS)), strict=True):
        samples = marching.march(rays, grid, marcher, jitter, _C)
    for stop in (0.0, 1e-4):
        visibility.keep_visible(samples, torch.zeros(_C), torch.zeros(1), stop, _C)


def renderings(capability: int, coverage: Coverage) -> None:
    grid, marchers = grid_and_marchers()
    for marcher in marchers:
        run = waves.Waves(torch.zeros(_N_RAYS, 3), torch.zeros(_N_RAYS, 3), grid, marcher)
        for length in sorted(set(LENGTHS)) if coverage.full else LENGTHS[-1:]:
            samples = run.take(length, 2**14)
            n = len(samples.positions_unit)
            colors = torch.zeros(n, 3)
            run.fold(samples, torch.zeros(n), colors, colors, 1e-4, (1.0, 1.0, 1.0))


def losses(capability: int, coverage: Coverage) -> None:
    samples = DeviceSamples.undefined(_C, integers(_N_RAYS + 1), integers(1), integers(1))
    targets = Targets(
        torch.zeros(_N_RAYS, 3), torch.zeros(_N_RAYS), torch.zeros(_N_RAYS), torch.zeros(_N_RAYS, 3)
    )
    longest = 1024 if coverage.full else 256
    for corrections in (None, torch.zeros(_N_RAYS, 4, 3)):
        render_and_compare(
            torch.zeros(_C), torch.zeros(_C, 3), samples, targets, LossConfig(),
            torch.zeros(2, dtype=torch.float64), longest,
            corrections=corrections,
        )  # fmt: skip


def draws(capability: int, coverage: Coverage) -> None:
    colors = torch.zeros(2, 32, 32, 4, dtype=torch.uint8)
    depths = torch.zeros(pixels.N_DEPTH_CODES)
    images = torch.zeros(4, pixels.IMAGE_WIDTH, dtype=torch.int64)
    step = torch.zeros(1, dtype=torch.int64)
    for codes in (torch.zeros(2, 32, 32, dtype=torch.int16), None):
        cameras = torch.zeros(2, pixels.CAMERA_WIDTH)
        frames = pixels.ResidentFrames(colors, codes, depths, cameras)
        pixels.draw_pixels(frames, images, images[0], _N_RAYS, 1, step, along_ray=codes is not None)


def splat_tiles(capability: int, coverage: Coverage) -> None:
    rows, starts = torch.zeros(_C, 9), torch.zeros(3, dtype=torch.int64)
    out = splats.composite_forward(rows, starts, 16)
    splats.composite_backward(rows, starts, out, out, 16)


CASES: list[Callable[[int, Coverage], None]] = [
    field_mlps,
    deformations,
    hash_grids,
    ensembles,
    gathers,
    marches,
    renderings,
    losses,
    draws,
    splat_tiles,
]


def _pretend(name: str, bound: dict[str, Any]) -> None:
    """What a launcher reads back must be there: a wave with samples."""
    if name == "find_kernel":
        bound["totals_ptr"].fill_(64)


def compile_launches(capability: int, report: Callable[[dict[str, Any]], None]) -> None:
    """Runs the cases; what they launch is compiled for the capability, and reported."""
    coverage = COVERAGE[capability]
    triton.runtime.driver.set_active(NoDevice(capability))
    seen: set[object] = set()

    def compile_only(kernel: Any, grid: Any, args: Any, options: Any) -> None:
        name = f"{kernel.fn.__module__}.{kernel.fn.__name__}"
        _pretend(kernel.fn.__name__, dict(zip(kernel.arg_names, args, strict=False)))
        if name in seen and not coverage.variants:
            return
        start = sum(os.times()[:4])
        try:
            compiled = kernel.warmup(*args, grid=grid, **options)
            result = {"shared_bytes": compiled.metadata.shared}
        except Exception as error:
            compiled, result = error, {"error": f"{type(error).__name__}: {error}"}
        if compiled not in seen:
            report({"kernel": name, "seconds": round(sum(os.times()[:4]) - start, 2), **result})
        seen.update((name, compiled))

    with collecting(compile_only):
        for case in CASES:
            case(capability, coverage)


def main() -> None:
    compile_launches(int(sys.argv[1]), lambda result: print(json.dumps(result), flush=True))


if __name__ == "__main__":
    main()
