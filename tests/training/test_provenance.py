"""A checkpoint knows where it comes from, and is not gone on with elsewhere."""

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from captures import PARTICIPANT, SEQUENCE
from micro import Workspace, make_workspace, paint
from nersemble.data_manager.config import DataConfig
from nersemble.data_manager.dataset import open_dataset
from nersemble.data_manager.fingerprint import fingerprint_of

EXIT_ERROR = 2


@pytest.fixture
def stopped(tmp_path: Path, small_capture: Path) -> Workspace:
    """A run that has done two steps."""
    made = make_workspace(tmp_path, small_capture)
    assert made.train(max_steps=2) == 0
    return made


def _another_run(it: Workspace) -> None:
    assert it.train(max_steps=3) == 0
    for path in it.run("NERS-2").checkpoints_folder.iterdir():
        shutil.copy(path, it.run().checkpoints_folder)


def _another_seed(it: Workspace) -> None:
    content = it.run().read_config()
    content["config"]["loop"]["seed"] = 3
    it.run().write_config(content)


def _other_pictures(it: Workspace) -> None:
    paint(it.participant, (1, 2, 3))


def _other_sizes(it: Workspace) -> None:
    for path in it.participant.glob("sequences/*/*/**/*.png"):
        with Image.open(path) as picture:
            smaller = picture.resize((picture.width // 2, picture.height // 2), Image.NEAREST)
        smaller.save(path)
    content = it.run().read_config()
    content["config"]["data"]["downscale_factor"] *= 2
    it.run().write_config(content)


def _another_calibration(it: Workspace) -> None:
    path = it.participant / "camera_params.json"
    content = json.loads(path.read_text())
    for pose in content["world_2_cam"].values():
        pose[0][3] += 0.001
    path.write_text(json.dumps(content))


CHANGES: list[tuple[Callable[[Workspace], None], list[str]]] = [
    (_another_run, ["it is a checkpoint of NERS-2"]),
    (_another_seed, ["--seed is 3 (in training: 19980801)"]),
    (_other_pictures, ["the pictures differ from those of training"]),
    (_other_sizes, ["the pictures have 20 x 29 pixels (in training: 40 x 58)"]),
    (_another_calibration, ["the cameras or their calibration differ from those of training"]),
]


@pytest.mark.parametrize(("change", "named"), CHANGES, ids=lambda v: getattr(v, "__name__", ""))
def test_what_a_checkpoint_was_not_made_from_is_named(
    stopped: Workspace,
    capsys: pytest.CaptureFixture[str],
    change: Callable[[Workspace], None],
    named: list[str],
) -> None:
    change(stopped)
    capsys.readouterr()
    assert stopped.resume("NERS-1", "--max_steps", 4) == EXIT_ERROR
    message = capsys.readouterr().err
    assert all(text in message for text in (*named, "--resume_anyway")), message
    assert 4 not in stopped.run().checkpoint_steps()
    assert stopped.resume("NERS-1", "--max_steps", 4, "--resume_anyway") == 0
    assert named[0] in capsys.readouterr().err
    # From there on the checkpoints are of what is there now.
    assert stopped.resume("NERS-1", "--max_steps", 5) == 0


def test_an_evaluation_on_other_pictures_says_so(
    stopped: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert stopped.evaluate() == 0
    assert "does not fit NERS-1" not in capsys.readouterr().err
    _other_pictures(stopped)
    assert stopped.evaluate() == 0
    assert "the pictures differ from those of training" in capsys.readouterr().err


def test_a_checkpoint_of_an_earlier_version_is_taken(
    stopped: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    (path,) = stopped.run().checkpoints_folder.glob("*.json")
    record = json.loads(path.read_text())
    record["metadata"] = {"n_timesteps": record["metadata"]["n_timesteps"]}
    path.write_text(json.dumps(record))
    _other_pictures(stopped)
    assert stopped.resume("NERS-1", "--max_steps", 3) == 0
    assert "in training" not in capsys.readouterr().err


def test_a_moved_and_renamed_run_goes_on(stopped: Workspace, tmp_path: Path) -> None:
    moved = Workspace(tmp_path / "elsewhere")
    shutil.copytree(stopped.captures, moved.captures)
    shutil.copytree(stopped.run().folder, moved.models / "nersemble" / "NERS-1-hair")
    assert moved.resume("NERS-1", "--max_steps", 3) == 0


@pytest.mark.parametrize("damaged", [None, 5, [], {"picture_size": "x"}, {"pictures": {}}])
def test_a_damaged_provenance_is_no_traceback(stopped: Workspace, damaged: Any) -> None:
    (path,) = stopped.run().checkpoints_folder.glob("*.json")
    record = json.loads(path.read_text())
    record["metadata"] |= {"run": damaged, "capture": damaged, "description": damaged}
    path.write_text(json.dumps(record))
    assert stopped.resume("NERS-1", "--max_steps", 3) in (0, EXIT_ERROR)


def test_a_fingerprint_does_not_depend_on_the_place_and_takes_no_time(
    stopped: Workspace, tmp_path: Path
) -> None:
    shutil.copytree(stopped.captures, tmp_path / "copy")
    first, second = (
        open_dataset(root, PARTICIPANT, SEQUENCE, DataConfig())
        for root in (stopped.captures, tmp_path / "copy")
    )
    began = time.perf_counter()
    assert fingerprint_of(first) == fingerprint_of(second)
    assert time.perf_counter() - began < 1
