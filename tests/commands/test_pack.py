"""Packing, and training from packed pictures, by the command line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from micro import EVAL_SERIAL, SEQUENCE, Workspace, differing, run_command
from nersemble.data_manager.layout_v1 import CaptureV1
from nersemble.errors import StoreError
from nersemble.jobs import picture_source

PARTICIPANT = "7"
STEPS = {"max_steps": 2, "steps_per_save": 2}


def _pack(workspace: Workspace, *options: object) -> int:
    argv = ("data", "pack", PARTICIPANT, SEQUENCE, "--data_path", workspace.captures, *options)
    return run_command(*argv)


def _never_read(serial: str) -> Callable[..., None]:
    """Refuses training pictures, but for one a camera: those compare the cameras."""
    read, compared = CaptureV1.read, set[str]()

    def refuse(self: CaptureV1, asked: str, frame_number: int) -> object:
        assert asked == serial or asked not in compared, "a training picture was decoded"
        compared.add(asked)
        return read(self, asked, frame_number)

    return refuse  # type: ignore[return-value]


def test_packing_says_where_and_how_much(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _pack(workspace) == 0
    out = capsys.readouterr().out
    folder = Path(out.splitlines()[0])
    assert folder.is_relative_to(workspace.captures / ".nersemble-store" / "007" / SEQUENCE)
    assert len(list(folder.glob("*.pixels"))) == 3
    assert "12 pictures" in out
    assert "packed 12 pictures" in out
    assert _pack(workspace) == 0
    assert "packed 0 pictures" in capsys.readouterr().out
    assert run_command("data", "list", "--data_path", workspace.captures) == 0


def test_training_is_the_same_from_packed_pictures(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert workspace.train(**STEPS) == 0
    assert not (workspace.captures / ".nersemble-store").exists(), "a small capture was packed"
    assert workspace.train(frame_store="packed", **STEPS) == 0
    monkeypatch.setattr(CaptureV1, "read", _never_read(EVAL_SERIAL))
    assert workspace.train(**STEPS) == 0, "what is packed is used"
    for label in ("NERS-2", "NERS-3"):
        assert differing(workspace.tensors(2), workspace.tensors(2, label)) == []


def test_large_captures_are_packed_where_one_says(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_source, "ram_bytes", lambda: 1000)
    assert workspace.train(store_path=tmp_path / "elsewhere", **STEPS) == 0
    assert list((tmp_path / "elsewhere").rglob("*.pixels"))
    assert not (workspace.captures / ".nersemble-store").exists()
    assert workspace.resume("NERS-1", "--max_steps", 3, "--frame_store", "memory") == 0


def test_where_the_captures_cannot_be_written_the_runs_can(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda path, mode: False)
    assert workspace.train(frame_store="packed", **STEPS) == 0
    assert list((workspace.models / ".nersemble-store").rglob("*.pixels"))


def test_a_disk_without_room_is_an_error_only_where_packing_was_asked_for(
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    def no_room(self: object, n_timesteps: int) -> None:
        raise StoreError("no room")

    monkeypatch.setattr(picture_source, "ram_bytes", lambda: 1000)
    monkeypatch.setattr(picture_source.Packer, "_check_room", no_room)
    assert workspace.train(**STEPS) == 0
    assert "not packed: no room" in capfd.readouterr().err
    assert workspace.train(frame_store="packed", **STEPS) == 2
    assert "error: no room" in capfd.readouterr().err
    assert workspace.run_labels == ["NERS-1"]
    assert _pack(workspace) == 2


def test_the_other_cameras_are_packed_beside_those_that_are(workspace: Workspace) -> None:
    assert _pack(workspace, "--n_cameras", 2) == 0
    assert _pack(workspace) == 0
    assert workspace.train(frame_store="packed", **STEPS) == 0


def test_the_check_finds_a_flipped_bit_of_a_packed_picture(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _pack(workspace) == 0
    assert run_command("data", "check", workspace.captures) == 0
    assert "packed" in capsys.readouterr().out
    path = next((workspace.captures / ".nersemble-store").rglob("*.pixels"))
    content = bytearray(path.read_bytes())
    content[9] ^= 1
    path.write_bytes(content)
    assert run_command("data", "check", workspace.captures) == 2
    out = capsys.readouterr().out
    assert str(path) in out
    assert "11/12" in out
