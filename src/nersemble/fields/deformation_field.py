"""The deformation field: a rigid motion for every point at every timestep
(method.md, Deformation)."""

import math

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from nersemble.fields.config import DeformationFieldConfig
from nersemble.fields.windows import window_weights
from nersemble.geometry.se3 import transform_points

N_BANDS = 7
ENCODING_WIDTH = 3 * (2 * N_BANDS + 1)
SKIP_LAYER = 4
"""The layer that the encoding and the code enter a second time."""
_CODE_SCALE = 0.01
_HEAD_INIT = 1e-5


def windowed_encoding(positions_unit: Float[Tensor, "n 3"], window: float) -> Float[Tensor, "n 45"]:
    """Sines, shifted sines, then the input, all of 2 pi x; the window weighs the bands."""
    angles = 2 * math.pi * positions_unit
    frequencies = 2.0 ** torch.arange(N_BANDS, device=angles.device)
    scaled = angles[:, :, None] * frequencies
    weights = window_weights(window, N_BANDS, angles.device)
    waves = torch.stack([torch.sin(scaled), torch.sin(scaled + math.pi / 2)], 1) * weights
    return torch.cat([waves.flatten(1), angles], -1)


class DeformationField(nn.Module):
    """Codes [T, C] per timestep, an MLP with one skip, and heads for rotation and translation."""

    def __init__(
        self, config: DeformationFieldConfig, n_timesteps: int, generator: torch.Generator
    ) -> None:
        super().__init__()
        self.config = config
        width = config.mlp_layer_width
        n_input = ENCODING_WIDTH + config.latent_dim_time_deform
        scale = _CODE_SCALE / math.sqrt(config.latent_dim_time_deform)
        codes = torch.randn(n_timesteps, config.latent_dim_time_deform, generator=generator)
        self.codes = nn.Parameter(codes * scale)
        inputs = [n_input] + [
            width + (n_input if layer == SKIP_LAYER else 0)
            for layer in range(1, config.mlp_num_layers)
        ]
        self.layers = nn.ModuleList(_linear(n, width, generator) for n in inputs)
        self.rotation_head = _head(width, generator)
        self.translation_head = _head(width, generator)

    def parameter_group(self, name: str) -> str:
        """The group of learning rates of a parameter."""
        return "embeddings" if name == "codes" else "deformation"

    def offsets(
        self,
        positions_unit: Float[Tensor, "n 3"],
        slots: Int[Tensor, "n"],
        codes: Float[Tensor, "k c"],
        window: float,
    ) -> Float[Tensor, "n 3"]:
        """How far each point moves to reach canonical space, in the unit box.

        Args:
            slots: index of each sample's timestep among the K codes.
            codes: the K timesteps' deformation codes.
            window: open frequency bands, 0 to 7.
        """
        encoding = windowed_encoding(positions_unit, window)
        hidden = None
        for index, layer in enumerate(self.layers):
            if index in (0, SKIP_LAYER):
                hidden = _split_linear(layer, encoding, codes, slots, hidden)
            else:
                hidden = layer(hidden)
            hidden = torch.relu(hidden)
        moved = transform_points(
            self.rotation_head(hidden), self.translation_head(hidden), positions_unit
        )
        offsets = moved - positions_unit
        return torch.where(torch.isnan(offsets), torch.zeros_like(offsets), offsets)


def _split_linear(
    layer: nn.Module, encoding: Tensor, codes: Tensor, slots: Tensor, hidden: Tensor | None
) -> Tensor:
    """A linear layer over [encoding, code(, hidden)] that multiplies each timestep's code once.

    The code is the same for all samples of a timestep, so its product is computed K times, not N.
    """
    assert isinstance(layer, nn.Linear)
    n_encoding, n_code = encoding.shape[1], codes.shape[1]
    widths = [n_encoding, n_code, layer.in_features - n_encoding - n_code]
    for_encoding, for_code, for_hidden = layer.weight.split(widths, dim=1)
    per_timestep = torch.addmm(layer.bias, codes, for_code.T)
    result = encoding @ for_encoding.T + per_timestep[slots]
    return result if hidden is None else result + hidden @ for_hidden.T


def _linear(n_in: int, n_out: int, generator: torch.Generator) -> nn.Linear:
    """Initialise as torch does by default, from the given generator."""
    layer = nn.Linear(n_in, n_out)
    bound = 1 / math.sqrt(n_in)
    with torch.no_grad():
        layer.weight.uniform_(-bound, bound, generator=generator)
        layer.bias.uniform_(-bound, bound, generator=generator)
    return layer


def _head(width: int, generator: torch.Generator) -> nn.Linear:
    layer = nn.Linear(width, 3)
    with torch.no_grad():
        layer.weight.uniform_(-_HEAD_INIT, _HEAD_INIT, generator=generator)
        layer.bias.zero_()
    return layer
