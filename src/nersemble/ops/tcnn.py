"""Hash grids and small MLPs with the optional package tinycudann (method.md, Field and Released
models).

The parameters stay ours. Each call packs them into tinycudann's 16-bit layout, and the backward
unpacks gradients, so that optimizers and checkpoints do not depend on the engine.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.func import functional_call

from nersemble.errors import ConfigError
from nersemble.ops.hash_layout import HashGridConfig

_TOGETHER = 4
"""Tables in one encoding; with two features each, this is the widest supported entry."""

_GRADIENT_SUM = 64.0
"""The sum over samples to which the incoming gradient is scaled. Inside, it is 128 times as large,
and sums over samples must stay in the range of 16 bits."""

_INSTALL = (
    "pip install --no-build-isolation "
    '"git+https://github.com/NVlabs/tiny-cuda-nn/#subdirectory=bindings/torch"'
)


def why_not(device: torch.device) -> str | None:
    """Why tinycudann cannot be used on this device, and what would help; None if it can."""
    if device.type != "cuda":
        return "it needs a CUDA GPU, and this run is on the CPU"
    try:
        import tinycudann  # noqa: F401
    except Exception as error:
        # Its import needs the GPU and its kernels, and fails in several ways.
        return (
            f"the package tinycudann cannot be imported ({error}), which "
            f"'{_INSTALL}' builds if torch and a CUDA compiler are installed"
        )
    return None


def pack_tables(tables: Float[Tensor, "h e f"]) -> Float[Tensor, "p"]:
    """Packs the parameters of one encoding: for each entry, the features of all tables."""
    return tables.transpose(0, 1).reshape(-1)


def unpack_tables(packed: Float[Tensor, "p"], n_tables: int, f: int) -> Float[Tensor, "h e f"]:
    """Undoes :func:`pack_tables`."""
    return packed.view(-1, n_tables, f).transpose(0, 1)


class TcnnTables:
    """An ensemble of hash grids, several tables in each encoding."""

    def __init__(self, n_tables: int, config: HashGridConfig) -> None:
        """
        Raises:
            ConfigError: tinycudann has another layout for such tables.
        """
        import tinycudann

        self.together = min(n_tables, _TOGETHER)
        self.config = config
        n_features = self.together * config.n_features_per_level
        if n_tables % self.together or n_features not in (1, 2, 4, 8):
            raise ConfigError(
                f"--backend tcnn cannot hold {n_tables} hash tables: --n_hash_encodings must be "
                "1, 2 or a multiple of 4."
            )
        module = tinycudann.Encoding(
            3,
            {
                "otype": "HashGrid",
                "n_levels": config.n_levels,
                "n_features_per_level": n_features,
                "log2_hashmap_size": config.log2_hashmap_size,
                "base_resolution": config.base_resolution,
                "per_level_scale": config.growth,
                "interpolation": "Linear",
            },
        )
        self.module = _without_parameters(module, config.n_entries * n_features)

    def open(
        self, tables: Float[Tensor, "h e f"], weights: Float[Tensor, "k h"], n_open: int
    ) -> "WeightedTables":
        """The first ``n_open`` tables, with their weights at K timesteps; valid until the
        parameters change."""
        n_blocks = -(-n_open // self.together)
        # A single split, so that one tensor receives the gradients of all blocks.
        blocks = tables.split(self.together)[:n_blocks]
        dtype = self.module.dtype
        packed = tuple(pack_tables(block.detach().to(dtype)) for block in blocks)
        return WeightedTables(self, blocks, packed, weights)


@dataclass(frozen=True)
class WeightedTables:
    """Hash grids that are queried one by one and then summed with a timestep's weights."""

    ensemble: TcnnTables
    blocks: tuple[Float[Tensor, "b e f"], ...]
    packed: tuple[Float[Tensor, "p"], ...]
    weights: Float[Tensor, "k h"]

    def __len__(self) -> int:
        """K, the number of timesteps."""
        return len(self.weights)

    def lookup(
        self, positions_unit: Float[Tensor, "n 3"], slots: Int[Tensor, "n"]
    ) -> Float[Tensor, "n lf"]:
        """Features at positions in [0, 1]; slots index the K timesteps."""
        config, together = self.ensemble.config, self.ensemble.together
        shape = (config.n_levels, together, config.n_features_per_level)
        weights = self.weights[slots].split(together, -1)
        total = positions_unit.new_zeros(len(positions_unit), config.n_features)
        for block, packed, weight in zip(self.blocks, self.packed, weights, strict=False):
            n_columns = config.n_features * together
            found = _evaluate(self.ensemble.module, positions_unit, block, packed, n_columns)
            total = total + torch.einsum("nltf,nt->nlf", found.unflatten(1, shape), weight).flatten(
                1
            )
        return total


class TcnnMLP:
    """An MLP without biases, its input padded with ones and its output with unused rows."""

    def __init__(self, matrices: Sequence[Float[Tensor, "o i"]], n_in: int, n_out: int) -> None:
        """
        Raises:
            ConfigError: tinycudann has another layout for matrices of these sizes.
        """
        import tinycudann

        self.n_out = n_out
        module = tinycudann.Network(
            n_in,
            n_out,
            {
                "otype": "FullyFusedMLP",
                "activation": "ReLU",
                "output_activation": "None",
                "n_neurons": len(matrices[0]),
                "n_hidden_layers": len(matrices) - 1,
            },
        )
        self.module = _without_parameters(module, sum(m.numel() for m in matrices))

    def __call__(
        self, matrices: Sequence[Float[Tensor, "o i"]], inputs: Float[Tensor, "n i"]
    ) -> Float[Tensor, "n o"]:
        """Evaluates the MLP with these matrices."""
        flat = torch.cat([matrix.flatten() for matrix in matrices])
        packed = flat.detach().to(self.module.dtype)
        return _evaluate(self.module, inputs, flat, packed, self.n_out)


def _without_parameters(module: Any, n_expected: int) -> Any:
    """Frees the module's own parameters: every call passes ours."""
    found = module.params.numel()
    if found != n_expected:
        raise ConfigError(
            f"--backend tcnn cannot be used: tinycudann needs {found} parameters, but this model "
            f"has {n_expected}, so choose another --growth or --n_levels, or --backend torch."
        )
    module.params = nn.Parameter(module.params.new_empty(0))
    return module


def _evaluate(
    module: Any, inputs: Tensor, parameters: Tensor, packed: Tensor, n_columns: int
) -> Float[Tensor, "n c"]:
    """The module's output in 32 bits.

    Args:
        parameters: ours, which receive the gradient; a block of tables or flat matrices.
        packed: the same in the module's layout.
    """
    if torch.is_grad_enabled():
        return _Native.apply(module, inputs, parameters, packed, n_columns)
    return _call(module, inputs, packed, n_columns).float()


def _call(module: Any, inputs: Tensor, packed: Tensor, n_columns: int) -> Tensor:
    if len(inputs) == 0:
        return inputs.new_zeros(0, n_columns)
    output: Tensor = functional_call(module, {"params": packed}, (inputs,))
    return output


class _Native(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, module: Any, inputs: Tensor, parameters: Tensor, packed: Tensor, n_columns: int
    ) -> Tensor:
        _, wants_inputs, wants_parameters, *_ = ctx.needs_input_grad
        x = inputs.detach().requires_grad_(wants_inputs)
        p = packed.detach().requires_grad_(wants_parameters)
        with torch.enable_grad():
            output = _call(module, x, p, n_columns)
        ctx.inside = (x, p, output)
        ctx.shape = parameters.shape
        return output.detach().float()

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        """In 16 bits a gradient of the mean over a batch would vanish, so it is scaled."""
        x, p, output = ctx.inside
        leaves = [leaf for leaf in (x, p) if leaf.requires_grad]
        if len(x) == 0:
            found = [torch.zeros_like(leaf, dtype=torch.float32) for leaf in leaves]
        else:
            largest = gradients[0].abs().sum(0).amax().clamp(min=1e-30)
            scale = torch.exp2(torch.log2(_GRADIENT_SUM / largest).floor())
            scaled = (gradients[0] * scale).to(output.dtype)
            inside = torch.autograd.grad(output, leaves, scaled)
            found = [gradient.float() / scale for gradient in inside]
        of_parameters = found.pop() if p.requires_grad else None
        if of_parameters is not None and len(ctx.shape) == 3:
            n_tables, _, n_features = ctx.shape
            of_parameters = unpack_tables(of_parameters, n_tables, n_features)
        return None, found.pop() if found else None, of_parameters, None, None
