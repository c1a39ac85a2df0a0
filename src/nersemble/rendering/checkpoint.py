"""Load a checkpoint's parameters into a model."""

from collections.abc import Mapping

from torch import Tensor

from nersemble.errors import CheckpointError
from nersemble.rendering.head_model import HeadModel

MODEL_PREFIX = "model."
"""Prefix of the model's tensors in a checkpoint."""


def restore_model(tensors: Mapping[str, Tensor], model: HeadModel, source: str) -> None:
    """Loads the tensors behind ``model.`` into the model.

    Raises:
        CheckpointError: names, shapes or kinds of numbers differ from the model's, or a number is
            not finite; ``source`` names the file.
    """
    state = {
        name[len(MODEL_PREFIX) :]: value
        for name, value in tensors.items()
        if name.startswith(MODEL_PREFIX)
    }
    own = model.state_dict()
    wrong = sorted(
        name
        for name in own.keys() | state.keys()
        if name not in own or name not in state or not _alike(own[name], state[name])
    )
    if wrong:
        raise CheckpointError(
            f"{source} does not fit the run's configuration ({', '.join(wrong[:3])} differ): it "
            "belongs to another run, or the run's config.json was edited."
        )
    for name, value in state.items():
        if not value.isfinite().all():
            raise CheckpointError(
                f"{source}: {MODEL_PREFIX}{name} has numbers that are NaN or infinite, so nothing "
                "can be rendered with it: use an earlier checkpoint."
            )
    model.load_state_dict(state)
    model.grid.set_binaries(model.grid.binaries.clone())


def _alike(own: Tensor, found: Tensor) -> bool:
    # Floats of other widths are converted.
    same_kind = own.dtype == found.dtype or (own.is_floating_point() and found.is_floating_point())
    return own.shape == found.shape and same_kind
