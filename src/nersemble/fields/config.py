"""The options of the field: its parts, their sizes and their windows."""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from nersemble.errors import ConfigError
from nersemble.ops.hash_layout import HashGridConfig
from nersemble.ranges import Options, Range

_SINGLE_GRID_GROWTH = 1.381913


@dataclass(frozen=True)
class HashEnsembleConfig(Options):
    """Hash tables: the size of the ensemble."""

    use_hash_ensemble: bool = True
    """False: one hash grid with a growth of 1.381913, no blend codes."""
    n_hash_encodings: int = 32
    """Hash tables in the ensemble: 1, 2 or a multiple of 4."""
    latent_dim_time: int = -1
    """Length of a timestep's blend code; must equal n_hash_encodings (-1: does)."""
    n_levels: Annotated[int, Range(1, 32)] = 16
    """Resolutions of each hash grid."""
    log2_hashmap_size: Annotated[int, Range(4, 24)] = 19
    """Base-2 logarithm of the largest number of entries per level of a table."""
    base_resolution: Annotated[int, Range(2, 512)] = 16
    """Resolution of the coarsest level."""
    growth: Annotated[float, Range(0.1, 4)] = 1.4472692012786865
    """Resolution ratio of neighbouring levels."""

    def __post_init__(self) -> None:
        super().__post_init__()
        h = self.n_hash_encodings
        if h not in (1, 2) and (not 4 <= h <= 1024 or h % 4 != 0):
            raise ConfigError(
                f"--n_hash_encodings is {h}, but must be 1, 2 or a multiple of 4 up to 1024: "
                "choose the nearest such number."
            )
        if self.latent_dim_time not in (-1, h):
            raise ConfigError(
                f"--latent_dim_time is {self.latent_dim_time} but --n_hash_encodings is {h}: a "
                "timestep has one blend weight per table, so leave --latent_dim_time out."
            )

    @property
    def n_tables(self) -> int:
        """Number of tables: one if the ensemble is off."""
        return self.n_hash_encodings if self.use_hash_ensemble else 1

    @property
    def grid(self) -> HashGridConfig:
        """The shape of each table."""
        return HashGridConfig(
            n_levels=self.n_levels,
            log2_hashmap_size=self.log2_hashmap_size,
            base_resolution=self.base_resolution,
            growth=self.growth if self.use_hash_ensemble else _SINGLE_GRID_GROWTH,
        )


@dataclass(frozen=True)
class DeformationFieldConfig(Options):
    """Deformation field: its size."""

    use_deformation_field: bool = True
    """False: points stay where they are."""
    latent_dim_time_deform: Annotated[int, Range(1, 8192)] = 128
    """Length of a timestep's deformation code."""
    mlp_num_layers: Annotated[int, Range(1, 64)] = 6
    """Linear layers of the deformation MLP."""
    mlp_layer_width: Annotated[int, Range(1, 8192)] = 128
    """Width of each layer."""
    deformation_offset_space: Literal["unit", "world"] = "world"
    """Space of the offset that is added to the world position: 'unit' is the release's quirk."""


@dataclass(frozen=True)
class FieldConfig:
    """The field's parts."""

    hash_ensemble: HashEnsembleConfig = field(default_factory=HashEnsembleConfig)
    deformation: DeformationFieldConfig = field(default_factory=DeformationFieldConfig)


@dataclass(frozen=True)
class WindowConfig(Options):
    """Windows: when they open, in optimizer steps. An end of 0: fully open from the start."""

    window_deform_begin: Annotated[int, Range(0)] = 0
    """Step at which the deformation's frequencies begin to open."""
    window_deform_end: Annotated[int, Range(0)] = 20_000
    """Step at which all are open (0: no window)."""
    window_hash_encodings_begin: Annotated[int, Range(0)] = 40_000
    """Step at which hash tables beyond the first begin to open."""
    window_hash_encodings_end: Annotated[int, Range(0)] = 80_000
    """Step at which all tables are open (0: no window)."""
    windows_outside_training: Literal["step", "final"] = "step"
    """Evaluate and render with the windows of the checkpoint's step, or always fully open (release
    quirk)."""
