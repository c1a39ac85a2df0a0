"""The deformation field through fused Triton kernels, on packed buffers (method.md, Deformation).

The parameters stay those of a ``DeformationField``; ``prepare`` makes the copies in half precision
that the kernels read, once per step.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float16, Float32, Int32, Real
from torch import Tensor, nn

from nersemble.fields.config import DeformationFieldConfig
from nersemble.fields.deformation_field import ENCODING_WIDTH, SKIP_LAYER, DeformationField
from nersemble.fields.timesteps import codes_at
from nersemble.fused.gradients import add_to_rows, created_gradients
from nersemble.fused.kernels.deformation import (
    WIDTHS,
    DeformationWeights,
    deform,
    n_code_entries,
)
from nersemble.fused.kernels.deformation_backward import DeformationGradients, deform_backward
from nersemble.fused.kernels.deformation_motion import PADDED_ENCODING
from nersemble.fused.memory import activations_at_once


@dataclass(frozen=True)
class _Views:
    """Views of the parameters, grouped for the kernels. Create them once: slicing costs the host
    more than copying costs the GPU."""

    of: tuple[int, ...]
    """The addresses of the parameters."""
    matrices: list[Tensor]
    biases: list[Tensor]
    code_columns: list[Tensor]
    heads: tuple[Tensor, Tensor, Tensor, Tensor]
    """Weight and bias of the rotation, then of the translation."""


class FusedDeformation:
    """Runs a ``DeformationField`` with fused kernels, forward and backward."""

    def __init__(self, field: DeformationField) -> None:
        """Raise ValueError for an unsupported size (see ``supports``)."""
        if not self.supports(field.config):
            raise ValueError(
                f"The fused kernels do not support a width of {field.config.mlp_layer_width}."
            )
        self.field = field
        self.layers = [layer for layer in field.layers if isinstance(layer, nn.Linear)]
        linears = [*self.layers, field.rotation_head, field.translation_head]
        self.parameters = tuple(p for linear in linears for p in linear.parameters())
        """Weight and bias of every layer, then of the two heads."""
        self._views: _Views | None = None
        self._buffers: dict[str, Tensor] = {}

    @staticmethod
    def supports(config: DeformationFieldConfig) -> bool:
        """Whether the kernels support a field of this size."""
        return config.mlp_layer_width in WIDTHS

    @torch.no_grad()
    def prepare(
        self, timesteps: Real[Tensor, "k"], window: Float32[Tensor, "1"]
    ) -> "PreparedDeformation":
        """Copies the weights for the kernels and multiplies the K timesteps' codes with theirs;
        valid until the next are prepared, in the same memory unless there are more of them.

        Args:
            timesteps: to which samples refer by slot.
            window: open frequency bands, 0 to 7, on the device.
        """
        views = self._current_views()
        width = self.layers[0].out_features
        weights = DeformationWeights(
            self._kept("matrices", torch.cat(views.matrices, 1), torch.float16),
            self._kept("biases", torch.cat(views.biases).view(-1, width)),
            *views.heads,
            len(self.layers),
            window,
        )
        codes = codes_at(self.field.codes, timesteps)
        code_weights = torch.cat(views.code_columns)
        terms = torch.addmm(weights.biases[: weights.n_entries].view(-1), codes, code_weights.T)
        terms = self._kept("code terms", terms.view(len(codes), weights.n_entries, width))
        return PreparedDeformation(self, weights, timesteps, codes, code_weights, terms)

    def _kept(self, name: str, values: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
        """Copy the values into the buffer of this name."""
        buffer = self._buffers.get(name)
        if buffer is None or len(buffer) < len(values) or buffer.device != values.device:
            buffer = self._buffers[name] = torch.empty_like(values, dtype=dtype)
        return buffer[: len(values)].copy_(values)

    def _current_views(self) -> _Views:
        """Views of the parameters at their current addresses."""
        of = tuple(parameter.data_ptr() for parameter in self.parameters)
        if self._views is None or self._views.of != of:
            self._views = self._cut(of)
        return self._views

    def _cut(self, of: tuple[int, ...]) -> _Views:
        layers, codes = self.layers, self.field.codes
        first, width = layers[0].weight, layers[0].out_features
        padding = first.new_zeros(width, PADDED_ENCODING - ENCODING_WIDTH)
        n_input = ENCODING_WIDTH + codes.shape[1]
        entered = [layers[i] for i in (0, SKIP_LAYER)[: n_code_entries(len(layers))]]
        parts = [first[:, :ENCODING_WIDTH], padding]
        parts += [layer.weight[:, layer.in_features - width :] for layer in layers[1:]]
        if len(entered) > 1:
            parts += [entered[1].weight[:, :ENCODING_WIDTH], padding]
        return _Views(
            of,
            matrices=parts,
            biases=[layer.bias for layer in (*entered, *layers[1:])],
            code_columns=[layer.weight[:, ENCODING_WIDTH:n_input] for layer in entered],
            heads=(
                self.field.rotation_head.weight.detach(),
                self.field.rotation_head.bias.detach(),
                self.field.translation_head.weight.detach(),
                self.field.translation_head.bias.detach(),
            ),
        )


@dataclass(frozen=True)
class PreparedDeformation:
    """A deformation field with the weights and codes of one step.

    code_weights: the columns that the codes meet, of layers 0 and 4; code_terms: what the codes add
    to these layers, biases included. S is 2, or 1 up to four layers.
    """

    fused: FusedDeformation
    weights: DeformationWeights
    timesteps: Real[Tensor, "k"]
    codes: Float32[Tensor, "k c"]
    code_weights: Float32[Tensor, "sw c"]
    code_terms: Float32[Tensor, "k s w"]

    @property
    def memory(self) -> tuple[Tensor, ...]:
        """The tensors that :meth:`forward` reads."""
        w = self.weights
        heads = w.rotation_weight, w.rotation_bias, w.translation_weight, w.translation_bias
        return w.matrices, w.biases, *heads, self.code_terms

    def forward(
        self,
        positions_unit: Float32[Tensor, "c 3"],
        slots: Int32[Tensor, "c"],
        count: Int32[Tensor, "1"],
        offset_scale: tuple[float, float, float],
    ) -> Float32[Tensor, "c 3"]:
        """The moved points in the unit box, undefined beyond the count.

        Args:
            offset_scale: multiplies the offsets: 1, or 1 / extent of the box (release quirk).

        Raises:
            ValueError: for tensors of the wrong type, shape or device.
        """
        terms = self.code_terms
        return deform(positions_unit, slots, count, self.weights, terms, offset_scale)

    @torch.no_grad()
    def backward(
        self,
        positions_unit: Float32[Tensor, "c 3"],
        slots: Int32[Tensor, "c"],
        count: Int32[Tensor, "1"],
        d_moved: Float32[Tensor, "levels 3 c"],
        offset_scale: tuple[float, float, float],
        grad_scale: float,
        scratch: Float16[Tensor, "m"] | None = None,
    ) -> None:
        """Adds to ``.grad`` of all the field's parameters. The timesteps must be whole ones.

        Args:
            d_moved: partial gradients of the moved points, to be summed over the first axis, times
                ``grad_scale``.
            scratch: memory that activations may overwrite; if it is too small, new memory is
                allocated.

        Raises:
            ValueError: for tensors of the wrong type, shape or device.
        """
        gradients = self._gradients()
        w = self.weights
        n_numbers = activations_at_once(len(slots)) * w.n_layers * w.width
        if scratch is None or len(scratch) < n_numbers:
            scratch = w.matrices.new_empty(n_numbers)
        deform_backward(
            positions_unit, slots, count, self.weights, self.code_terms, d_moved,
            offset_scale, grad_scale, gradients, scratch,
        )  # fmt: skip
        end = ENCODING_WIDTH + self.codes.shape[1]
        d_terms = gradients.code_terms
        for entry, layer in enumerate((0, SKIP_LAYER)[: d_terms.shape[1]]):
            columns = gradients.weights[layer][:, ENCODING_WIDTH:end]
            columns.addmm_(d_terms[:, entry].T, self.codes)
        d_codes = d_terms.flatten(1) @ self.code_weights
        add_to_rows(self.fused.field.codes, self.timesteps, d_codes)

    def _gradients(self) -> DeformationGradients:
        gradients = created_gradients(self.fused.parameters)
        weights, biases = gradients[::2], gradients[1::2]
        return DeformationGradients(
            weights=weights[:-2],
            biases=biases[:-2],
            rotation_weight=weights[-2],
            rotation_bias=biases[-2],
            translation_weight=weights[-1],
            translation_bias=biases[-1],
            code_terms=torch.zeros_like(self.code_terms),
        )
