"""Stand-ins for tinycudann and nerfacc, which need a GPU: slow, and written from their documents.

They share nothing with the package: tinycudann's parameters are flat in its own layout, nerfacc
walks each ray cell by cell.
"""

import itertools
import math
import sys
from collections.abc import Iterator, Mapping
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

Array = np.ndarray[Any, Any]

_PRIMES = (1, 2654435761, 805459861)


def install_tinycudann(
    monkeypatch: pytest.MonkeyPatch, dtype: torch.dtype = torch.float32
) -> ModuleType:
    """Makes ``import tinycudann`` find the stand-in; dtype: what it computes and answers in."""
    module = ModuleType("tinycudann")

    class Encoding(_Encoding):
        def __init__(self, n_input_dims: int, encoding_config: Mapping[str, Any]) -> None:
            super().__init__(n_input_dims, encoding_config, dtype)

    class Network(_Network):
        def __init__(self, n_in: int, n_out: int, network_config: Mapping[str, Any]) -> None:
            super().__init__(n_in, n_out, network_config, dtype)

    module.Encoding, module.Network = Encoding, Network  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "tinycudann", module)
    return module


class _Module(nn.Module):
    def __init__(self, n_params: int, dtype: torch.dtype) -> None:
        super().__init__()
        self.dtype = dtype
        self.params = nn.Parameter(torch.zeros(n_params))


class _Encoding(_Module):
    """Flat: level by level, entry by entry, the entry's features side by side."""

    def __init__(self, n_in: int, config: Mapping[str, Any], dtype: torch.dtype) -> None:
        assert n_in == 3
        assert config["otype"] == "HashGrid"
        self.n_features = config["n_features_per_level"]
        assert self.n_features in (1, 2, 4, 8)
        self.levels = []
        n_entries = 0
        for level in range(config["n_levels"]):
            scale = config["base_resolution"] * config["per_level_scale"] ** level - 1
            resolution = math.ceil(scale) + 1
            size = min((resolution**3 + 7) // 8 * 8, 2 ** config["log2_hashmap_size"])
            self.levels.append((scale, resolution, n_entries, size))
            n_entries += size
        super().__init__(n_entries * self.n_features, dtype)
        self.n_output_dims = len(self.levels) * self.n_features

    def forward(self, x: Tensor) -> Tensor:
        assert len(x) > 0, "an empty batch is a launch of no blocks"
        params = self.params.to(self.dtype)
        columns = []
        for scale, resolution, first, size in self.levels:
            at = x.float() * scale + 0.5
            total = torch.zeros(len(x), self.n_features, dtype=self.dtype)
            for corner in range(8):
                weight = torch.ones(len(x))
                cell = []
                for axis in range(3):
                    side = corner >> axis & 1
                    fraction = at[:, axis] - at[:, axis].detach().floor()
                    weight = weight * (fraction if side else 1 - fraction)
                    cell.append(at[:, axis].detach().floor().long() + side)
                if resolution**3 <= size:
                    index = cell[0] + cell[1] * resolution + cell[2] * resolution**2
                else:
                    index = torch.zeros_like(cell[0])
                    for part, prime in zip(cell, _PRIMES, strict=True):
                        index = index ^ (part * prime & 0xFFFFFFFF)
                rows = (first + index % size) * self.n_features
                values = params[rows[:, None] + torch.arange(self.n_features)]
                total = total + weight[:, None].to(self.dtype) * values
            columns.append(total)
        return torch.cat(columns, 1)


class _Network(_Module):
    """Flat: matrix by matrix, out x in; all sides padded to multiples of 16, the input by ones."""

    def __init__(self, n_in: int, n_out: int, config: Mapping[str, Any], dtype: torch.dtype):
        assert (config["activation"], config["output_activation"]) == ("ReLU", "None")
        inner = [config["n_neurons"]] * config["n_hidden_layers"]
        self.sizes = [(n_in + 15) // 16 * 16, *inner, (n_out + 15) // 16 * 16]
        self.n_out = n_out
        n_params = sum(a * b for a, b in zip(self.sizes, self.sizes[1:], strict=False))
        super().__init__(n_params, dtype)

    def forward(self, x: Tensor) -> Tensor:
        assert len(x) > 0, "an empty batch is a launch of no blocks"
        params = self.params.to(self.dtype)
        hidden = torch.nn.functional.pad(x, (0, self.sizes[0] - x.shape[1]), value=1.0)
        hidden = hidden.to(self.dtype)
        start = 0
        for layer, (n_in, n_out) in enumerate(zip(self.sizes, self.sizes[1:], strict=False)):
            if layer:
                hidden = torch.relu(hidden)
            matrix = params[start : start + n_in * n_out].view(n_out, n_in)
            hidden = hidden @ matrix.T
            start += n_in * n_out
        return hidden[:, : self.n_out]


def install_nerfacc(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes ``nerfacc.grid`` and ``nerfacc.volrend`` the stand-ins."""
    package, grid, volrend = (ModuleType(f"nerfacc{end}") for end in ("", ".grid", ".volrend"))
    grid.traverse_grids = traverse_grids  # type: ignore[attr-defined]
    volrend.render_weight_from_density = render_weight_from_density  # type: ignore[attr-defined]
    for module in (package, grid, volrend):
        monkeypatch.setitem(sys.modules, module.__name__, module)


def traverse_grids(
    rays_o: Tensor,
    rays_d: Tensor,
    binaries: Tensor,
    aabbs: Tensor,
    near_planes: Tensor,
    far_planes: Tensor,
    step_size: float,
    cone_angle: float,
) -> tuple[SimpleNamespace, SimpleNamespace, Tensor]:
    """Edges of intervals ray by ray, where one edge may be the end of one and start of the next.

    Rays are walked cell by cell. The length of a step is set anew at each interval in an occupied
    cell, but once for all steps through an empty cell or up to the grid.
    """
    edges: list[tuple[float, bool, bool]] = []
    owners: list[int] = []
    boxes, occupied = aabbs.view(-1, 2, 3).double().numpy(), binaries.numpy()
    rays = zip(rays_o.double().numpy(), rays_d.double().numpy(), strict=True)
    for ray, (o, d) in enumerate(rays):
        t, far = float(near_planes[ray]), float(far_planes[ray])
        open_edge = False
        for until, full in _cells_on_the_way(o, d, boxes, occupied, t, far):
            step = max(step_size, cone_angle * t)
            open_edge = open_edge and full
            while t + step / 2 < until:
                if full:
                    if open_edge:
                        edges[-1] = (t, True, True)
                    else:
                        edges.append((t, True, False))
                    edges.append((t + step, False, True))
                    owners.append(ray)
                    open_edge = True
                t += step
                if full:
                    step = max(step_size, cone_angle * t)
    intervals = SimpleNamespace(
        vals=torch.tensor([e[0] for e in edges]),
        is_left=torch.tensor([e[1] for e in edges], dtype=torch.bool),
        is_right=torch.tensor([e[2] for e in edges], dtype=torch.bool),
    )
    samples = SimpleNamespace(ray_indices=torch.tensor(owners, dtype=torch.int64))
    return intervals, samples, far_planes


def _cells_on_the_way(
    o: Array, d: Array, boxes: Array, occupied: Array, near: float, far: float
) -> Iterator[tuple[float, bool]]:
    """Where a ray leaves each cell of the finest level that it is in, and whether that is occupied;
    first of all the space up to the grid."""
    n = occupied.shape[1]
    planes = boxes[:, :1] + (boxes[:, 1:] - boxes[:, :1]) * np.linspace(0, 1, n + 1)[:, None]
    with np.errstate(divide="ignore"):
        faces = (planes - o) / d
        sides = np.sort((boxes - o) / d, axis=1)
    enters, leaves = sides[:, 0].max(1), sides[:, 1].min(1)
    hit = enters < leaves
    ends = np.unique([*enters[hit], *leaves[hit]]).clip(near, far)
    for start, end in itertools.pairwise(ends):
        if start == ends[0]:
            yield start, False
        inside = (enters < (start + end) / 2) & ((start + end) / 2 < leaves)
        level = int(inside.argmax())
        cuts = [start, *np.unique(faces[level][(faces[level] > start) & (faces[level] < end)]), end]
        for one, other in itertools.pairwise(cuts):
            unit = o + d * (one + other) / 2 - boxes[level, 0]
            x, y, z = (unit / (boxes[level, 1] - boxes[level, 0]) * n).astype(int)
            if one < other:
                yield other, bool(occupied[level, x, y, z])


def render_weight_from_density(
    t_starts: Tensor, t_ends: Tensor, sigmas: Tensor, packed_info: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Weights, transmittances and opacities; packed_info: first sample and number of each ray."""
    alphas = 1 - torch.exp(-sigmas * (t_ends - t_starts))
    trans = []
    for first, n in packed_info.tolist():
        light = torch.ones(())
        for sample in range(first, first + n):
            trans.append(light)
            light = light * (1 - alphas[sample])
    passed = torch.stack(trans)
    return passed * alphas, passed, alphas
