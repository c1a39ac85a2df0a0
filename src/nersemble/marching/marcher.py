"""From rays to packed samples on a fixed lattice, skipping empty cells (spec, section 4)."""

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from nersemble.errors import ConfigError
from nersemble.marching.occupancy_grid import OccupancyGrid
from nersemble.marching.samples import RaySamples
from nersemble.ops.packed import offsets_from_counts
from nersemble.rays.batch import RayBatch

DEFAULT_CAPACITY = 3 * 2**17
"""Half as much again as a step with 4096 rays keeps once its occupancy grid has settled."""

_LATTICE_POINTS_AT_ONCE = 2**22


@dataclass(frozen=True)
class MarcherConfig:
    """The lattice of samples on a ray. Lengths in model-world units (metres x 9)."""

    near_plane: float = 0.2
    """Nothing nearer is sampled."""
    far_plane: float = 1000.0
    """Nothing farther is sampled."""
    render_step_size: float = 0.011
    """Shortest interval."""
    cone_angle: float = 0.0
    """Intervals grow in proportion to the distance by this factor (0: constant)."""
    alpha_thre: float = 1e-2
    """In training, samples below the smaller of this opacity and the mean occupancy are dropped."""
    early_stop_eps: float = 1e-2
    """Rendering stops a ray at this transmittance (0: never, as the paper)."""
    train_early_stop_eps: float = 0.0
    """Training drops samples behind this transmittance (0: none, as the paper)."""
    max_n_samples_per_batch: int = -1
    """Base-2 logarithm of the samples held at once at most (-1: no limit; 20 suits small GPUs)."""

    def __post_init__(self) -> None:
        if not 0 <= self.near_plane < self.far_plane or self.render_step_size <= 0:
            raise ConfigError(
                f"--near_plane {self.near_plane}, --far_plane {self.far_plane} and "
                f"--render_step_size {self.render_step_size} leave nothing to sample: near must "
                "be at least 0 and below far, and the step positive."
            )
        if self.cone_angle < 0 or not 0 <= self.alpha_thre < 1:
            raise ConfigError(
                f"--cone_angle is {self.cone_angle} and --alpha_thre is {self.alpha_thre}: the "
                "first must be at least 0, the second at least 0 and below 1."
            )
        if self.max_n_samples_per_batch != -1 and not 8 <= self.max_n_samples_per_batch <= 40:
            raise ConfigError(
                f"--max_n_samples_per_batch is {self.max_n_samples_per_batch}, but it is a power "
                "of two: 20 means 2^20 samples, -1 no limit."
            )

    @property
    def max_samples(self) -> int | None:
        """Samples held at once at most."""
        power = self.max_n_samples_per_batch
        return None if power == -1 else 2**power

    @property
    def capacity(self) -> int:
        """Samples of a training step on a GPU, where buffers have a fixed size."""
        return self.max_samples or DEFAULT_CAPACITY


@dataclass(frozen=True)
class Lattice:
    """t_0 = near + jitter, t_{k+1} = t_k + max(step, cone_angle t_k), in closed form.

    Intervals are constant up to t = step / cone_angle and grow by 1 + cone_angle from there.
    """

    config: MarcherConfig
    t_first: Float[Tensor, "n"]

    def _constant_steps(self) -> Float[Tensor, "n"]:
        step, cone = self.config.render_step_size, self.config.cone_angle
        return ((step / cone - self.t_first) / step).clamp(min=0).ceil()

    def t(self, k: Float[Tensor, "n *m"]) -> Float[Tensor, "n *m"]:
        """Distance of lattice points; k runs along further axes."""
        step, cone = self.config.render_step_size, self.config.cone_angle
        first = self.t_first.view(-1, *[1] * (k.ndim - 1))
        if cone == 0:
            return first + k * step
        turn = self._constant_steps().view_as(first)
        linear = first + torch.minimum(k, turn) * step
        return linear * torch.exp((k - turn).clamp(min=0) * math.log1p(cone))

    def index_below(self, t: Float[Tensor, "n"]) -> Float[Tensor, "n"]:
        """A lattice index whose point lies at or before t, and at most two before it."""
        step, cone = self.config.render_step_size, self.config.cone_angle
        linear = (t - self.t_first) / step
        if cone > 0:
            turn = self._constant_steps()
            t_turn = self.t_first + turn * step
            grown = turn + torch.log((t / t_turn).clamp(min=1e-12)) / math.log1p(cone)
            linear = torch.where(t > t_turn, grown, linear)
        return (linear.floor() - 1).clamp(min=0)


def intersect_box(
    rays: RayBatch, box: Float[Tensor, "2 3"]
) -> tuple[Float[Tensor, "n"], Float[Tensor, "n"]]:
    """Distances at which rays enter and leave a box; leave < enter where they miss it."""
    inverse = 1 / torch.where(
        rays.directions.abs() < 1e-12, torch.full_like(rays.directions, 1e-12), rays.directions
    )
    to_low = (box[0] - rays.origins_world) * inverse
    to_high = (box[1] - rays.origins_world) * inverse
    enter = torch.minimum(to_low, to_high).amax(-1)
    leave = torch.maximum(to_low, to_high).amin(-1)
    return enter, leave


@torch.no_grad()
def march(
    rays: RayBatch,
    grid: OccupancyGrid,
    config: MarcherConfig,
    jitter: Float[Tensor, "n"] | None = None,
) -> RaySamples:
    """The lattice intervals whose midpoints lie in occupied cells.

    Args:
        jitter: in [0, 1], one a ray: shifts the lattice by up to one step (training);
            None leaves it at the near plane.
    """
    n = len(rays)
    first = torch.full((n,), config.near_plane, device=rays.origins_world.device)
    if jitter is not None:
        first = first + jitter * config.render_step_size
    lattice = Lattice(config, first)
    enter, leave = intersect_box(rays, grid.occupied_box)
    hit = (leave > enter) & (leave > config.near_plane) & (enter < config.far_plane)
    k_first = lattice.index_below(enter.clamp(config.near_plane, config.far_plane))
    k_last = lattice.index_below(leave.clamp(config.near_plane, config.far_plane)) + 3
    spans = torch.where(hit, k_last - k_first, torch.zeros_like(k_first))
    longest = max(int(spans.max()), 1) if n else 1
    rows = max(_LATTICE_POINTS_AT_ONCE // longest, 1)
    parts = [
        _march_rows(rays, grid, lattice, k_first, spans, slice(start, min(start + rows, n)))
        for start in range(0, max(n, 1), rows)
    ]
    counts, ray_indices, starts, ends = (torch.cat(p) for p in zip(*parts, strict=True))
    return RaySamples(ray_indices, starts, ends, offsets_from_counts(counts))


def _march_rows(
    rays: RayBatch,
    grid: OccupancyGrid,
    lattice: Lattice,
    k_first: Tensor,
    spans: Tensor,
    rows: slice,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Counts, ray indices, starts and ends of the kept intervals of some rays."""
    part = Lattice(lattice.config, lattice.t_first[rows])
    span = spans[rows]
    k = torch.arange(int(span.max()) if len(span) else 0, device=span.device)
    steps = k_first[rows, None] + k
    starts, ends = part.t(steps), part.t(steps + 1)
    middle = (starts + ends) / 2
    origins, directions = rays.origins_world[rows], rays.directions[rows]
    x, y, z = (origins[:, i, None] + directions[:, i, None] * middle for i in range(3))
    kept = grid.occupied(x, y, z)
    kept &= (k < span[:, None]) & (middle <= lattice.config.far_plane)
    row, column = kept.nonzero(as_tuple=True)
    counts = torch.bincount(row, minlength=len(span))
    return counts, row + rows.start, starts[row, column], ends[row, column]
