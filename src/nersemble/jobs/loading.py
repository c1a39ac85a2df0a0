"""Load a run by name: its model and its capture."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from nersemble.compute_options import ComputeOptions
from nersemble.config import RunConfig, RunDescription, describe, resolve
from nersemble.data_manager.capture import Capture
from nersemble.data_manager.dataset import Dataset, dataset_of, open_dataset
from nersemble.engines import choose_device, choose_engine
from nersemble.env import Roots
from nersemble.errors import CheckpointError, ConfigError
from nersemble.evaluation.config import RELEASE, Protocol
from nersemble.fields.windows import WindowState, windows_for_rendering
from nersemble.jobs.grid_filtering import filter_grid_of
from nersemble.jobs.provenance import warn_of_another_origin
from nersemble.jobs.released import open_released
from nersemble.marching.config import GridFilterConfig
from nersemble.marching.grid_filter import filter_grid
from nersemble.presets import as_trained, under_protocol
from nersemble.randomness import seeded_generator
from nersemble.rendering.checkpoint import restore_model
from nersemble.rendering.head_model import HeadModel
from nersemble.rendering.image import Renderer
from nersemble.runs.checkpoints import load_checkpoint
from nersemble.runs.folders import Run, find_run
from nersemble.runs.segmented import refuse_segmented


@dataclass(frozen=True)
class LoadedRun:
    """A trained model with the capture that it was trained on.

    description: content of the run's ``config.json``; protocol: differences from it in the model,
    the windows and the capture's pictures.
    """

    run: Run
    description: RunDescription
    protocol: Protocol
    dataset: Dataset
    renderer: Renderer
    step: int
    windows: WindowState

    @property
    def model(self) -> HeadModel:
        """The rendered model."""
        return self.renderer.model


def build_model(
    participant: int, config: RunConfig, n_timesteps: int, device: torch.device
) -> HeadModel:
    """A freshly initialised model on a device.

    Raises:
        ConfigError: the model does not fit into the host's memory.
    """
    box = config.model.box(participant).tensor()
    generator = seeded_generator(config.loop.seed, "initial values")
    try:
        model = HeadModel(config.model, box, n_timesteps, generator, config.data.n_cameras)
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


def open_run(
    name: str,
    checkpoint: int,
    roots: Roots,
    compute: ComputeOptions,
    choose_protocol: Callable[[RunDescription], Protocol] = as_trained,
    grid_filter: GridFilterConfig | None = None,
    *,
    filters_as_release: bool = False,
) -> LoadedRun:
    """Open a run's checkpoint (-1: the newest) and its capture under a protocol, ready to render on
    the selected device and engine.

    The run may be a folder of the original, as downloaded.

    Args:
        filters_as_release: the release's protocol filters the grid even if training pictures get
            worse.

    Raises:
        NersembleError: run, checkpoint or capture is missing or damaged, the model is empty, or
            a device or engine selected by name is not available.
    """
    # Before anything is read: the selected device may not be available.
    choose_device(compute.device)
    run = find_run(roots.get("models"), name)
    return load_run(
        run,
        checkpoint,
        roots.get("data"),
        compute,
        choose_protocol,
        grid_filter,
        filters_as_release=filters_as_release,
    )


def load_run(
    run: Run,
    checkpoint: int,
    captures: Path | Capture,
    compute: ComputeOptions,
    choose_protocol: Callable[[RunDescription], Protocol] = as_trained,
    grid_filter: GridFilterConfig | None = None,
    *,
    filters_as_release: bool = False,
) -> LoadedRun:
    """As :func:`open_run`, for a run that was found.

    Args:
        captures: the data folder with the run's capture, or the capture itself.
    """
    device = choose_device(compute.device)
    refuse_segmented(run)
    if run.is_released:
        described, found = open_released(run, checkpoint)
    else:
        described, found = describe(run), load_checkpoint(run, checkpoint)
    participant, protocol = described.participant, choose_protocol(described)
    config = under_protocol(described.config, protocol)
    if isinstance(captures, Capture):
        dataset = dataset_of(captures, config.data)
    else:
        dataset = open_dataset(captures, participant, described.sequence, config.data)
    warn_of_another_origin(found, run, dataset)
    config = resolve(config, dataset)
    engine = choose_engine(compute, device, config.model, participant)
    model = restored_model(
        dataclasses.replace(described, config=config), found.tensors, found.path, device
    )
    if not model.grid.binaries.any():
        raise CheckpointError(
            f"{found.path} shows nothing, because its occupancy grid is empty: use "
            "another checkpoint, or train the run longer."
        )
    field = model.field
    windows = windows_for_rendering(found.step, config.windows, field.n_bands, field.n_tables)
    renderer = engine.renderer(model)
    if grid_filter is not None and grid_filter.use_occupancy_grid_filtering:
        if filters_as_release and protocol == RELEASE:
            filter_grid(model.grid, grid_filter)
        else:
            filter_grid_of(renderer, dataset, windows, grid_filter)
    return LoadedRun(run, described, protocol, dataset, renderer, found.step, windows)
