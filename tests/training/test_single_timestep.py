"""A new run of a single timestep needs no deformation and few hash tables."""

import dataclasses

import pytest

from micro import Workspace, files_below
from nersemble.config import RunConfig, differences
from nersemble.files import flatten
from nersemble.presets import PRESETS, PresetName, fitted_to_time

pytestmark = pytest.mark.slow

# The options of micro.py that change the field.
_FIELD_OPTIONS = (
    "n_hash_encodings",
    "log2_hashmap_size",
    "n_levels",
    "growth",
    "latent_dim_time_deform",
    "mlp_num_layers",
    "mlp_layer_width",
)


def _with_levels(config: RunConfig, n_levels: int) -> RunConfig:
    field = config.model.dynamic_field
    ensemble = dataclasses.replace(field.hash_ensemble, n_levels=n_levels)
    field = dataclasses.replace(field, hash_ensemble=ensemble)
    return dataclasses.replace(config, model=dataclasses.replace(config.model, dynamic_field=field))


@pytest.mark.parametrize("preset", ["default", "tiny"])
def test_one_timestep_has_four_tables_and_no_deformation(preset: PresetName) -> None:
    config = PRESETS[preset]
    fitted = fitted_to_time(config, 1)
    changed = set(differences(config, fitted))
    assert changed - {"n_hash_encodings"} == {"use_deformation_field"}
    assert fitted.model.dynamic_field.hash_ensemble.n_hash_encodings == 4
    assert not fitted.model.dynamic_field.deformation.use_deformation_field
    assert fitted_to_time(config, 2) == config


def test_fields_of_paper_and_of_options_stay() -> None:
    for config in (PRESETS["paper"], _with_levels(PRESETS["tiny"], 7)):
        assert fitted_to_time(config, 1) == config


def test_a_run_of_one_timestep_is_resumed_and_rendered(workspace: Workspace) -> None:
    of_the_preset = dict.fromkeys(_FIELD_OPTIONS)
    assert workspace.train(n_timesteps=1, max_steps=2, **of_the_preset) == 0
    trained = flatten(workspace.run().read_config()["config"])
    assert trained["n_hash_encodings"] == 4
    assert trained["use_deformation_field"] is False
    assert workspace.resume("NERS-1", "--max_steps", 3) == 0
    resumed = flatten(workspace.run().read_config()["config"])
    assert resumed == trained | {"max_steps": 3}
    assert not any("deformation" in name for name in workspace.tensors(3))
    assert workspace.render() == 0
    assert len(files_below(workspace.renders)) == 1
