"""The deformation field through fused Triton kernels, on packed buffers (spec, section 3.1).

The parameters stay those of a ``DeformationField``; ``prepare`` makes the copies in half precision
that the kernels read, once per step.
"""

from typing import TYPE_CHECKING

import torch
from jaxtyping import Float, Float32, Int32
from torch import Tensor, nn

from nersemble.fields.deformation_field import DeformationField, DeformationFieldConfig
from nersemble.fields.gradients import created_gradients

if TYPE_CHECKING:
    from nersemble.ops.triton.deformation import DeformationWeights
    from nersemble.ops.triton.deformation_backward import DeformationGradients


class FusedDeformation:
    """Runs a ``DeformationField`` with fused kernels, forward and backward."""

    def __init__(self, field: DeformationField) -> None:
        """Raises ValueError for a size that the kernels do not have (see ``supports``)."""
        if not self.supports(field.config):
            raise ValueError(f"No fused kernel for a width of {field.config.mlp_layer_width}.")
        self.field = field
        self._padding: Tensor | None = None

    @staticmethod
    def supports(config: DeformationFieldConfig) -> bool:
        """Whether the kernels can run a field of this size."""
        return config.mlp_layer_width in (16, 32, 64, 128)

    def prepare(
        self, codes: Float32[Tensor, "k c"], window: float, *, with_grad: bool
    ) -> "PreparedDeformation":
        """Copies the weights for the kernels and multiplies the K codes with theirs.

        Args:
            codes: the timesteps' deformation codes, to which samples refer by slot.
            window: open frequency bands, 0 to 7.
            with_grad: whether ``code_terms`` shall be differentiable with respect to the codes.
        """
        layers = _linear_layers(self.field)
        with torch.no_grad():
            weights, code_weights = self._kernel_weights(layers, codes, float(window))
        n_entries, width = weights.n_entries, weights.width
        with torch.set_grad_enabled(with_grad):
            bias = weights.biases[:n_entries].view(-1)
            terms = torch.addmm(bias, codes, code_weights.T).view(len(codes), n_entries, width)
        return PreparedDeformation(self.field, layers, weights, codes, terms)

    def _kernel_weights(
        self, layers: list[nn.Linear], codes: Tensor, window: float
    ) -> "tuple[DeformationWeights, Tensor]":
        from nersemble.ops.triton.deformation import (
            SKIP_LAYER,
            DeformationWeights,
            n_code_entries,
        )
        from nersemble.ops.triton.deformation_motion import ENCODING_WIDTH, PADDED_ENCODING

        first, width = layers[0].weight, layers[0].out_features
        if self._padding is None or self._padding.device != first.device:
            self._padding = first.new_zeros(width, PADDED_ENCODING - ENCODING_WIDTH)
        n_input = ENCODING_WIDTH + codes.shape[1]
        entered = [layers[i] for i in (0, SKIP_LAYER)[: n_code_entries(len(layers))]]
        parts = [first[:, :ENCODING_WIDTH], self._padding]
        parts += [layer.weight[:, layer.in_features - width :] for layer in layers[1:]]
        if len(entered) > 1:
            parts += [entered[1].weight[:, :ENCODING_WIDTH], self._padding]
        field = self.field
        biases: list[Tensor] = [layer.bias for layer in (*entered, *layers[1:])]
        weights = DeformationWeights(
            matrices=torch.cat(parts, 1).half(),
            biases=torch.cat(biases).view(-1, width),
            rotation_weight=field.rotation_head.weight.detach(),
            rotation_bias=field.rotation_head.bias.detach(),
            translation_weight=field.translation_head.weight.detach(),
            translation_bias=field.translation_head.bias.detach(),
            n_layers=len(layers),
            window=window,
        )
        columns = [layer.weight[:, ENCODING_WIDTH:n_input] for layer in entered]
        return weights, torch.cat(columns)


class PreparedDeformation:
    """A deformation field with the weights and codes of one step."""

    code_terms: Float32[Tensor, "s k w"]
    """What the codes add to layers 0 and 4, with the codes' graph behind it. S is 2, or 1 up to
    four layers."""

    def __init__(
        self,
        field: DeformationField,
        layers: list[nn.Linear],
        weights: "DeformationWeights",
        codes: Tensor,
        terms: Float32[Tensor, "k s w"],
    ) -> None:
        self._field, self._layers, self._weights = field, layers, weights
        self._codes, self._terms = codes.detach(), terms.detach()
        self.code_terms = terms.transpose(0, 1)

    def forward(
        self,
        positions_unit: Float32[Tensor, "c 3"],
        slots: Int32[Tensor, "c"],
        count: Int32[Tensor, "1"],
        offset_scale: tuple[float, float, float],
    ) -> Float32[Tensor, "c 3"]:
        """The moved points in the unit box, garbage beyond the count.

        Args:
            offset_scale: multiplies the offsets: 1, or 1 / extent of the box (release quirk).

        Raises:
            ValueError: for tensors of the wrong type, shape or device.
        """
        from nersemble.ops.triton.deformation import deform

        return deform(positions_unit, slots, count, self._weights, self._terms, offset_scale)

    def backward(
        self,
        positions_unit: Float32[Tensor, "c 3"],
        slots: Int32[Tensor, "c"],
        count: Int32[Tensor, "1"],
        d_moved: Float32[Tensor, "levels 3 c"],
        offset_scale: tuple[float, float, float],
        incoming_scale: float,
        grad_scale: float,
    ) -> Float[Tensor, "s k w"]:
        """Adds to ``.grad`` of all the field's parameters but the codes, and returns the gradient
        of ``code_terms``, with which autograd goes on to the codes.

        Args:
            d_moved: partial gradients of the moved points, to be summed over the first axis, times
                ``incoming_scale``.
            grad_scale: factor of gradients while they are in half precision.

        Raises:
            ValueError: for tensors of the wrong type, shape or device.
        """
        from nersemble.ops.triton.deformation import SKIP_LAYER
        from nersemble.ops.triton.deformation_backward import deform_backward
        from nersemble.ops.triton.deformation_motion import ENCODING_WIDTH

        with torch.no_grad():
            gradients = self._gradients()
            deform_backward(
                positions_unit, slots, count, self._weights, self._terms, d_moved,
                offset_scale, incoming_scale, grad_scale, gradients,
            )  # fmt: skip
            end = ENCODING_WIDTH + self._codes.shape[1]
            d_terms = gradients.code_terms
            for entry, layer in enumerate((0, SKIP_LAYER)[: d_terms.shape[1]]):
                columns = gradients.weights[layer][:, ENCODING_WIDTH:end]
                columns.addmm_(d_terms[:, entry].T, self._codes)
        return d_terms.transpose(0, 1)

    def _gradients(self) -> "DeformationGradients":
        from nersemble.ops.triton.deformation_backward import DeformationGradients

        heads = [self._field.rotation_head, self._field.translation_head]
        linears = [*self._layers, *heads]
        gradients = created_gradients(p for linear in linears for p in linear.parameters())
        weights, biases = gradients[::2], gradients[1::2]
        return DeformationGradients(
            weights=weights[:-2],
            biases=biases[:-2],
            rotation_weight=weights[-2],
            rotation_bias=biases[-2],
            translation_weight=weights[-1],
            translation_bias=biases[-1],
            code_terms=torch.zeros_like(self._terms),
        )


def _linear_layers(field: DeformationField) -> list[nn.Linear]:
    return [layer for layer in field.layers if isinstance(layer, nn.Linear)]
