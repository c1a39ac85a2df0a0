"""Looking features up in K hash grids at once: the public op and the choice of its back end."""

from typing import Literal

from jaxtyping import Float, Int
from torch import Tensor

from nersemble.errors import ConfigError
from nersemble.ops import torch_hash_grid
from nersemble.ops.hash_layout import HashGridConfig
from nersemble.ops.reference import hash_grid as reference

Backend = Literal["auto", "torch", "reference"]


def hash_grid_lookup(
    grids: Float[Tensor, "k e f"],
    positions_unit: Float[Tensor, "n 3"],
    slots: Int[Tensor, "n"],
    config: HashGridConfig,
    backend: Backend = "auto",
) -> Float[Tensor, "n lf"]:
    """Trilinear features of each position in the one of K grids that its slot names.

    Differentiable in ``grids`` and ``positions_unit`` (spec, section 3).

    Args:
        grids: K grids of ``config.n_entries`` entries, reference layout.
        positions_unit: in [0, 1], unit box of the scene.
        slots: index into the K grids, one a sample.
        backend: ``auto`` takes the fastest that runs on the tensors' device.

    Raises:
        ConfigError: the grids' shape does not fit the configuration.
    """
    expected = (config.n_entries, config.n_features_per_level)
    if grids.ndim != 3 or tuple(grids.shape[1:]) != expected:
        raise ConfigError(
            f"The hash grids have shape {tuple(grids.shape)} where K x {expected[0]} x "
            f"{expected[1]} is needed: the model was made with other hash grid settings."
        )
    if backend == "reference":
        return reference.hash_grid_lookup(grids, positions_unit, slots, config)
    return torch_hash_grid.hash_grid_lookup(grids, positions_unit, slots, config)
