"""The dynamic field through the optional package tinycudann, with the same parameters."""

from collections.abc import Callable

from jaxtyping import Real
from torch import Tensor

from nersemble.fields.dynamic_field import BlendedField, DynamicField
from nersemble.fields.padded_mlp import PaddedMLP
from nersemble.fields.windows import WindowState
from nersemble.ops.tcnn import TcnnMLP, TcnnTables


class TcnnField:
    """Computes what ``DynamicField`` does, with tinycudann's half-precision hash grids and MLPs."""

    def __init__(self, field: DynamicField) -> None:
        """
        Raises:
            ConfigError: tinycudann lays out tables or matrices of these sizes differently.
        """
        self.field = field
        self._tables = TcnnTables(field.n_tables, field.hash_ensemble.grid)
        self._base_mlp = _through_tcnn(field.base_mlp)
        self._color_mlp = _through_tcnn(field.color_mlp)

    def blend(self, timesteps: Real[Tensor, "k"], windows: WindowState) -> BlendedField:
        """The field at K timesteps; tables are queried one by one, then summed."""
        field, ensemble = self.field, self.field.hash_ensemble
        weights = ensemble.blend_weights(timesteps, windows.hash)
        opened = self._tables.open(ensemble.tables, weights, ensemble.n_open(windows.hash))
        codes = field.deformation_codes(timesteps)
        return BlendedField(field, opened, codes, windows, self._base_mlp, self._color_mlp)


def _through_tcnn(module: PaddedMLP) -> Callable[[Tensor], Tensor]:
    """Evaluate an MLP with its module's current matrices."""
    mlp = TcnnMLP(list(module.weights), module.n_in, module.n_out)
    return lambda inputs: mlp(list(module.weights), inputs)
