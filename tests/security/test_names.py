"""Names that come from outside stay names: none leads out of the folder that it belongs to."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from captures import PARTICIPANT, SEQUENCE, look_at_origin, write_camera_params, write_tiny_capture
from micro import run_command
from nersemble.captures.convert.footage import find_footage
from nersemble.data_manager.calibration import read_camera_params
from nersemble.data_manager.layouts import open_capture
from nersemble.data_manager.packed_files import record_path, store_folder
from nersemble.data_manager.packed_store import PackedStore
from nersemble.data_manager.packing import Packer
from nersemble.data_manager.rig import SERIALS
from nersemble.errors import CaptureError
from nersemble.evaluation.report_data import newest_evaluation, read_evaluation
from nersemble.files import is_file_name
from nersemble.runs.folders import create_run
from nersemble.viewer.path_files import PathFiles
from reports import write_run

Refusal = Callable[..., Any]

HOSTILE = (
    *("../../x", "..", ".", "/etc/passwd", "", " ", "a/../../x", "..\\x", "x" * 300),
    *("a\x00b", "a\nb", "\x1b[2J", "~/../x", "\ud800", ".hidden"),
)
NAMES = pytest.mark.parametrize("name", HOSTILE, ids=lambda name: ascii(name)[:20])


@pytest.fixture
def sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Data, models and renders in one folder, which is also the working folder and the home."""
    folder = tmp_path / "sand" / "box"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(folder))
    write_tiny_capture(folder / "data")
    for name in ("data", "models", "renders"):
        monkeypatch.setenv(f"NERSEMBLE_{name.upper()}_PATH", str(folder / name))
    return folder


@NAMES
def test_what_is_hostile_is_no_file_name(name: str) -> None:
    assert not is_file_name(name)


@pytest.mark.parametrize("name", ["222200042", "GoPro 1", "left.phone", "blue_hair-2", "\u540d"])
def test_what_is_usual_is_a_file_name(name: str) -> None:
    assert is_file_name(name)


@pytest.mark.parametrize("name", HOSTILE[::3], ids=lambda name: ascii(name)[:20])
@pytest.mark.parametrize(
    "command",
    [
        ("train", PARTICIPANT, "NAME"),
        ("train", "NAME", SEQUENCE),
        ("train", PARTICIPANT, SEQUENCE, "--name", "NAME"),
        ("evaluate", "NAME"),
        ("render", "NAME"),
        ("report", "NAME"),
        ("import-model", "NAME"),
        ("data", "mask", PARTICIPANT, "NAME"),
        ("data", "synthesize", "--participant", "NAME"),
        ("data", "synthesize", "--sequence", "NAME"),
    ],
    ids=lambda command: " ".join(map(str, command)),
)
def test_a_command_refuses_it(
    sandbox: Path, name: str, command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(sandbox.parents[1].rglob("*"))
    argv = [str(word).replace("NAME", name) for word in command]
    options = ["--preset", "tiny", "--vis", "none"] if command[0] == "train" else []
    try:
        status = run_command(*argv, *options)
    except SystemExit as error:
        status = error.code
    assert status == 2
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    assert "\x1b[2J" not in said.err + said.out
    assert sorted(sandbox.parents[1].rglob("*")) == before


def test_folders_with_hostile_names_are_no_sequences(
    sandbox: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sequences = sandbox / "data" / f"{PARTICIPANT:03d}" / "sequences"
    for name in ("\x1b[2J", "a\nb", "x" * 101):
        (sequences / SEQUENCE).rename(sequences / name)
        assert run_command("data", "list", "--data_path", sandbox / "data") == 0
        assert "\x1b" not in capsys.readouterr().out
        with pytest.raises(CaptureError, match="it has: no sequence"):
            open_capture(sandbox / "data", PARTICIPANT, name)
        (sequences / name).rename(sequences / SEQUENCE)


def test_recordings_with_hostile_names_are_no_cameras(tmp_path: Path, refusal: Refusal) -> None:
    (tmp_path / "a\x1b[2Jb.mp4").touch()
    with refusal("cannot name a camera"):
        find_footage(tmp_path)


@NAMES
def test_a_run_cannot_be_called_so(tmp_path: Path, refusal: Refusal, name: str) -> None:
    with refusal("cannot name a run"):
        create_run(tmp_path, name)


@NAMES
def test_a_camera_path_cannot_be_called_so(tmp_path: Path, refusal: Refusal, name: str) -> None:
    with refusal("cannot name a camera path"):
        PathFiles(tmp_path).load(name)


@NAMES
def test_a_camera_cannot_be_called_so(tmp_path: Path, refusal: Refusal, name: str) -> None:
    path = tmp_path / "camera_params.json"
    write_camera_params(path, {SERIALS[0]: look_at_origin(0, 0), name: look_at_origin(0.1, 0)})
    with refusal(str(path), "cannot name a camera"):
        read_camera_params(path)


@pytest.mark.parametrize("name", ["../secret.pixels", "/etc/passwd", "", ".."])
def test_a_packed_record_names_no_file_elsewhere(
    tmp_path: Path, refusal: Refusal, name: str
) -> None:
    write_tiny_capture(tmp_path, serials=SERIALS[:2], frame_numbers=(0,))
    capture = open_capture(tmp_path, PARTICIPANT, SEQUENCE)
    folder = store_folder(tmp_path / "packed", capture, "round")
    Packer(capture, SERIALS[:2], [0], folder, source_root=tmp_path, workers=1).pack()
    path = record_path(folder, 0)
    record = json.loads(path.read_bytes())
    (folder.parent / "secret.pixels").write_bytes((folder / record["pixels"]).read_bytes())
    path.write_text(json.dumps(record | {"pixels": name}))
    camera = capture.cameras[0].camera
    with refusal(str(path)):
        PackedStore(folder, (camera.height, camera.width), SERIALS[:2], [0])


@pytest.mark.parametrize("entry", ["frame", "camera_index", "serial"])
def test_a_report_shows_no_picture_from_elsewhere(
    tmp_path: Path, refusal: Refusal, entry: str
) -> None:
    run = write_run(tmp_path / "NERS-1", frames=(0,))
    Image.fromarray(np.zeros((58, 40, 3), np.uint8)).save(tmp_path / "secret.png")
    path = newest_evaluation(run) / "pictures.json"
    content = json.loads(path.read_bytes())
    content["pictures"][0][entry] = 5 if entry == "serial" else "0/../../../../../secret"
    path.write_text(json.dumps(content))
    with refusal(str(path)):
        read_evaluation(run, newest_evaluation(run))
