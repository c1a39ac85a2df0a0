"""What ``nersemble estimate`` says beside what a training then takes."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from captures import PARTICIPANT, SEQUENCE
from micro import Workspace, files_below, micro_options, run_command

pytestmark = pytest.mark.slow


def _estimate(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], **changes: object
) -> dict[str, Any]:
    roots = ["--data_path", workspace.captures, "--models_path", workspace.models]
    options = micro_options(**{"measure_seconds": "0", **changes})
    capsys.readouterr()
    assert run_command("estimate", PARTICIPANT, SEQUENCE, *roots, *options, "--json") == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("changes", [{}, {"use_deformation_field": False, "n_hash_encodings": 4}])
def test_the_disk_is_what_the_checkpoints_take(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], changes: dict[str, object]
) -> None:
    saves = {"steps_per_save": 2, "keep_checkpoints": 2} | changes
    said = _estimate(workspace, capsys, **saves)
    assert workspace.train(**saves) == 0
    sizes = [f.stat().st_size for f in workspace.run().checkpoints_folder.glob("*.safetensors")]
    assert len(sizes) == 2
    # The file has a header of names beside the numbers.
    assert sum(sizes) - 2 * 16_384 <= said["checkpoints"] <= sum(sizes)


def test_measuring_tells_a_time_and_leaves_nothing(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files_below(workspace.root)
    changes = {"steps_per_eval_image": 3, "measure_seconds": "30"}
    said = _estimate(workspace, capsys, **changes)
    assert files_below(workspace.root) == before
    # Six steps fit, so all were made.
    assert said["n_steps"] == 6
    parts = [said[name] for name in ("starting", "reading", "steps", "saving", "rendering")]
    assert min(parts) > 0
    assert sum(parts) == pytest.approx(said["seconds"])
    assert said["ram"] > said["pictures"] > 0


def test_packed_pictures_take_the_disk_that_they_take(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    store = tmp_path / "store"
    options = {"frame_store": "packed", "store_path": str(store)}
    roots = ["--data_path", workspace.captures, "--store_path", store]
    said = _estimate(workspace, capsys, **options)
    assert run_command("data", "pack", PARTICIPANT, SEQUENCE, *roots) == 0
    taken = sum(path.stat().st_size for path in store.rglob("*.pixels"))
    assert said["store"] == pytest.approx(taken, rel=0.05)
    assert _estimate(workspace, capsys, **options)["store"] == 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--resume_run", "NERS-1"], "leave out --resume_run"),
        (["--measure_seconds", "-1"], "--measure_seconds is -1.0"),
        (["--segment_timesteps", "2"], "--segment_timesteps"),
    ],
)
def test_what_cannot_be_estimated_is_refused(
    options: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command("estimate", PARTICIPANT, SEQUENCE, *options) == 2
    assert words in capsys.readouterr().err


def test_too_little_disk_is_an_error(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nersemble.commands.estimate.free_disk", lambda _: 1000)
    roots = ["--data_path", workspace.captures, "--models_path", workspace.models]
    options = [*micro_options(), "--measure_seconds", "0"]
    assert run_command("estimate", PARTICIPANT, SEQUENCE, *roots, *options) == 2
    assert "--keep_checkpoints" in capsys.readouterr().err


@pytest.mark.gpu
def test_the_computed_gpu_memory_is_what_training_holds(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    if not torch.cuda.is_available():
        pytest.skip("needs a CUDA device")
    large = {
        "n_hash_encodings": 16,
        "log2_hashmap_size": 19,
        "n_levels": 16,
        "max_n_samples_per_batch": 18,
    }
    said = _estimate(workspace, capsys, **large, device="cuda", measure_seconds="2")
    assert said["gpu"] == pytest.approx(said["gpu_held"], rel=0.15)
