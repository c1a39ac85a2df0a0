"""Reads plain values from a released run's ``config.yml`` (method.md, Released models).

The file describes Python objects. None is built: the file is only parsed into a tree of nodes, from
which scalars at known places are read.
"""

from collections.abc import Mapping
from pathlib import Path

import yaml

from nersemble.bounded import YAML_LOADER, check_yaml
from nersemble.errors import ConfigError
from nersemble.files import reason_of
from nersemble.opening import read_text

Scalar = bool | int | float | str

_MODEL = ("pipeline", "model")
_MANAGER = ("pipeline", "datamanager")
_PARSER = (*_MANAGER, "dataparser")
_HASH = (*_MODEL, "hash_ensemble_config", "hash_encoding_config")
_MAX_BYTES = 2**22

_SAME_NAME: Mapping[tuple[str, ...], tuple[str, ...]] = {
    _PARSER: (
        "participant_id", "sequence_name", "start_timestep", "skip_timesteps", "n_cameras",
        "downscale_factor", "scale_factor",
    ),
    _MODEL: (
        "alpha_thre", "cone_angle", "disable_occupancy_grid", "dist_loss_max_rays",
        "early_stop_eps", "eps_depth_end_step", "eps_depth_final", "eps_depth_initial", "far_plane",
        "lambda_alpha_loss", "lambda_depth_loss", "lambda_dist_loss", "lambda_empty_loss",
        "lambda_near_loss", "max_n_samples_per_batch", "near_plane", "occ_thre",
        "render_step_size", "use_view_frustum_culling", "view_frustum_culling",
        "window_deform_begin", "window_deform_end", "window_hash_encodings_begin",
        "window_hash_encodings_end", "use_hash_ensemble",
    ),
    _HASH: ("base_resolution",),
    (): ("steps_per_save", "steps_per_eval_image", "steps_per_eval_all_images"),
}  # fmt: skip

_OTHER_NAME: Mapping[str, tuple[str, ...]] = {
    "max_cached_images": (*_MANAGER, "max_cached_items"),
    "n_train_rays": (*_MANAGER, "train_num_rays_per_batch"),
    "images_per_batch": (*_MANAGER, "train_num_images_to_sample_from"),
    "times_to_repeat_images": (*_MANAGER, "train_num_times_to_repeat_images"),
    "occ_decay": (*_MODEL, "occupancy_grid_ema_decay"),
    "occ_warmup_steps": (*_MODEL, "occupancy_grid_warmup_steps"),
    "growth": (*_HASH, "per_level_scale"),
    "max_num_iterations": ("max_num_iterations",),
    "lr_main": ("optimizers", "fields", "optimizer", "lr"),
    "lr_deformation_field": ("optimizers", "deformation_field", "optimizer", "lr"),
    "lr_embeddings": ("optimizers", "embeddings", "optimizer", "lr"),
    "lr_main_decay": ("optimizers", "fields", "scheduler", "gamma"),
    "lr_deformation_field_decay": ("optimizers", "deformation_field", "scheduler", "gamma"),
    "lr_embeddings_decay": ("optimizers", "embeddings", "scheduler", "gamma"),
    "lr_decay_steps": ("optimizers", "fields", "scheduler", "step_size"),
}

PLACES: Mapping[str, tuple[str, ...]] = {
    **{name: (*place, name) for place, names in _SAME_NAME.items() for name in names},
    **_OTHER_NAME,
}
"""The place of each value, by our name for it (or the release's if we have none)."""


def read_released_values(path: Path) -> dict[str, Scalar]:
    """The values of ``PLACES`` in the file, as plain numbers, booleans and strings.

    Raises:
        ConfigError: the file is missing or is not YAML.
    """
    try:
        text = read_text(path, _MAX_BYTES)
        check_yaml(text)
        root = yaml.compose(text, Loader=YAML_LOADER)
    except FileNotFoundError:
        raise ConfigError(
            f"{path} does not exist: a folder of the original holds config.yml and checkpoints/."
        ) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError, ValueError) as error:
        first_line = str(reason_of(error)).splitlines()[0]
        raise ConfigError(
            f"{path} cannot be read as YAML ({first_line}): restore it from the download."
        ) from error
    found = {name: _scalar(_at(root, place)) for name, place in PLACES.items()}
    return {name: value for name, value in found.items() if value is not None}


def _at(node: yaml.Node | None, place: tuple[str, ...]) -> yaml.Node | None:
    for key in place:
        if not isinstance(node, yaml.MappingNode):
            return None
        pairs = {k.value: v for k, v in node.value if isinstance(k, yaml.ScalarNode)}
        node = pairs.get(key)
    return node


def _scalar(node: yaml.Node | None) -> Scalar | None:
    """The value of a plain scalar; None for null and for anything with an explicit tag."""
    if not isinstance(node, yaml.ScalarNode):
        return None
    kind, text = node.tag.removeprefix("tag:yaml.org,2002:"), node.value
    try:
        if kind == "bool":
            return text.lower() in ("true", "yes", "on")
        if kind == "int":
            return int(text)
        if kind == "float":
            return float(text)
    except ValueError:
        return None
    return text if kind == "str" else None
