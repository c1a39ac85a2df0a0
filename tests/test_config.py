"""The composed configuration: its file, its flat names, and what its sentinels mean."""

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from captures import PARTICIPANT, SEQUENCE, write_tiny_capture
from nersemble.config import (
    RunConfig,
    RunDescription,
    as_defaults,
    differences,
    from_json,
    options_of,
    resolve,
    to_json,
)
from nersemble.data_manager.config import DataConfig
from nersemble.data_manager.dataset import Dataset, open_dataset
from nersemble.data_manager.rig import SERIALS
from nersemble.errors import ConfigError
from nersemble.evaluation.config import EvaluationConfig
from nersemble.presets import EVALUATION_PRESETS, PRESETS
from nersemble.video.config import RenderConfig

SOURCE = "/models/NERS-1/config.json"

# "-1" that stays: no limit is no number of the capture, and without such a loss there is no step.
KEPT_SENTINELS = {"max_n_samples_per_batch", "patch_start_step"}


def _description(config: RunConfig | None = None) -> RunDescription:
    return RunDescription(PARTICIPANT, SEQUENCE, "ä name", "tiny", config or RunConfig())


def _content(config: RunConfig | None = None) -> dict[str, Any]:
    """What ``json`` gives back after a description was written to a file."""
    content: dict[str, Any] = json.loads(json.dumps(to_json(_description(config))))
    return content


def _place(content: dict[str, Any], path: str) -> tuple[dict[str, Any], str]:
    *parents, name = path.split(".")
    for parent in parents:
        content = content[parent]
    return content, name


def _leaves(content: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in content.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


# The file


@pytest.mark.parametrize("preset", list(PRESETS))
def test_every_preset_survives_its_file(preset: Any) -> None:
    description = _description(PRESETS[preset])
    assert from_json(_content(PRESETS[preset]), SOURCE) == description


def test_every_value_survives_its_file() -> None:
    changed = _content()
    for path, value in list(_leaves(changed["config"], "config.")):
        owner, name = _place(changed, path)
        if name == "latent_dim_time":
            continue
        if isinstance(value, bool):
            owner[name] = not value
        elif name == "scene_box":
            owner[name] = [-1.0, -2.0, -3.0, 1.0, 2.0, 3.0]
        elif isinstance(value, list):
            owner[name] = ["222200042", "222200044"]
        elif isinstance(value, int):
            owner[name] = 16 if value in (-1, 32) else value + 1
        elif isinstance(value, float):
            owner[name] = value / 2
    there = from_json(changed, SOURCE)
    assert json.loads(json.dumps(to_json(there))) == changed
    assert len(differences(RunConfig(), there.config)) > 50


def test_whole_numbers_will_do_for_fractions() -> None:
    content = _content()
    content["config"]["optimizers"]["lr_main"] = 1
    rate = from_json(content, SOURCE).config.optimizers.lr_main
    assert (rate, type(rate)) == (1.0, float)


@pytest.mark.parametrize(
    "path",
    [path for path, _ in _leaves(_content()) if path.startswith("config.")]
    + ["config.loop", "config.model", "config.model.dynamic_field.hash_ensemble"],
)
def test_an_option_that_an_older_run_lacks_has_its_default(
    path: str, caplog: pytest.LogCaptureFixture
) -> None:
    content, source = _content(PRESETS["tiny"]), f"/older/{path}.json"
    owner, name = _place(content, path)
    del owner[name]
    defaults, names = _place(_content(), path)
    owner[name] = defaults[names]
    expected = from_json(json.loads(json.dumps(content)), SOURCE)
    del owner[name]
    with caplog.at_level("INFO", "nersemble"):
        assert [from_json(content, source) for _ in range(2)] == [expected] * 2
    said = [record.getMessage() for record in caplog.records if source in record.getMessage()]
    assert said == [f"{source} has no value for {path}: using the defaults."]


def test_options_that_an_older_run_lacks_are_listed_together(
    caplog: pytest.LogCaptureFixture,
) -> None:
    content = _content()
    del content["config"]["data"]["layout"], content["config"]["loop"]["seed"]
    del content["config"]["losses"]
    with caplog.at_level("INFO", "nersemble"):
        assert from_json(content, "/older/several.json") == _description()
    assert "config.data.layout, config.loop.seed, config.losses:" in caplog.text


@pytest.mark.parametrize(
    "path", ["format_version", "participant", "sequence", "name", "preset", "config"]
)
def test_a_missing_key_is_named(path: str) -> None:
    content = _content()
    owner, name = _place(content, path)
    del owner[name]
    expected = "format version" if path == "format_version" else path
    with pytest.raises(ConfigError) as caught:
        from_json(content, SOURCE)
    assert SOURCE in str(caught.value)
    assert expected in str(caught.value)


@pytest.mark.parametrize("path", ["extra", "config.extra", "config.model.dynamic_field.extra"])
def test_an_unknown_key_is_named(path: str) -> None:
    content = _content()
    owner, name = _place(content, path)
    owner[name] = 1
    with pytest.raises(ConfigError, match=f"{SOURCE} has the unknown key {path}:"):
        from_json(content, SOURCE)


WRONG: list[tuple[str, Any]] = [
    ("participant", "7"),
    ("participant", None),
    ("sequence", 7),
    ("name", None),
    ("config", []),
    ("config.loop", None),
    ("config.loop.max_steps", 3.5),
    ("config.loop.max_steps", "3"),
    ("config.loop.max_steps", True),
    ("config.loop.occupancy_timesteps", "some"),
    ("config.optimizers.lr_main", "fast"),
    ("config.optimizers.lr_main", False),
    ("config.model.clip_depth_to_batch", 1),
    ("config.model.dynamic_field.hash_ensemble", 32),
    ("config.data.eval_cameras", "222200042"),
    ("config.data.eval_cameras", [222200042]),
    ("config.sampler.depth_supervision", ["z"]),
]


@pytest.mark.parametrize(("path", "value"), WRONG, ids=lambda value: repr(value))
def test_a_value_of_the_wrong_type_is_named(path: str, value: Any) -> None:
    content = _content()
    owner, name = _place(content, path)
    owner[name] = value
    with pytest.raises(ConfigError) as caught:
        from_json(content, SOURCE)
    assert f"{SOURCE}: {path} " in str(caught.value)


def test_a_value_out_of_range_names_its_option() -> None:
    content = _content()
    content["config"]["loop"]["max_steps"] = 0
    with pytest.raises(ConfigError, match=f"{SOURCE}: --max_steps is 0"):
        from_json(content, SOURCE)


@pytest.mark.parametrize("version", [0, 2, "1", None])
def test_another_version_is_refused(version: Any) -> None:
    with pytest.raises(ConfigError, match=f"{SOURCE} has format version {version}, but.* 1:"):
        from_json(_content() | {"format_version": version}, SOURCE)


# Flat names


@pytest.mark.parametrize(
    "config", [*PRESETS.values(), *EVALUATION_PRESETS.values(), RenderConfig()], ids=lambda c: ""
)
def test_flat_names_are_unique_and_complete(config: Any) -> None:
    flat = options_of(config)
    content = json.loads(json.dumps(dataclasses.asdict(config), default=str))
    leaves = [path.split(".")[-1] for path, _ in _leaves(content)]
    assert sorted(flat) == sorted(leaves)
    assert len(set(leaves)) == len(leaves)


def test_options_of_different_commands_mean_the_same() -> None:
    evaluation, video = options_of(EvaluationConfig()), options_of(RenderConfig())
    shared = evaluation.keys() & video.keys()
    assert shared
    assert {name for name in shared if evaluation[name] != video[name]} == set()


def test_differences_are_what_differs() -> None:
    first = RunConfig()
    second = dataclasses.replace(
        first,
        loop=dataclasses.replace(first.loop, seed=3),
        data=dataclasses.replace(first.data, eval_cameras=("a",)),
    )
    assert differences(first, first) == {}
    assert differences(first, second) == {"seed": (19980801, 3), "eval_cameras": ((), ("a",))}
    assert differences(second, first) == {"seed": (3, 19980801), "eval_cameras": (("a",), ())}


# Sentinels


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("capture")
    write_tiny_capture(root, serials=SERIALS[:5], frame_numbers=(0, 3, 6, 9))
    return root


def _dataset(root: Path, config: RunConfig) -> Dataset:
    return open_dataset(root, PARTICIPANT, SEQUENCE, config.data)


def _resolved(root: Path, config: RunConfig) -> RunConfig:
    return resolve(config, _dataset(root, config))


@pytest.mark.parametrize("preset", list(PRESETS))
def test_no_sentinel_is_left(capture: Path, preset: Any) -> None:
    flat = options_of(_resolved(capture, PRESETS[preset]))
    left = {name for name, value in flat.items() if value in (-1, (), None)}
    assert left <= KEPT_SENTINELS


@pytest.mark.parametrize("preset", list(PRESETS))
def test_resolving_twice_changes_nothing(capture: Path, preset: Any) -> None:
    once = _resolved(capture, PRESETS[preset])
    assert _resolved(capture, once) == once
    assert _resolved(capture, as_defaults(once)) == once
    # And what was resolved is the same part of the capture.
    first, second = _dataset(capture, PRESETS[preset]), _dataset(capture, once)
    assert first.splits == second.splits
    sizes = [{(c.width, c.height) for c in d.train_cameras} for d in (first, second)]
    assert sizes[0] == sizes[1]


def test_sentinels_become_what_the_capture_has(capture: Path) -> None:
    flat = options_of(_resolved(capture, RunConfig(data=DataConfig(start_timestep=3))))
    assert flat["n_timesteps"] == 3
    assert flat["n_cameras"] == 4
    assert flat["eval_cameras"] == (SERIALS[3],)
    assert flat["downscale_factor"] == 100
    assert flat["latent_dim_time"] == 32
    assert flat["image_pool_steps"] == 1


def test_what_was_chosen_stays(capture: Path) -> None:
    data = DataConfig(n_timesteps=2, n_cameras=3, eval_cameras=(SERIALS[0],), downscale_factor=200)
    flat = options_of(_resolved(capture, RunConfig(data=data)))
    assert (flat["n_timesteps"], flat["n_cameras"]) == (2, 3)
    assert (flat["eval_cameras"], flat["downscale_factor"]) == ((SERIALS[0],), 200)


@pytest.mark.parametrize(("cached", "pool_steps"), [(15, 21), (16, 1), (0, 21)])
def test_images_are_drawn_anew_each_step_only_from_memory(
    capture: Path, cached: int, pool_steps: int
) -> None:
    resolved = _resolved(capture, RunConfig(data=DataConfig(max_cached_images=cached)))
    assert resolved.sampler.image_pool_steps == pool_steps


def test_colors_stay_over_white_where_a_camera_has_no_alpha_maps(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = write_tiny_capture(tmp_path, serials=SERIALS[:5])
    assert _resolved(tmp_path, PRESETS["default"]).sampler.background_color == "random"
    for path in folder.rglob(f"alpha_map*/cam_{SERIALS[1]}.png"):
        path.unlink()
    with caplog.at_level("INFO"):
        assert _resolved(tmp_path, PRESETS["default"]).sampler.background_color == "white"
    assert f"Camera {SERIALS[1]} has no alpha maps" in caplog.text
    caplog.clear()
    assert _resolved(tmp_path, PRESETS["paper"]).sampler.background_color == "white"
    assert "alpha" not in caplog.text


def test_saved_values_as_defaults_leave_the_tables_free(capture: Path) -> None:
    saved = _resolved(capture, RunConfig())
    ensemble = as_defaults(saved).model.dynamic_field.hash_ensemble
    assert dataclasses.replace(ensemble, n_hash_encodings=8).n_tables == 8
    with pytest.raises(ConfigError, match="latent_dim_time"):
        dataclasses.replace(saved.model.dynamic_field.hash_ensemble, n_hash_encodings=8)


# Presets


def test_paper_is_default_with_quirks() -> None:
    # Sizes, windows and most weights are the paper's in both.
    assert set(differences(PRESETS["default"], PRESETS["paper"])) == {
        "color_rounding",
        "deformation_offset_space",
        "culling_cell_positions",
        "early_stop_eps",
        "clip_depth_to_batch",
        "windows_outside_training",
        "image_pool_steps",
        "depth_supervision",
        "near_loss_width",
        "dist_loss_max_rays",
        "occupancy_timesteps",
        "background_color",
        "lambda_background_loss",
        "lambda_dist_loss",
        "lr_decay_steps",
        "train_early_stop_eps",
        "timesteps_per_batch",
    }


def test_tiny_is_default_in_small() -> None:
    # Tiny's weights of losses are its own, like its sizes and where its rays end.
    own = {"lambda_dist_loss", "train_early_stop_eps", "timesteps_per_batch"}
    quirks = set(differences(PRESETS["default"], PRESETS["paper"])) - own
    assert quirks.isdisjoint(differences(PRESETS["default"], PRESETS["tiny"]))
