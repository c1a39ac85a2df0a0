"""From a run's name to a model that can be rendered."""

import dataclasses
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from nersemble.commands.options import preset_name
from nersemble.config import RunConfig, RunDescription, from_json
from nersemble.data_manager.dataset import Dataset, open_dataset
from nersemble.errors import ConfigError
from nersemble.evaluation.protocol import RELEASE, Protocol, ProtocolName
from nersemble.fields.windows import WindowState, windows_at, windows_for_rendering
from nersemble.geometry.scene_box import scene_box_for
from nersemble.jobs.released import is_released, open_released, refuse_released
from nersemble.marching.grid_filter import GridFilterConfig, filter_grid
from nersemble.presets import EVALUATION_PRESETS, PRESETS
from nersemble.randomness import seeded_generator
from nersemble.rendering.checkpoint import restore_model
from nersemble.rendering.head_model import HeadModel
from nersemble.runs.folders import Run, find_run, load_checkpoint
from nersemble.runs.segmented import refuse_segmented


@dataclass(frozen=True)
class LoadedRun:
    """A trained model with the capture that it was trained on."""

    run: Run
    description: RunDescription
    dataset: Dataset
    model: HeadModel
    step: int
    windows: WindowState


class AsksForGridFilter(typing.Protocol):
    """Options of evaluation and rendering that say whether and how the grid is filtered."""

    @property
    def use_occupancy_grid_filtering(self) -> bool: ...
    @property
    def occupancy_grid_filtering_threshold(self) -> float: ...
    @property
    def occupancy_grid_filtering_sigma_erosion(self) -> float: ...


def with_open_windows(loaded: LoadedRun) -> LoadedRun:
    """The same run with its windows fully open, as the release evaluates and renders."""
    part = loaded.model.field
    windows = WindowState(float(part.n_bands), float(part.n_tables))
    return dataclasses.replace(loaded, windows=windows)


def filter_grid_if_asked(loaded: LoadedRun, config: AsksForGridFilter) -> None:
    """Reduces the occupancy grid to its largest component where the options say so."""
    if config.use_occupancy_grid_filtering:
        threshold = config.occupancy_grid_filtering_threshold
        sigma = config.occupancy_grid_filtering_sigma_erosion
        filter_grid(loaded.model.grid, GridFilterConfig(threshold, sigma))


def describe(run: Run) -> RunDescription:
    """What the run's ``config.json`` says."""
    refuse_released(run)
    return from_json(run.read_config(), str(run.config_path))


def build_model(
    participant: int, config: RunConfig, n_timesteps: int, device: torch.device
) -> HeadModel:
    """A freshly initialised model on a device.

    Raises:
        ConfigError: it does not fit into the host's memory.
    """
    box = scene_box_for(participant).tensor()
    generator = seeded_generator(config.loop.seed, "initial values")
    try:
        model = HeadModel(config.model, box, n_timesteps, generator)
    except (MemoryError, RuntimeError) as error:
        reason = str(error).splitlines()[0]
        raise ConfigError(
            f"A model of these sizes cannot be made ({reason}): lower --log2_hashmap_size, "
            "--n_hash_encodings or --grid_resolution."
        ) from error
    return model.to(device)


def restored_model(
    description: RunDescription, tensors: Mapping[str, Tensor], source: Path, device: torch.device
) -> HeadModel:
    """The model of a checkpoint's tensors."""
    config = description.config
    try:
        model = build_model(description.participant, config, config.data.n_timesteps, device)
    except ConfigError as error:
        raise ConfigError(f"{source} and its run's options do not fit together: {error}") from error
    restore_model(tensors, model, str(source))
    return model


def load_run(
    name: str, checkpoint: int, *, models: Path, data: Path, device: torch.device
) -> LoadedRun:
    """Opens a run, one of its checkpoints (-1: the newest) and its capture.

    The run may be a folder of the original, as it was downloaded.
    """
    run = find_run(models, name)
    refuse_segmented(run)
    if is_released(run):
        description, loaded = open_released(run, checkpoint)
    else:
        description, loaded = describe(run), load_checkpoint(run, checkpoint)
    dataset = open_dataset(
        data, description.participant, description.sequence, description.config.data
    )
    model = restored_model(description, loaded.tensors, loaded.path, device)
    windows = windows_for_rendering(
        loaded.step, description.config.windows, model.field.n_bands, model.field.n_tables
    )
    return LoadedRun(run, description, dataset, model, loaded.step, windows)


def protocol_of_preset(preset: str) -> ProtocolName:
    """The protocol that ``evaluate --preset`` stands for where ``--protocol`` is not given."""
    return "run" if preset == "run" else "release" if preset == "paper" else "default"


def resolve_protocol(name: ProtocolName, described: RunDescription) -> Protocol:
    """What a protocol's name means for a run.

    Raises:
        ConfigError: the run's preset is unknown and its own protocol is asked for.
    """
    if name == "release":
        return RELEASE
    if name == "default":
        return _as_trained(PRESETS["default"], ssim_crop=False)
    preset = preset_name(described.preset, tuple(EVALUATION_PRESETS))
    return _as_trained(described.config, ssim_crop=EVALUATION_PRESETS[preset].ssim_crop)


def under_protocol(loaded: LoadedRun, protocol: Protocol, data: Path) -> LoadedRun:
    """The run with its windows, renderer and truths as the protocol has them.

    It changes the loaded model's configuration, so call it before anything is built on that.

    Raises:
        CaptureError: the capture, opened again for another rounding, is missing or damaged.
    """
    described, model = loaded.description, loaded.model
    marcher = dataclasses.replace(model.config.marcher, early_stop_eps=protocol.early_stop_eps)
    model.config = dataclasses.replace(
        model.config, marcher=marcher, clip_depth_to_batch=protocol.clip_depth_to_batch
    )
    if protocol.color_rounding != described.config.data.color_rounding:
        config = dataclasses.replace(described.config.data, color_rounding=protocol.color_rounding)
        dataset = open_dataset(data, described.participant, described.sequence, config)
        loaded = dataclasses.replace(loaded, dataset=dataset)
    if protocol.windows == "final":
        return with_open_windows(loaded)
    windows = windows_at(
        loaded.step, described.config.windows, model.field.n_bands, model.field.n_tables
    )
    return dataclasses.replace(loaded, windows=windows)


def _as_trained(config: RunConfig, *, ssim_crop: bool) -> Protocol:
    return Protocol(
        windows=config.windows.windows_outside_training,
        early_stop_eps=config.model.marcher.early_stop_eps,
        clip_depth_to_batch=config.model.clip_depth_to_batch,
        color_rounding=config.data.color_rounding,
        ssim_crop=ssim_crop,
        repeats_timesteps=False,
    )
