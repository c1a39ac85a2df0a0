"""Named configurations, and their meaning for a run together with the evaluation protocols.

``default`` is our own; ``paper`` follows the release, quirks included.
"""

import dataclasses
from collections.abc import Sequence
from typing import Literal

from nersemble.config import RunConfig, RunDescription
from nersemble.data_manager.config import DataConfig
from nersemble.errors import ConfigError, did_you_mean
from nersemble.evaluation.config import RELEASE, EvaluationConfig, Protocol, ProtocolName
from nersemble.fields.config import (
    DeformationFieldConfig,
    FieldConfig,
    HashEnsembleConfig,
    WindowConfig,
)
from nersemble.losses.config import LossConfig
from nersemble.marching.config import GridFilterConfig, MarcherConfig, OccupancyGridConfig
from nersemble.rays.config import PixelSamplerConfig
from nersemble.rendering.config import HeadModelConfig
from nersemble.training.config import LoopConfig, OptimizerConfig

PresetName = Literal["default", "paper", "tiny"]

# Rays beside the head are supervised over random colours; otherwise fog and specks remain. Ten
# times the paper's distortion weight, and ending rays at low transmittance, empty the inside of
# the head. Tensor cores multiply 16 grids at once (docs/log.md).
_DEFAULT = RunConfig(
    model=HeadModelConfig(marcher=MarcherConfig(train_early_stop_eps=1e-3)),
    sampler=PixelSamplerConfig(timesteps_per_batch=16, background_color="random"),
    losses=LossConfig(lambda_background_loss=0.2, lambda_dist_loss=1e-3),
    optimizers=OptimizerConfig(lr_decay_steps=-1),
)

_PAPER = RunConfig(
    data=DataConfig(color_rounding="truncate"),
    model=HeadModelConfig(
        dynamic_field=FieldConfig(
            deformation=DeformationFieldConfig(deformation_offset_space="unit"),
        ),
        occupancy=OccupancyGridConfig(culling_cell_positions="corner"),
        marcher=MarcherConfig(early_stop_eps=0.0),
        clip_depth_to_batch=True,
    ),
    windows=WindowConfig(windows_outside_training="final"),
    sampler=PixelSamplerConfig(image_pool_steps=21, depth_supervision="z"),
    losses=LossConfig(near_loss_width="variance", dist_loss_max_rays=5000),
    loop=LoopConfig(occupancy_timesteps="all"),
)

# Small enough for two CPU cores: the same model with fewer, coarser parts and short schedules.
# Exact depth maps shape the head from the first steps, which leaves few samples to evaluate.
_TINY = RunConfig(
    model=HeadModelConfig(
        dynamic_field=FieldConfig(
            hash_ensemble=HashEnsembleConfig(
                n_hash_encodings=8, n_levels=8, log2_hashmap_size=15, growth=1.45
            ),
            deformation=DeformationFieldConfig(
                latent_dim_time_deform=16, mlp_num_layers=2, mlp_layer_width=32
            ),
        ),
        occupancy=OccupancyGridConfig(
            grid_resolution=48,
            occ_thre=0.05,
            occ_decay=0.9,
            occ_update_interval=16,
            occ_warmup_steps=32,
        ),
        # Thin samples are kept: a threshold on opacity can empty a head early in training.
        marcher=MarcherConfig(
            render_step_size=0.06,
            alpha_thre=0.0,
            train_early_stop_eps=1e-2,
            max_n_samples_per_batch=13,
        ),
    ),
    windows=WindowConfig(window_deform_end=100, window_hash_encodings_end=0),
    sampler=PixelSamplerConfig(n_train_rays=1408, timesteps_per_batch=4, background_color="random"),
    losses=LossConfig(
        lambda_alpha_loss=0.05,
        lambda_near_loss=0.1,
        lambda_empty_loss=1.0,
        lambda_background_loss=0.2,
        eps_depth_initial=0.4,
        eps_depth_final=0.1,
        eps_depth_end_step=200,
    ),
    optimizers=OptimizerConfig(
        lr_main=1.5e-2,
        lr_deformation_field=1e-3,
        lr_embeddings=6e-2,
        lr_main_decay=0.85,
        lr_deformation_field_decay=0.85,
        lr_embeddings_decay=0.85,
        lr_decay_steps=-1,
    ),
    loop=LoopConfig(
        max_steps=700,
        steps_per_save=200,
        steps_per_eval_image=200,
        steps_per_eval_all_images=0,
    ),
)

PRESETS: dict[PresetName, RunConfig] = {"default": _DEFAULT, "paper": _PAPER, "tiny": _TINY}

EVALUATION_PRESETS: dict[PresetName, EvaluationConfig] = {
    "default": EvaluationConfig(),
    "paper": EvaluationConfig(ssim_crop=True),
    "tiny": EvaluationConfig(max_eval_timesteps=4),
}


_STATIC_TABLES = 4


def fitted_to_time(config: RunConfig, n_timesteps: int) -> RunConfig:
    """The settings of a new run, adapted to its number of timesteps. A single timestep needs no
    deformation and only a few hash tables, which learn faster than one: on photographs of a bust
    this gains 0.6 dB and takes three quarters of the time (docs/log.md). Fields that differ from
    our presets, from options or ``paper``, are kept."""
    field = config.model.dynamic_field
    ours = [PRESETS[name].model.dynamic_field for name in ("default", "tiny")]
    if n_timesteps > 1 or field not in ours:
        return config
    static = dataclasses.replace(
        field,
        hash_ensemble=dataclasses.replace(field.hash_ensemble, n_hash_encodings=_STATIC_TABLES),
        deformation=dataclasses.replace(field.deformation, use_deformation_field=False),
    )
    return dataclasses.replace(
        config, model=dataclasses.replace(config.model, dynamic_field=static)
    )


def preset_name(value: str | None, presets: Sequence[str]) -> PresetName:
    """Checks a preset's name.

    Raises:
        ConfigError: the preset does not exist.
    """
    if value is None:
        return "default"
    if value not in presets:
        meant = did_you_mean(value, presets)
        raise ConfigError(f"--preset {value} does not exist{meant}; choose {', '.join(presets)}.")
    return value  # type: ignore[return-value]


def resolve_protocol(name: ProtocolName, described: RunDescription) -> Protocol:
    """The protocol that a name means for a run.

    Raises:
        ConfigError: the run's preset is unknown and the run's own protocol is requested.
    """
    if name == "release":
        return RELEASE
    if name == "default":
        return _protocol_of(PRESETS["default"], ssim_crop=False)
    preset = preset_name(described.preset, tuple(EVALUATION_PRESETS))
    return _protocol_of(described.config, ssim_crop=EVALUATION_PRESETS[preset].ssim_crop)


def protocol_to_look_at(preset: str, described: RunDescription) -> Protocol:
    """The protocol for ``--preset`` of the commands that show a run: the release's for ``paper``,
    otherwise the training's; ``run`` stands for the preset of the training."""
    return RELEASE if shown_preset(preset, described) == "paper" else as_trained(described)


def filter_to_look_at(preset: str | None) -> GridFilterConfig:
    """The default grid filter for ``--preset`` of the commands that show a run: it removes
    floaters, except with ``paper``, because the release shows everything."""
    return GridFilterConfig(use_occupancy_grid_filtering=preset != "paper")


def shown_preset(preset: str, described: RunDescription) -> str:
    """The preset used to show a run."""
    return described.preset if preset == "run" else preset


def as_trained(described: RunDescription) -> Protocol:
    """The protocol that changes nothing about a run."""
    return _protocol_of(described.config, ssim_crop=False)


def under_protocol(config: RunConfig, protocol: Protocol) -> RunConfig:
    """A run's configuration with the windows, renderer and truths of the protocol."""
    marcher = dataclasses.replace(config.model.marcher, early_stop_eps=protocol.early_stop_eps)
    return dataclasses.replace(
        config,
        model=dataclasses.replace(
            config.model, marcher=marcher, clip_depth_to_batch=protocol.clip_depth_to_batch
        ),
        data=dataclasses.replace(config.data, color_rounding=protocol.color_rounding),
        windows=dataclasses.replace(config.windows, windows_outside_training=protocol.windows),
    )


def _protocol_of(config: RunConfig, *, ssim_crop: bool) -> Protocol:
    return Protocol(
        windows=config.windows.windows_outside_training,
        early_stop_eps=config.model.marcher.early_stop_eps,
        clip_depth_to_batch=config.model.clip_depth_to_batch,
        color_rounding=config.data.color_rounding,
        ssim_crop=ssim_crop,
        repeats_timesteps=False,
    )
