"""Puts a loaded run under an evaluation protocol: the release's, ours, or the run's own."""

import dataclasses
from pathlib import Path

from nersemble.commands.arguments import preset_name
from nersemble.commands.runs_on_disk import LoadedRun, with_open_windows
from nersemble.config import RunConfig, RunDescription
from nersemble.data_manager.dataset import open_dataset
from nersemble.evaluation.protocol import RELEASE, Protocol, ProtocolName
from nersemble.fields.windows import windows_at
from nersemble.presets import EVALUATION_PRESETS, PRESETS


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
