"""Runs of the original: opened as they are, or described as runs of ours
(method.md, Released models)."""

import dataclasses
import re
from pathlib import Path
from typing import Any, TypeVar

from nersemble.config import RunConfig, RunDescription, options_of
from nersemble.errors import CheckpointError, ConfigError
from nersemble.geometry.world import SCALE_FACTOR
from nersemble.interop.released import ReleasedModel, read_released
from nersemble.interop.released_config import Scalar, read_released_values
from nersemble.presets import PRESETS
from nersemble.rendering.checkpoint import MODEL_PREFIX
from nersemble.runs.checkpoints import Checkpoint
from nersemble.runs.folders import Run

_CHECKPOINT = re.compile(r"step-(\d{9,})\.ckpt")

T = TypeVar("T")


def open_released(run: Run, step: int) -> tuple[RunDescription, Checkpoint]:
    """Open a released run like one of ours, with preset ``paper``; -1 is its newest checkpoint.

    Raises:
        CheckpointError: the checkpoint is missing or damaged.
        ConfigError: ``config.yml`` is damaged, or has a setting that is not supported.
    """
    path = _checkpoint_path(run, step)
    values = read_released_values(run.released_config_path)
    model = read_released(path)
    metadata = {"imported_from": str(path), "n_timesteps": model.n_timesteps}
    states = {"field": model.field_state, "grid": model.grid_state}
    tensors = {
        f"{MODEL_PREFIX}{part}.{name}": tensor
        for part, state in states.items()
        for name, tensor in state.items()
    }
    return _describe(values, model, run), Checkpoint(model.step, tensors, metadata, path)


def _describe(values: dict[str, Scalar], model: ReleasedModel, run: Run) -> RunDescription:
    """The configuration of a released model; missing values are the paper's."""
    source = run.released_config_path
    given = dict(values)
    participant, sequence = given.pop("participant_id", None), given.pop("sequence_name", None)
    if type(participant) is not int or not isinstance(sequence, str):
        raise ConfigError(
            f"{source} names no participant_id and sequence_name: it is not the config.yml of a "
            "NeRSemble run."
        )
    if given.pop("scale_factor", SCALE_FACTOR) != SCALE_FACTOR:
        raise ConfigError(
            f"{source} has another scale_factor than {SCALE_FACTOR}: such a run cannot be read."
        )
    if given.pop("use_hash_ensemble", True) is not True:
        raise ConfigError(f"{source} has no hash ensemble: such a run cannot be read.")
    given["max_steps"] = max(_whole(given.pop("max_num_iterations", 300_001)) - 1, model.step, 1)
    given["image_pool_steps"] = _whole(given.pop("times_to_repeat_images", 20)) + 1
    binaries = model.grid_state["binaries"]
    given |= {"grid_levels": binaries.shape[0], "grid_resolution": binaries.shape[1]}
    paper = PRESETS["paper"]
    config = dataclasses.replace(paper, model=_with_field(paper, model))
    layout = options_of(config)
    for name in ("growth", "base_resolution"):
        if given.get(name, layout[name]) != layout[name]:
            raise ConfigError(
                f"{source} has {name} {given[name]}, but only hash grids with {layout[name]} can "
                "be read."
            )
    given["n_timesteps"] = model.n_timesteps
    config = _with_values(config, given, source)
    name = run.label.removeprefix(run.run_id).removeprefix("-")
    return RunDescription(participant, sequence, name, "paper", config)


def _with_field(paper: RunConfig, model: ReleasedModel) -> Any:
    found = model.config
    n_tables = found.hash_ensemble.n_hash_encodings
    ensemble = dataclasses.replace(found.hash_ensemble, latent_dim_time=n_tables)
    field = dataclasses.replace(found, hash_ensemble=ensemble)
    return dataclasses.replace(paper.model, dynamic_field=field)


def _whole(value: Scalar) -> int:
    return value if type(value) is int else -1


def _with_values(config: T, values: dict[str, Any], source: Path) -> T:
    """Replace leaf values of the config, in any component."""
    changes: dict[str, Any] = {}
    for entry in dataclasses.fields(config):  # type: ignore[arg-type]
        old = getattr(config, entry.name)
        if dataclasses.is_dataclass(old):
            changes[entry.name] = _with_values(old, values, source)
        elif entry.name in values:
            new = values[entry.name]
            new = float(new) if type(old) is float and type(new) is int else new
            if type(new) is not type(old):
                raise ConfigError(
                    f"{source} has {entry.name} {new!r}, which is not a valid value for it: "
                    "restore the file from the download."
                )
            changes[entry.name] = new
    try:
        return dataclasses.replace(config, **changes)  # type: ignore[type-var]
    except ConfigError as error:
        raise ConfigError(f"{source} has a value that no option takes: {error}") from error


def _checkpoint_path(run: Run, step: int) -> Path:
    found: dict[int, Path] = {}
    if run.checkpoints_folder.is_dir():
        for path in run.checkpoints_folder.iterdir():
            if match := _CHECKPOINT.fullmatch(path.name):
                found[int(match[1])] = path
    if not found:
        raise CheckpointError(
            f"{run.label} has no step-XXXXXXXXX.ckpt in {run.checkpoints_folder}: put the "
            "original's there."
        )
    step = max(found) if step == -1 else step
    if step not in found:
        known = ", ".join(map(str, sorted(found)))
        raise CheckpointError(f"{run.label} has no checkpoint of step {step}, but of {known}.")
    return found[step]
