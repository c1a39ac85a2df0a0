"""``DynamicField`` through fused kernels, in half precision.

Samples are in arrays of fixed capacity; only the GPU knows the number of valid rows (``count``).
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Float16, Int32, Int64, Real
from torch import Tensor

from nersemble.distributed import Wait
from nersemble.fields.config import DeformationFieldConfig, FieldConfig, HashEnsembleConfig
from nersemble.fields.dynamic_field import DynamicField
from nersemble.fields.hash_ensemble import HashEnsemble
from nersemble.fields.padded_mlp import PaddedMLP
from nersemble.fields.timesteps import codes_at
from nersemble.fields.windows import WindowState
from nersemble.fused.batch import DeviceSamples, FusedFeatures, FusedLosses
from nersemble.fused.deformation import FusedDeformation, PreparedDeformation
from nersemble.fused.device_numbers import DeviceNumbers
from nersemble.fused.gradients import add_to_rows, created_gradients
from nersemble.fused.kernels import field_mlp, field_mlp_backward, hash_grid, tables
from nersemble.fused.tiled_tables import TiledTables


def unsupported_field(config: FieldConfig) -> str | None:
    """Return why the fused kernels do not support this field; None if they do."""
    deformation = config.deformation
    for part in (config, deformation, config.hash_ensemble):
        if type(part) not in (FieldConfig, DeformationFieldConfig, HashEnsembleConfig):
            return f"the kernels do not support {type(part).__name__}"
    if deformation.use_deformation_field and not FusedDeformation.supports(deformation):
        return f"--mlp_layer_width {deformation.mlp_layer_width} is not 16, 32, 64 or 128"
    n_features = config.hash_ensemble.grid.n_features
    if n_features > field_mlp.MAX_FEATURES:
        return f"--n_levels {config.hash_ensemble.n_levels} is above {field_mlp.MAX_FEATURES // 2}"
    return None


class FusedFieldMLP:
    """Both MLPs of a field through fused kernels; the modules keep the parameters.

    Samples are packed: rows from ``count`` on are neither read nor written, nor are columns of
    features beyond the MLP's inputs. Rays' ``directions`` are unit vectors; a sample's is found by
    its ray index.
    """

    def __init__(self, base_mlp: PaddedMLP, color_mlp: PaddedMLP) -> None:
        self._n_in = base_mlp.n_in
        self._parameters = (*base_mlp.weights, *color_mlp.weights)
        self.matrices: tuple[Float16[Tensor, "o i"], ...] = ()
        self.prepare()

    @torch.no_grad()
    def prepare(self) -> None:
        """Round the current parameters; call it once after each change of them."""
        parameters = self._parameters
        if not self.matrices or self.matrices[0].device != parameters[0].device:
            self.matrices = tuple(
                torch.empty_like(parameter, dtype=torch.float16, requires_grad=False)
                for parameter in parameters
            )
        torch._foreach_copy_(self.matrices, parameters)

    def density(self, found: FusedFeatures, count: Int32[Tensor, "1"]) -> Float[Tensor, "c"]:
        """Densities, per model-world unit; 0 for samples moved out of the open unit box."""
        return field_mlp.density(self.matrices, self._n_in, found, count)

    def forward(
        self,
        found: FusedFeatures,
        directions: Float[Tensor, "n 3"],
        ray_indices: Int32[Tensor, "c"],
        count: Int32[Tensor, "1"],
    ) -> tuple[Float[Tensor, "c"], Float[Tensor, "c 3"]]:
        """Densities as in ``density``, and colours in 0..1."""
        return field_mlp.forward(self.matrices, self._n_in, found, directions, ray_indices, count)

    def backward(
        self,
        found: FusedFeatures,
        directions: Float[Tensor, "n 3"],
        ray_indices: Int32[Tensor, "c"],
        count: Int32[Tensor, "1"],
        d_sigmas: Float[Tensor, "c"],
        d_rgbs: Float[Tensor, "c 3"],
        grad_scale: float,
    ) -> Float16[Tensor, "c w"]:
        """Adds to the parameters' ``.grad``; returns the features' gradient times ``grad_scale``.

        What is added is the true gradient; a missing ``.grad`` is created.
        """
        return field_mlp_backward.backward(
            self.matrices, self._n_in, found, directions, ray_indices, count,
            d_sigmas, d_rgbs, created_gradients(self._parameters), grad_scale,
        )  # fmt: skip


class DeviceWindows:
    """Window values where kernels read them.

    bands: open frequency bands of the deformation; n_open: open tables; gain, offset: of the blend
    weights, ``HashEnsemble.blend_terms``.
    """

    def __init__(self, ensemble: HashEnsemble, device: torch.device) -> None:
        n = ensemble.config.n_tables
        self._ensemble, self._numbers = ensemble, DeviceNumbers(8 + 2 * n, torch.float32, device)
        values = self._numbers.values
        # Each begins at a multiple of 16 bytes.
        self.bands, self.n_open = values[:1], values[4:5]
        self.gain, self.offset = values[8:].split(n)

    def set(self, windows: WindowState) -> None:
        """Replaces all, without waiting for the device."""
        gain, offset = self._ensemble.blend_terms(windows.hash)
        n_open = self._ensemble.n_open(windows.hash)
        scalars = [windows.deformation, 0, 0, 0, n_open, 0, 0, 0]
        self._numbers.set([*scalars, *gain.tolist(), *offset.tolist()])


class FusedField:
    """A dynamic field that holds its tables in half precision; its modules hold all other
    parameters.

    One set of buffers holds the blended grids and their gradient: they take the most memory after
    the tables, and their number varies between steps.
    """

    def __init__(self, field: DynamicField) -> None:
        self.field = field
        self._buffers: dict[torch.dtype, Tensor] = {}
        self.max_slots = 1
        self.grid = field.hash_ensemble.grid
        self.tables = TiledTables.of(field.hash_ensemble.hand_over_tables())
        # Later tensors do not fit the blocks of the 32-bit tables.
        torch.cuda.empty_cache()
        self.shard = field.hash_ensemble.shard
        self.mlp = FusedFieldMLP(field.base_mlp, field.color_mlp)
        self.deformation = FusedDeformation(field.deformation) if field.deformation else None
        self.windows = DeviceWindows(field.hash_ensemble, self.tables.halves.device)
        self.offset_scale = (1.0, 1.0, 1.0)
        if field.config.deformation.deformation_offset_space == "unit":
            x, y, z = (1 / (field.scene_box[1] - field.scene_box[0])).tolist()
            self.offset_scale = (x, y, z)

    def blend(self, timesteps: Real[Tensor, "k"], windows: WindowState) -> "FusedBlend":
        """The field at K timesteps, valid until the parameters change or others are blended."""
        self.windows.set(windows)
        return self.blend_as_set(timesteps, windows)

    @torch.no_grad()
    def blend_as_set(
        self,
        timesteps: Real[Tensor, "k"],
        windows: WindowState,
        n_slots: Int64[Tensor, "1"] | None = None,
    ) -> "FusedBlend":
        """``blend`` with the windows that ``self.windows`` was set to, through what is in memory.

        Args:
            windows: the same; only what ``launches_of`` names of them is looked at.
            n_slots: so many of the timesteps count; None: all.
        """
        ensemble, prepared, opened = self.field.hash_ensemble, None, self.windows
        weights = torch.addcmul(opened.offset, codes_at(ensemble.codes, timesteps), opened.gain)
        if self.deformation is not None:
            prepared = self.deformation.prepare(timesteps, opened.bands)
        if n_slots is None:
            n_slots = torch.full((1,), len(timesteps), device=weights.device)
        _, most_open = self.launches_of(windows)
        counts = tables.Counts(opened.n_open, n_slots, most_open)
        grids = self.buffer(len(timesteps), torch.float16)
        part = self.shard.own(grids)
        tables.blend(self.tables, weights, counts, part, self.max_slots)
        filled = self.shard.fill_(grids)
        self.mlp.prepare()
        return FusedBlend(self, timesteps, windows, weights, counts, grids, filled, prepared)

    def launches_of(self, windows: WindowState) -> tuple[bool, int]:
        """What a step launches depends on, of the windows: whether blends depend on codes, and the
        bound on open tables."""
        ensemble = self.field.hash_ensemble
        bound = tables.most_open(ensemble.n_open(windows.hash), ensemble.config.n_tables)
        return ensemble.depends_on_codes(windows.hash), bound

    def reserve(self, n_slots: int) -> None:
        """Allocate the blended grids of ``n_slots`` timesteps and their gradient."""
        self.max_slots = n_slots
        for dtype in (torch.float16, torch.float32):
            self.buffer(n_slots, dtype)

    def buffer(self, n_slots: int, dtype: torch.dtype) -> Tensor:
        """A buffer for K grids [K, entries, 2] of a type; the same memory at every call."""
        buffer = self._buffers.get(dtype)
        if buffer is None or len(buffer) < n_slots:
            self._buffers.pop(dtype, None)
            shape = (n_slots, self.grid.n_entries, self.grid.n_features_per_level)
            buffer = torch.empty(shape, dtype=dtype, device=self.tables.halves.device)
            self._buffers[dtype] = buffer
        return buffer[:n_slots]


@dataclass(frozen=True)
class FusedBlend:
    """The field at K timesteps. weights: of the tables; counts: how many tables and timesteps there
    are; filled: to be called before ``grids`` are read, which other processes' parts are still on
    the way to."""

    fused: FusedField
    timesteps: Real[Tensor, "k"]
    windows: WindowState
    weights: Float[Tensor, "k h"]
    counts: tables.Counts
    grids: Float16[Tensor, "k e 2"]
    filled: Wait
    deformation: PreparedDeformation | None

    @property
    def mlp(self) -> FusedFieldMLP:
        """The MLPs with their parameters at the time of the blend."""
        return self.fused.mlp

    @property
    def memory(self) -> tuple[Tensor, ...]:
        """The tensors read at a sample; the next picture's usually use the same memory."""
        deformation = () if self.deformation is None else self.deformation.memory
        return self.grids, *self.mlp.matrices, *deformation

    def features(
        self,
        positions_unit: Float[Tensor, "c 3"],
        slots: Int32[Tensor, "c"],
        count: Int32[Tensor, "1"],
    ) -> FusedFeatures:
        """Moved positions and features of the first ``count`` samples."""
        moved = positions_unit
        if self.deformation is not None:
            scale = self.fused.offset_scale
            moved = self.deformation.forward(positions_unit, slots, count, scale)
        self.filled()
        rows = hash_grid.lookup(self.grids, moved, slots, count, self.fused.grid)
        return FusedFeatures(moved, rows)

    def density(
        self,
        positions_unit: Float[Tensor, "c 3"],
        slots: Int32[Tensor, "c"],
        count: Int32[Tensor, "1"],
    ) -> Float[Tensor, "c"]:
        """Density alone, per model-world unit."""
        found = self.features(positions_unit, slots, count)
        return self.mlp.density(found, count)

    def density_everywhere(self, positions_unit: Float[Tensor, "c 3"]) -> Float[Tensor, "c"]:
        """Density of the first timestep at all of these positions."""
        slots = torch.zeros(len(positions_unit), dtype=torch.int32, device=positions_unit.device)
        count = torch.full_like(slots[:1], len(slots))
        return self.density(positions_unit, slots, count)

    def __call__(
        self,
        positions_unit: Float[Tensor, "c 3"],
        slots: Int32[Tensor, "c"],
        directions: Float[Tensor, "n 3"],
        ray_indices: Int32[Tensor, "c"],
        count: Int32[Tensor, "1"],
    ) -> tuple[Float[Tensor, "c"], Float[Tensor, "c 3"], Float[Tensor, "c 3"]]:
        """Density, colour and moved positions, for rendering."""
        found = self.features(positions_unit, slots, count)
        sigmas, rgbs = self.mlp.forward(found, directions, ray_indices, count)
        return sigmas, rgbs, found.moved_unit

    @property
    def depends_on_codes(self) -> bool:
        """Whether the tables' weights depend on the ensemble's codes."""
        return self.fused.field.hash_ensemble.depends_on_codes(self.windows.hash)

    @torch.no_grad()
    def codes_backward(self, d_weights: Float[Tensor, "k h"]) -> None:
        """Adds to the gradient of the ensemble's codes, if the blend depends on them."""
        if not self.depends_on_codes:
            return
        codes = self.fused.field.hash_ensemble.codes
        add_to_rows(codes, self.timesteps, d_weights * self.fused.windows.gain)

    def backward(
        self,
        found: FusedFeatures,
        samples: DeviceSamples,
        directions: Float[Tensor, "n 3"],
        losses: FusedLosses,
        grad_scale: float,
    ) -> Float[Tensor, "k c 2"]:
        """Adds to the gradients of all small parameters but the ensemble's codes; the timesteps
        must be whole ones. Overwrites the blended grids.

        Returns:
            The gradient of the blended grids times ``grad_scale``, of this process's entries from
            all processes' samples.
        """
        slots, count = samples.slots, samples.count
        d_features = self.mlp.backward(
            found, directions, samples.ray_indices, count,
            losses.d_sigmas, losses.d_rgbs, grad_scale,
        )  # fmt: skip
        d_grids = self.fused.buffer(len(self.grids), torch.float32)
        tables.clear(d_grids, self.counts.n_slots)
        d_moved = hash_grid.lookup_backward(
            self.grids, found.moved_unit, slots, count, self.fused.grid, d_features, d_grids,
            want_moved=self.deformation is not None,
        )  # fmt: skip
        summed = self.fused.shard.sum_(d_grids)
        if self.deformation is not None:
            self.deformation.backward(
                samples.positions_unit, slots, count, d_moved,
                offset_scale=self.fused.offset_scale,
                grad_scale=grad_scale,
                # Nothing of this step reads the grids any more.
                scratch=self.fused.buffer(self.fused.max_slots, torch.float16).view(-1),
            )  # fmt: skip
        summed()
        return self.fused.shard.own(d_grids)
