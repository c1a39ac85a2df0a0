"""The dynamic radiance field: deformation, hash ensemble, density and colour (method.md, Field)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import torch
from jaxtyping import Bool, Float, Int, Real
from torch import Tensor, nn

from nersemble.fields.config import FieldConfig
from nersemble.fields.deformation_field import N_BANDS, DeformationField
from nersemble.fields.hash_ensemble import HashEnsemble
from nersemble.fields.padded_mlp import PaddedMLP
from nersemble.fields.timesteps import codes_at
from nersemble.fields.windows import WindowState
from nersemble.geometry.scene_box import to_unit
from nersemble.ops.hash_grid import hash_grid_lookup
from nersemble.ops.hash_layout import HashGridConfig
from nersemble.ops.trunc_exp import trunc_exp

_N_GEOMETRY = 15
_HIDDEN = 64


@dataclass(frozen=True)
class FieldSamples:
    """The field at N samples. sigmas: per model-world unit; rgbs: 0..1; offsets: unit box."""

    sigmas: Float[Tensor, "n"]
    rgbs: Float[Tensor, "n 3"]
    offsets_unit: Float[Tensor, "n 3"]


@dataclass(frozen=True)
class Geometry:
    """Density, and the geometry features that the colour MLP reads."""

    sigmas: Float[Tensor, "n"]
    features: Float[Tensor, "n 15"]
    offsets_unit: Float[Tensor, "n 3"]


class DynamicField(nn.Module):
    """Radiance at (position, direction, timestep). Blend first, then query samples.
    ``blend(timesteps, windows)`` returns the field at K timesteps; samples refer to their timestep
    by slot, the index into those K.
    """

    scene_box: Tensor

    def __init__(
        self,
        config: FieldConfig,
        scene_box: Float[Tensor, "2 3"],
        n_timesteps: int,
        generator: torch.Generator,
    ) -> None:
        super().__init__()
        self.config = config
        self.register_buffer("scene_box", scene_box.clone())
        self.hash_ensemble = HashEnsemble(config.hash_ensemble, n_timesteps, generator)
        self.deformation = (
            DeformationField(config.deformation, n_timesteps, generator)
            if config.deformation.use_deformation_field
            else None
        )
        n_features = self.hash_ensemble.grid.n_features
        self.base_mlp = PaddedMLP([n_features, _HIDDEN, 1 + _N_GEOMETRY], generator)
        self.color_mlp = PaddedMLP([3 + _N_GEOMETRY, _HIDDEN, _HIDDEN, 3], generator)

    def parameter_group(self, name: str) -> str:
        """The group of learning rates of the MLPs."""
        return "fields"

    @property
    def n_timesteps(self) -> int:
        """Number of timesteps with codes."""
        return len(self.hash_ensemble.codes)

    @property
    def n_tables(self) -> int:
        """Number of hash tables in the ensemble."""
        return self.hash_ensemble.config.n_tables

    @property
    def n_bands(self) -> int:
        """Number of frequency bands in the deformation's encoding."""
        return N_BANDS

    def blend(self, timesteps: Real[Tensor, "k"], windows: WindowState) -> "BlendedField":
        """Return the field at K timesteps, blending the open tables once for each."""
        ensemble = self.hash_ensemble
        grids = BlendedGrids(ensemble.blend(timesteps, windows.hash), ensemble.grid)
        codes = self.deformation_codes(timesteps)
        return BlendedField(self, grids, codes, windows, self.base_mlp, self.color_mlp)

    def codes_in_use(self, windows: WindowState) -> list[nn.Parameter]:
        """The codes [T, C] of all timesteps that :meth:`blend` depends on: the ensemble's, once its
        window opens, and the deformation's."""
        ensemble = self.hash_ensemble
        found = [ensemble.codes] if ensemble.depends_on_codes(windows.hash) else []
        return found if self.deformation is None else [*found, self.deformation.codes]

    def deformation_codes(self, timesteps: Real[Tensor, "k"]) -> Float[Tensor, "k c"] | None:
        """The deformation's codes of K timesteps; None without a deformation field."""
        return None if self.deformation is None else codes_at(self.deformation.codes, timesteps)


class Grids(Protocol):
    """The hash grids of K timesteps."""

    def __len__(self) -> int: ...

    def lookup(
        self, positions_unit: Float[Tensor, "n 3"], slots: Int[Tensor, "n"]
    ) -> Float[Tensor, "n lf"]:
        """Features of positions in [0, 1]; slots index the K timesteps."""
        ...


@dataclass(frozen=True)
class BlendedGrids:
    """One blended grid per timestep."""

    entries: Float[Tensor, "k e f"]
    layout: HashGridConfig

    def __len__(self) -> int:
        """K, the number of timesteps."""
        return len(self.entries)

    def lookup(
        self, positions_unit: Float[Tensor, "n 3"], slots: Int[Tensor, "n"]
    ) -> Float[Tensor, "n lf"]:
        """Features of positions in [0, 1]; slots index the K timesteps."""
        return hash_grid_lookup(self.entries, positions_unit, slots, self.layout)


@dataclass(frozen=True)
class BlendedField:
    """The field at K timesteps, ready for samples; valid until the parameters change.

    grids, base_mlp, color_mlp: evaluate the hash grids and the MLPs; the field's own in plain
    torch, otherwise another engine's with the same parameters.
    """

    field: DynamicField
    grids: Grids
    deformation_codes: Float[Tensor, "k c"] | None
    windows: WindowState
    base_mlp: Callable[[Tensor], Tensor]
    color_mlp: Callable[[Tensor], Tensor]

    def offsets_unit(
        self, positions_world: Float[Tensor, "n 3"], slots: Int[Tensor, "n"]
    ) -> Float[Tensor, "n 3"]:
        """How far each point moves to reach canonical space, in the unit box."""
        deformation = self.field.deformation
        if deformation is None or self.deformation_codes is None:
            return torch.zeros_like(positions_world)
        unit = to_unit(positions_world, self.field.scene_box)
        window = self.windows.deformation
        return deformation.offsets(unit, slots, self.deformation_codes, window)

    def features(
        self,
        positions_world: Float[Tensor, "n 3"],
        offsets_unit: Float[Tensor, "n 3"],
        slots: Int[Tensor, "n"],
    ) -> tuple[Float[Tensor, "n lf"], Bool[Tensor, "n"]]:
        """Hash features of the moved points, and whether they lie inside the box.

        Points outside are looked up at the box's minimum corner, without gradient.
        """
        field = self.field
        unit = to_unit(positions_world, field.scene_box) + offsets_unit
        if field.config.deformation.deformation_offset_space == "unit":
            moved = positions_world + offsets_unit
            unit = to_unit(moved, field.scene_box)
        inside = ((unit > 0) & (unit < 1)).all(-1)
        unit = torch.where(inside[:, None], unit, torch.zeros_like(unit))
        found = self.grids.lookup(unit, slots)
        # All of them would add to the same entries, which tinycudann sums in 16 bits.
        return torch.where(inside[:, None], found, found.detach()), inside

    def geometry(self, positions_world: Float[Tensor, "n 3"], slots: Int[Tensor, "n"]) -> Geometry:
        """Density and geometry features."""
        offsets = self.offsets_unit(positions_world, slots)
        features, inside = self.features(positions_world, offsets, slots)
        output = self.base_mlp(features)
        densities = trunc_exp(output[:, 0])
        # Not a product: an infinite density times 0 is NaN.
        sigmas = torch.where(inside, densities, torch.zeros_like(densities))
        return Geometry(sigmas, output[:, 1:], offsets)

    def density(
        self, positions_world: Float[Tensor, "n 3"], slots: Int[Tensor, "n"]
    ) -> Float[Tensor, "n"]:
        """Density alone, per model-world unit."""
        return self.geometry(positions_world, slots).sigmas

    def __call__(
        self,
        positions_world: Float[Tensor, "n 3"],
        directions: Float[Tensor, "n 3"],
        slots: Int[Tensor, "n"],
    ) -> FieldSamples:
        """Density and colour seen along unit ``directions``, model world."""
        geometry = self.geometry(positions_world, slots)
        rgbs = self.colors(geometry.features, directions)
        return FieldSamples(geometry.sigmas, rgbs, geometry.offsets_unit)

    def colors(
        self, features: Float[Tensor, "n 15"], directions: Float[Tensor, "n 3"]
    ) -> Float[Tensor, "n 3"]:
        """Colours of geometry features seen along unit ``directions``, model world."""
        inputs = torch.cat([(directions + 1) / 2, features], -1)
        return torch.sigmoid(self.color_mlp(inputs))
