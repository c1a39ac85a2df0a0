"""What a training says of its capture's geometry, and which cameras it leaves out."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from captures import picture_path
from micro import CAPTURE_SERIALS, FRAME_NUMBERS, Workspace, make_workspace, write_capture

BAD = CAPTURE_SERIALS[0]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A capture of a ball in whose first camera foreground and background are swapped."""
    write_capture(tmp_path / "made")
    made = make_workspace(tmp_path, tmp_path / "made")
    for number in FRAME_NUMBERS:
        path = picture_path(made.participant, BAD, number, "alpha_map-73fps")
        with Image.open(path) as alpha:
            inverted = 255 - np.asarray(alpha)
        Image.fromarray(inverted).save(path)
    return made


def _data(workspace: Workspace, run: str = "NERS-1") -> Any:
    return json.loads(workspace.run(run).config_path.read_text())["config"]["data"]


def test_a_camera_that_contradicts_the_others_does_not_train(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert workspace.train(max_steps=2, steps_per_save=1) == 0
    said = capsys.readouterr().err
    assert f"Camera {BAD} has alpha maps that seem to be inverted" in said
    assert "it is left out; use it with --without_cameras none" in said
    assert "of the foreground's rays miss the scene box" in said
    data = _data(workspace)
    assert data["without_cameras"] == [BAD]
    assert workspace.resume("NERS-1", "--max_steps", 3) == 0, "with the same cameras"
    assert workspace.evaluate() == 0
    assert workspace.train(max_steps=1, without_cameras="none") == 0
    kept = _data(workspace, "NERS-2")
    assert kept["without_cameras"] == ["none"]
    assert kept["n_cameras"] == data["n_cameras"] + 1


def test_cameras_that_cannot_be_left_out(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert workspace.train(max_steps=1, without_cameras="x") == 2
    assert "--without_cameras names x, which is not in this capture" in capsys.readouterr().err
    assert workspace.train(max_steps=1, without_cameras=BAD, eval_cameras=BAD) == 2
    assert f"Both --eval_cameras and --without_cameras name {BAD}" in capsys.readouterr().err
