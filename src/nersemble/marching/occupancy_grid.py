"""The occupancy grid: cells of the scene box that contain density (method.md, Ray marching)."""

from collections.abc import Callable, Sequence

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from nersemble.geometry.camera import Camera
from nersemble.geometry.frustum import count_cameras_seeing
from nersemble.marching.config import OccupancyGridConfig

DensityFn = Callable[[Tensor, Tensor], Tensor]
"""(positions_world [n 3], slots [n]) -> density [n] per model-world unit."""

_CHUNK = 2**18


MAX_OCCUPANCY = 1e6
"""Beyond any real density times step: it would halve the light in a millionth of a step."""


def bounded(occupancy: Float[Tensor, "c"]) -> Float[Tensor, "c"]:
    """Densities times step, clamped to MAX_OCCUPANCY; NaN and infinity become MAX_OCCUPANCY."""
    return occupancy.nan_to_num(nan=MAX_OCCUPANCY).clamp(max=MAX_OCCUPANCY)


class OccupiedCells(nn.Module):
    """L nested grids of R^3 cells, each occupied or not, as marching reads them.

    binaries: [L, R, R, R], x slowest, z fastest; occupied_box: around the occupied cells, model
    world.
    """

    binaries: Tensor
    scene_box: Tensor
    occupied_box: Tensor

    def __init__(
        self,
        resolution: int,
        levels: int,
        scene_box: Float[Tensor, "2 3"],
        *,
        occupied: bool = False,
    ) -> None:
        super().__init__()
        self.resolution, self.levels = resolution, levels
        shape = (levels, resolution, resolution, resolution)
        self.register_buffer("scene_box", scene_box.clone())
        self.register_buffer("binaries", torch.full(shape, occupied))
        self.register_buffer("occupied_box", self.box_of_level(levels - 1), persistent=False)

    def box_of_level(self, level: int) -> Float[Tensor, "2 3"]:
        """The box that a level covers, model world."""
        center = self.scene_box.mean(0)
        return center + (self.scene_box - center) * 2.0**level

    def set_binaries(self, binaries: Bool[Tensor, "l r r r"]) -> None:
        """Replace the occupied cells and the box around them, without synchronising a GPU."""
        self.binaries.copy_(binaries)
        self.occupied_box.copy_(self._box_around_occupied())

    def _box_around_occupied(self) -> Float[Tensor, "2 3"]:
        resolution, levels = self.resolution, range(self.levels)
        columns = self.binaries.any(3)
        flags = torch.stack([columns.any(2), columns.any(1), self.binaries.any(2).any(1)], 1)
        index = torch.arange(resolution, device=flags.device)
        first = torch.where(flags, index, resolution).amin(2)
        last = torch.where(flags, index + 1, 0).amax(2)
        boxes = torch.stack([self.box_of_level(level) for level in levels])
        size = (boxes[:, 1] - boxes[:, 0]) / resolution
        filled = flags.any(2)
        low = torch.where(filled, boxes[:, 0] + first * size, torch.inf).amin(0)
        high = torch.where(filled, boxes[:, 0] + last * size, -torch.inf).amax(0)
        nowhere = self.scene_box[:1].expand(2, 3)
        return torch.where(filled.any(), torch.stack([low, high]), nowhere)

    def occupied(
        self, x: Float[Tensor, "*n"], y: Float[Tensor, "*n"], z: Float[Tensor, "*n"]
    ) -> Bool[Tensor, "*n"]:
        """Return whether points lie in an occupied cell of the finest level that contains them.
        The coordinates (model world) are separate tensors: on a CPU that is several times faster
        than an array of points.
        """
        resolution = self.resolution
        result = torch.zeros_like(x, dtype=torch.bool)
        undecided = torch.ones_like(result)
        for level in range(self.levels):
            low, high = self.box_of_level(level)
            scale = (resolution / (high - low)).tolist()
            cx, cy, cz = (
                (values - float(low[axis])).mul_(scale[axis])
                for axis, values in enumerate((x, y, z))
            )
            lowest = torch.minimum(torch.minimum(cx, cy), cz)
            highest = torch.maximum(torch.maximum(cx, cy), cz)
            inside = undecided & (lowest >= 0) & (highest < resolution)
            flat = cx.int().mul_(resolution).add_(cy.int()).mul_(resolution).add_(cz.int())
            flat = torch.where(inside, flat, 0).reshape(-1)
            hit = self.binaries[level].view(-1).index_select(0, flat).view(x.shape)
            result |= inside & hit
            undecided = undecided & ~inside
        return result


class OccupancyGrid(OccupiedCells):
    """The cells that contain density at any timestep, updated during training.

    occs: [L R^3] decayed maximum of density times step; visible: cells seen by enough cameras;
    n_exploded: cells with MAX_OCCUPANCY after the last update.
    """

    occs: Tensor
    visible: Tensor
    n_exploded: Tensor

    def __init__(self, config: OccupancyGridConfig, scene_box: Float[Tensor, "2 3"]) -> None:
        resolution, levels = config.grid_resolution, config.grid_levels
        super().__init__(resolution, levels, scene_box, occupied=config.disable_occupancy_grid)
        self.config = config
        self.register_buffer("occs", torch.zeros(levels * resolution**3))
        self.register_buffer("visible", torch.ones_like(self.binaries))
        self.register_buffer("n_exploded", torch.zeros(1), persistent=False)

    def cull(self, cameras: Sequence[Camera]) -> None:
        """Cull the cells of the finest level that too few cameras see.

        If the capture has fewer cameras than the minimum, all of them must see a cell.
        """
        config = self.config
        if not config.use_view_frustum_culling:
            return
        resolution = config.grid_resolution
        steps = torch.arange(resolution, device=self.occs.device, dtype=torch.float64)
        corner = config.culling_cell_positions == "corner"
        unit = steps / (resolution - 1) if corner else (steps + 0.5) / resolution
        grid = torch.stack(torch.meshgrid(unit, unit, unit, indexing="ij"), -1).view(-1, 3)
        low, high = self.scene_box.double()
        seen = count_cameras_seeing(low + grid * (high - low), cameras)
        wanted = min(config.view_frustum_culling, len(cameras))
        self.visible[0] = (seen >= wanted).view_as(self.visible[0])
        self.set_binaries(self.binaries & self.visible)

    def reopen(self) -> None:
        """Mark all visible cells as occupied, and discard exploded densities."""
        self.occs.copy_(torch.where(self.occs < MAX_OCCUPANCY, self.occs, 0.0))
        self.set_binaries(self.visible)

    @property
    def mean_occupancy(self) -> float:
        """Mean over all cells, which bounds both thresholds from above."""
        return float(self.mean_occupancy_tensor)

    @property
    def mean_occupancy_tensor(self) -> Float[Tensor, "1"]:
        """``mean_occupancy`` on the grid's device, without synchronising it."""
        return self.occs.mean().view(1)

    @property
    def threshold(self) -> Float[Tensor, "1"]:
        """Density times step above which a cell is occupied, without synchronising a GPU."""
        # Not minimum: if the mean is NaN, the other threshold applies.
        mean = self.mean_occupancy_tensor
        return torch.fmin(mean, torch.full_like(mean, self.config.occ_thre))

    def due(self, step: int) -> bool:
        """Whether an update is due before this optimizer step."""
        return (
            not self.config.disable_occupancy_grid and step % self.config.occ_update_interval == 0
        )

    @torch.no_grad()
    def update(
        self,
        step: int,
        density: DensityFn,
        n_slots: int,
        step_size: float,
        generator: torch.Generator,
    ) -> None:
        """Update cells (all in the warm-up, later a quarter plus as many occupied ones).

        Args:
            density: density at positions and slots; slots index the K blended timesteps.
            n_slots: K; each cell is sampled at a random one.
            step_size: length of a sample, model-world units.
        """
        device = self.occs.device
        cells = self._cells_to_visit(step, generator).to(device)
        jitter = torch.rand(len(cells), 3, generator=generator).to(device)
        slots = torch.randint(n_slots, (len(cells),), generator=generator).to(device)
        positions = self._points_in(cells, jitter)
        parts = [
            density(positions[i : i + _CHUNK], slots[i : i + _CHUNK])
            for i in range(0, len(cells), _CHUNK)
        ]
        occupancy = bounded(torch.cat(parts) * step_size) if parts else positions[:, 0]
        self.occs[cells] = torch.maximum(self.occs[cells] * self.config.occ_decay, occupancy)
        self.mark_occupied()

    def mark_occupied(self) -> None:
        """Update the occupied cells from ``occs`` and count exploded ones, without synchronising a
        GPU."""
        occupied = (self.occs > self.threshold).view_as(self.binaries)
        self.set_binaries(occupied & self.visible)
        self.n_exploded.copy_((self.occs >= MAX_OCCUPANCY).sum().view(1))

    def _cells_to_visit(self, step: int, generator: torch.Generator) -> Int[Tensor, "c"]:
        n = self.config.grid_resolution**3
        chosen = []
        for level in range(self.config.grid_levels):
            if step < self.config.occ_warmup_steps:
                cells = torch.arange(n)
            else:
                uniform = torch.randint(n, (n // 4,), generator=generator)
                occupied = self.binaries[level].view(-1).nonzero().flatten().cpu()
                if len(occupied) > n // 4:
                    pick = torch.randint(len(occupied), (n // 4,), generator=generator)
                    occupied = occupied[pick]
                cells = torch.cat([uniform, occupied]).unique()
            chosen.append(cells.to(self.occs.device) + level * n)
        return torch.cat(chosen)

    def _points_in(
        self, cells: Int[Tensor, "c"], jitter: Float[Tensor, "c 3"]
    ) -> Float[Tensor, "c 3"]:
        r = self.config.grid_resolution
        level, flat = cells // r**3, cells % r**3
        index = torch.stack([flat // r**2, flat // r % r, flat % r], -1)
        unit = (index + jitter) / r
        center = self.scene_box.mean(0)
        extent = (self.scene_box[1] - self.scene_box[0]) * (2.0**level)[:, None]
        return center + (unit - 0.5) * extent
