"""Folders of the original: used as they are, imported, exported; and what is wrong with some."""

import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from golden_values import CHECKPOINT
from micro import Workspace, differing, files_below, make_workspace, open_on_cpu, run_command
from nersemble.interop.released_config import read_released_values

ErrorLine = Callable[[int], str]

EXPORTABLE = {
    "n_levels": 16,
    "growth": 1.4472692012786865,
    "log2_hashmap_size": 6,
    "deformation_offset_space": "unit",
    "grid_resolution": 8,
    "max_steps": 2,
    "window_deform_end": 100,
    "culling_cell_positions": "corner",
}


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory, capture: Path) -> Workspace:
    """NERS-1, trained by us, and NERS-9001, the same in the original's layout; read only."""
    made = make_workspace(tmp_path_factory.mktemp("exported"), capture)
    assert made.train(**EXPORTABLE) == 0
    out = made.models / "nersemble" / "NERS-9001"
    assert run_command("export-model", "NERS-1", "--out", out, "--models_path", made.models) == 0
    path = out / "config.yml"
    # As the original writes it: the values are attributes of Python objects.
    text = path.read_text().replace("pipeline:\n", "pipeline: !!python/object:some.Pipeline\n")
    path.write_text("!!python/object:some.Trainer\n" + text)
    return made


@pytest.fixture
def released(tmp_path: Path, exported: Workspace) -> Workspace:
    """A copy, for one test."""
    shutil.copytree(exported.root, tmp_path / "copy")
    return Workspace(tmp_path / "copy")


def _folder(workspace: Workspace) -> Path:
    return workspace.models / "nersemble" / "NERS-9001"


def _import(workspace: Workspace, path: object, *options: object) -> int:
    return run_command("import-model", path, "--models_path", workspace.models, *options)


def _picture(workspace: Workspace, name: str) -> np.ndarray:
    loaded = open_on_cpu(name, -1, models=workspace.models, data=workspace.captures)
    camera = loaded.dataset.eval_cameras[0].resized(10, 14)
    return loaded.renderer.image(camera, 1, loaded.windows, 4096).rgb.numpy()


@pytest.mark.slow
def test_evaluation_and_rendering_take_the_folder_as_it_is(released: Workspace) -> None:
    before = files_below(_folder(released))
    assert released.evaluate("NERS-9001") == 0
    assert released.render("NERS-9001") == 0
    after = files_below(_folder(released))
    assert before.items() <= after.items()
    new = [Path(name) for name in after.keys() - before.keys()]
    assert {path.parts[0] for path in new} == {"evaluation"}
    assert "evaluation_result.json" in {path.name for path in new}
    assert [path.suffix for path in released.renders.iterdir()] == [".mp4"]


def test_an_imported_run_has_the_picture_of_the_folder(released: Workspace) -> None:
    assert _import(released, _folder(released), "--name", "ours") == 0
    assert "NERS-2-ours" in released.run_labels
    pictures = [_picture(released, name) for name in ("NERS-1", "NERS-9001", "NERS-2")]
    # What was trained here never had its windows fully open; the original's are, when rendered.
    assert np.array_equal(pictures[1], pictures[2])
    assert not np.array_equal(pictures[0], pictures[1])
    ours, theirs = released.tensors(2, "NERS-1"), released.tensors(2, "NERS-2")
    assert {n for n in differing(ours, theirs) if n.startswith("model.field.")} == set()


def test_training_goes_on_from_an_imported_model(released: Workspace) -> None:
    assert _import(released, "NERS-9001") == 0
    assert released.resume("NERS-2", "--max_steps", 4) == 0
    ours, theirs = released.tensors(4, "NERS-2"), released.tensors(2, "NERS-1")
    assert torch.equal(ours["model.grid.visible"], theirs["model.grid.visible"])
    moved = ours["model.field.base_mlp.weights.0"] - theirs["model.field.base_mlp.weights.0"]
    assert 0 < float(moved.abs().max()) < 0.1


def test_an_export_of_an_import_is_the_same(released: Workspace) -> None:
    assert _import(released, _folder(released)) == 0
    out = released.root / "again"
    roots = ("--models_path", released.models)
    assert run_command("export-model", "NERS-2", "--out", out, *roots) == 0
    pipelines = [
        torch.load(folder / "checkpoints" / "step-000000002.ckpt", weights_only=True)["pipeline"]
        for folder in (_folder(released), out)
    ]
    assert differing(*pipelines) == []
    values = [read_released_values(folder / "config.yml") for folder in (_folder(released), out)]
    assert values[0] == values[1]


@pytest.mark.skipif(not CHECKPOINT.exists(), reason="needs ../shared/golden")
def test_the_originals_own_checkpoint_comes_back_bit_by_bit(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    out, roots = tmp_path / "out", ("--models_path", workspace.models)
    workspace.models.mkdir()
    assert _import(workspace, CHECKPOINT.parents[1]) == 0
    assert run_command("export-model", "NERS-1", "--out", out, *roots) == 0
    whole = [
        torch.load(path, weights_only=True)["pipeline"]
        for path in (CHECKPOINT, out / "checkpoints" / CHECKPOINT.name)
    ]
    assert differing(*whole) == []
    theirs, ours = (
        read_released_values(folder / "config.yml") for folder in (CHECKPOINT.parents[1], out)
    )
    assert {name for name in theirs if theirs[name] != ours.get(name)} == set()


# Files that mean harm


def test_a_config_that_asks_for_a_call_calls_nothing(
    released: Workspace, error_line: ErrorLine
) -> None:
    trace = released.root / "called"
    call = f"!!python/object/apply:os.system ['touch {trace}']"
    config = _folder(released) / "config.yml"
    text = config.read_text()
    config.write_text(f"{text}harmful: {call}\n")
    assert _import(released, _folder(released)) == 0
    config.write_text(text.replace("participant_id: 7", f"participant_id: {call}"))
    assert "participant_id" in error_line(_import(released, _folder(released)))
    assert not trace.exists()


class _Harmful:
    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> object:
        return os.system, (f"touch {self.trace}",)


@pytest.mark.parametrize("save", [torch.save, lambda o, p: p.write_bytes(pickle.dumps(o))])
def test_a_pickle_that_asks_for_a_call_calls_nothing(
    released: Workspace, error_line: ErrorLine, save: Callable[[object, Path], None]
) -> None:
    path = _folder(released) / "checkpoints" / "step-000000002.ckpt"
    trace = released.root / "called"
    save({"step": 2, "pipeline": _Harmful(trace)}, path)
    message = error_line(_import(released, _folder(released)))
    assert str(path) in message
    assert not trace.exists()
    assert released.run_labels == ["NERS-1", "NERS-9001"]


# Mistakes


def _without_config(folder: Path) -> None:
    (folder / "config.yml").unlink()


def _not_yaml(folder: Path) -> None:
    (folder / "config.yml").write_text("a: [")


def _other_growth(folder: Path) -> None:
    path = folder / "config.yml"
    path.write_text(path.read_text().replace("per_level_scale: 1.4", "per_level_scale: 1.5"))


def _no_number(folder: Path) -> None:
    path = folder / "config.yml"
    path.write_text(path.read_text().replace("alpha_thre: 0.001", "alpha_thre: high"))


def _too_many_rays(folder: Path) -> None:
    path = folder / "config.yml"
    path.write_text(path.read_text().replace("per_batch: 64", "per_batch: 640000000000"))


def _without_checkpoint(folder: Path) -> None:
    (folder / "checkpoints" / "step-000000002.ckpt").unlink()


def _truncated(folder: Path) -> None:
    path = folder / "checkpoints" / "step-000000002.ckpt"
    path.write_bytes(path.read_bytes()[:5000])


def _with_tensor(folder: Path, name: str, change: Callable[[torch.Tensor], torch.Tensor]) -> None:
    path = folder / "checkpoints" / "step-000000002.ckpt"
    content = torch.load(path, weights_only=True)
    name = f"_model.{name}"
    content["pipeline"][name] = change(content["pipeline"][name])
    torch.save(content, path)


def _not_finite(folder: Path) -> None:
    name = "field.hash_ensemble.hash_encodings.0.params"
    _with_tensor(folder, name, lambda tensor: tensor.index_fill(0, torch.tensor(3), torch.inf))


def _of_integers(folder: Path) -> None:
    _with_tensor(folder, "time_embedding.weight", lambda tensor: tensor.long())


@pytest.mark.parametrize(
    ("damage", "wanted"),
    [
        (_not_finite, "field.hash_ensemble.hash_encodings.0.params has numbers that are NaN"),
        (_of_integers, "time_embedding.weight has shape [3, 2] and type int64"),
        (_without_config, "config.yml"),
        (_not_yaml, "cannot be read as YAML"),
        (_other_growth, "has growth 1.5"),
        (_no_number, "has alpha_thre 'high'"),
        (_too_many_rays, "config.yml has a value that no option takes: --n_train_rays is 64"),
        (_without_checkpoint, "has no step-XXXXXXXXX.ckpt"),
        (_truncated, "is not a checkpoint of the original"),
    ],
)
def test_a_damaged_folder_is_named_and_nothing_is_left(
    released: Workspace, error_line: ErrorLine, damage: Callable[[Path], None], wanted: str
) -> None:
    damage(_folder(released))
    message = error_line(_import(released, _folder(released)))
    assert wanted in message
    assert "NERS-9001" in message
    assert released.run_labels == ["NERS-1", "NERS-9001"]


def test_the_step_of_a_released_checkpoint(exported: Workspace, error_line: ErrorLine) -> None:
    message = error_line(exported.evaluate("NERS-9001", 7))
    assert "no checkpoint of step 7, but of 2" in message


def test_a_folder_of_the_original_is_not_trained_in(
    exported: Workspace, error_line: ErrorLine
) -> None:
    message = error_line(exported.resume("NERS-9001"))
    assert f"nersemble import-model {_folder(exported)}" in message


def test_our_own_runs_are_not_imported(exported: Workspace, error_line: ErrorLine) -> None:
    assert "needs no import" in error_line(_import(exported, "NERS-1"))


def test_an_export_overwrites_nothing(exported: Workspace, error_line: ErrorLine) -> None:
    before = files_below(_folder(exported))
    roots = ("--models_path", exported.models)
    status = run_command("export-model", "NERS-1", "--out", _folder(exported), *roots)
    assert "give another --out" in error_line(status)
    assert files_below(_folder(exported)) == before


def test_what_the_original_cannot_compute_is_not_exported(
    trained: Workspace, tmp_path: Path, error_line: ErrorLine
) -> None:
    roots = ("--models_path", trained.models)
    status = run_command("export-model", "NERS-1", "--out", tmp_path / "out", *roots)
    message = error_line(status)
    assert "--deformation_offset_space world" in message
    assert "--n_levels 3" in message
    assert not (tmp_path / "out").exists()


def test_an_import_is_written_as_safetensors(released: Workspace) -> None:
    assert _import(released, _folder(released)) == 0
    path = released.run("NERS-2").checkpoints_folder / "step-000000002.safetensors"
    assert all(name.startswith("model.") for name in load_file(path))
