"""A training that ends in fog says so while it runs, and one that does not never does."""

import shutil
from pathlib import Path

import pytest

from micro import run_command
from nersemble.jobs import health
from nersemble.runs.training_log import read_training_log
from synthetic_videos import write_v2_head

pytestmark = pytest.mark.slow

TRAIN = ("train", 18, "FREE", "--preset", "tiny", "--vis", "none", "--device", "cpu")
SMALL = ("--n_train_rays", 256, "--max_steps", 150, "--steps_per_eval_image", 0)
UNSUPERVISED = (
    *("--background_color", "white", "--lambda_background_loss", 0, "--lambda_alpha_loss", 0),
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A head in layout v2 with masks."""
    folder = tmp_path_factory.mktemp("v2")
    write_v2_head(folder / "018", "FREE")
    assert run_command("data", "mask", 18, "FREE", "--data_path", folder) == 0
    return folder


def _train(root: Path, models: Path, *options: object) -> int:
    return run_command(*TRAIN, *SMALL, "--data_path", root, "--models_path", models, *options)


def _spread(models: Path) -> float:
    log = read_training_log(next((models / "nersemble").iterdir()))
    assert log is not None
    return log.curves["train/depth_spread_metres"][1][-1]


def test_a_head_with_a_surface_is_no_fog(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _train(root, tmp_path) == 0
    output = capsys.readouterr()
    assert "fog" not in output.out + output.err
    assert 0 < _spread(tmp_path) < 0.03


def test_fog_for_want_of_a_loss_beside_the_head_names_the_options(
    root: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(health, "FOG_AVERAGE", 20)
    assert _train(root, tmp_path, *UNSUPERVISED, "--max_steps", 70) == 0
    output = capsys.readouterr()
    assert output.err.count("The head is fog after step 54") == 1
    assert "--background_color random --lambda_background_loss 0.2" in output.err
    assert "Trouble on the way (docs/trouble.md): fog: 1." in output.out
    assert _spread(tmp_path) > 0.04


def test_fog_for_want_of_masks_says_how_to_make_them(
    root: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(health, "FOG_AVERAGE", 10)
    shutil.copytree(root, tmp_path / "bare")
    shutil.rmtree(tmp_path / "bare/018/sequences/FREE/alpha_maps")
    assert _train(tmp_path / "bare", tmp_path / "models", "--max_steps", 40) == 0
    said = capsys.readouterr().err
    assert "The head is fog" in said
    assert "nersemble data mask" in said[said.index("The head is fog") :]
