"""The options of marching: the lattice, the occupancy grid and its filter."""

from dataclasses import dataclass
from typing import Annotated, Literal

from nersemble.errors import ConfigError
from nersemble.ranges import Options, Range

DEFAULT_CAPACITY = 3 * 2**17
"""Half as much again as a step with 4096 rays keeps once its occupancy grid has settled."""


@dataclass(frozen=True)
class MarcherConfig(Options):
    """Samples on a ray: their lattice. Lengths in model-world units (metres x 9)."""

    near_plane: Annotated[float, Range(0, 1e6)] = 0.2
    """Nothing nearer is sampled."""
    far_plane: Annotated[float, Range(0, 1e6)] = 1000.0
    """Nothing farther is sampled."""
    render_step_size: Annotated[float, Range(1e-4, 1e3)] = 0.011
    """Shortest interval."""
    cone_angle: Annotated[float, Range(0, 1)] = 0.0
    """Intervals grow in proportion to the distance by this factor (0: constant), as in nerfacc."""
    alpha_thre: Annotated[float, Range(0, 0.99)] = 1e-2
    """In training, samples below the smaller of this opacity and the mean occupancy are dropped."""
    early_stop_eps: Annotated[float, Range(0, 0.99)] = 1e-2
    """Rendering stops a ray at this transmittance (0: never, as the paper)."""
    train_early_stop_eps: Annotated[float, Range(0, 0.99)] = 0.0
    """Training drops samples behind this transmittance (0: none, as the paper)."""
    max_n_samples_per_batch: Annotated[int, Range(8, 40, other=-1)] = -1
    """Base-2 logarithm of the largest number of samples held at once (-1: no limit; 20 suits small
    GPUs)."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.near_plane >= self.far_plane:
            raise ConfigError(
                f"--near_plane {self.near_plane} must be smaller than --far_plane {self.far_plane}."
            )

    @property
    def max_samples(self) -> int | None:
        """Largest number of samples held at once."""
        power = self.max_n_samples_per_batch
        return None if power == -1 else 2**power

    @property
    def capacity(self) -> int:
        """Samples of a training step on a GPU, whose buffers have a fixed size."""
        return self.max_samples or DEFAULT_CAPACITY


@dataclass(frozen=True)
class OccupancyGridConfig(Options):
    """Occupancy grid: its resolution and how it is updated."""

    grid_resolution: Annotated[int, Range(2, 1024)] = 128
    """Cells along each axis of the scene box."""
    grid_levels: Annotated[int, Range(1, 16)] = 1
    """Nested grids; each covers a box twice as large as the one before."""
    occ_thre: Annotated[float, Range(0, 1e6)] = 1e-2
    """A cell is occupied above the smaller of this and the mean occupancy."""
    disable_occupancy_grid: bool = False
    """Treat everything inside the culled box as occupied."""
    use_view_frustum_culling: bool = True
    """Cells that too few training cameras see are never occupied."""
    view_frustum_culling: Annotated[int, Range(0)] = 2
    """Training cameras that must see a cell."""
    occ_decay: Annotated[float, Range(0, 1)] = 0.95
    """Factor on a cell's occupancy at each update."""
    occ_warmup_steps: Annotated[int, Range(0)] = 256
    """Steps during which an update visits all cells."""
    occ_update_interval: Annotated[int, Range(1)] = 16
    """Steps between updates."""
    culling_cell_positions: Literal["corner", "center"] = "center"
    """Point of a cell that culling tests; 'corner' is min + i (max-min)/127 (release quirk)."""


@dataclass(frozen=True)
class GridFilterConfig(Options):
    """Occupancy grid filter: keeps the largest connected component.

    Raises:
        ConfigError: a value is out of range.
    """

    use_occupancy_grid_filtering: bool = False
    """Keep only the largest connected component of the occupied space, unless training pictures
    would lose more than 1 dB."""
    occupancy_grid_filtering_threshold: Annotated[float, Range(0, 1)] = 0.05
    """Smallest occupancy (0..1) of a cell in a component."""
    occupancy_grid_filtering_sigma_erosion: Annotated[int, Range(0, 1024)] = 7
    """Blur that widens the largest component, in cells of a 128-cell grid at any resolution."""
