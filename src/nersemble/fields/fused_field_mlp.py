"""The density and colour MLPs of the field, evaluated by fused kernels (spec, 3.3 and 3.4)."""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Float16, Int32
from torch import Tensor, nn

from nersemble.fields.gradients import created_gradients
from nersemble.fields.padded_mlp import PaddedMLP


@dataclass(frozen=True)
class PreparedFieldMLP:
    """Both MLPs with their matrices in half precision; valid until the next ``prepare``.

    Samples are packed: rows from ``count`` on are neither read nor written. ``features`` has the
    columns of ``ops.hash_layout.row_width``; those beyond ``n_in`` are not read. Rays'
    ``directions`` are unit vectors; a sample's is found by its ray index.
    """

    n_in: int
    parameters: tuple[nn.Parameter, ...]
    matrices: tuple[Float16[Tensor, "o i"], ...]

    def density(
        self,
        features: Float16[Tensor, "c w"],
        moved_unit: Float[Tensor, "c 3"],
        count: Int32[Tensor, "1"],
    ) -> Float[Tensor, "c"]:
        """Densities, per model-world unit; 0 where ``moved_unit`` is outside the open unit box."""
        from nersemble.ops.triton import field_mlp

        return field_mlp.density(self.matrices, self.n_in, features, moved_unit, count)

    def forward(
        self,
        features: Float16[Tensor, "c w"],
        moved_unit: Float[Tensor, "c 3"],
        directions: Float[Tensor, "n 3"],
        ray_indices: Int32[Tensor, "c"],
        count: Int32[Tensor, "1"],
    ) -> tuple[Float[Tensor, "c"], Float[Tensor, "c 3"]]:
        """Densities as ``density`` gives them, and colours in 0..1."""
        from nersemble.ops.triton import field_mlp

        return field_mlp.forward(
            self.matrices, self.n_in, features, moved_unit, directions, ray_indices, count
        )

    def backward(
        self,
        features: Float16[Tensor, "c w"],
        moved_unit: Float[Tensor, "c 3"],
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
        from nersemble.ops.triton import field_mlp_backward

        return field_mlp_backward.backward(
            self.matrices,
            self.n_in,
            features,
            moved_unit,
            directions,
            ray_indices,
            count,
            d_sigmas,
            d_rgbs,
            created_gradients(self.parameters),
            grad_scale,
        )


class FusedFieldMLP:
    """Runs the MLPs of a field through fused kernels; the modules keep the parameters."""

    def __init__(self, base_mlp: PaddedMLP, color_mlp: PaddedMLP) -> None:
        self._n_in = base_mlp.n_in
        self._parameters = (*base_mlp.weights, *color_mlp.weights)
        self._buffers: tuple[Tensor, ...] = ()

    def prepare(self) -> PreparedFieldMLP:
        """Rounds the parameters as they are now; once after each change of them."""
        parameters = self._parameters
        if not self._buffers or self._buffers[0].device != parameters[0].device:
            self._buffers = tuple(
                torch.empty_like(parameter, dtype=torch.float16, requires_grad=False)
                for parameter in parameters
            )
        with torch.no_grad():
            torch._foreach_copy_(self._buffers, parameters)
        return PreparedFieldMLP(self._n_in, parameters, self._buffers)
