"""Pipes, devices, folders, links and sparse files in the place of every kind of file."""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from captures import PARTICIPANT, SEQUENCE, write_tiny_capture
from fuzz.places import PLACES
from nersemble.data_manager.folders import sequence_folders
from nersemble.data_manager.picture_files import read_pixels
from nersemble.data_manager.video_stream import open_stream
from nersemble.errors import RunError
from nersemble.files import file_locked, read_json_object, replace_json, sha256_of, written_whole
from nersemble.opening import check_folders, open_to_append, read_bytes, write_bytes
from nersemble.runs.folders import Run, create_run, find_run
from video_captures import random_pictures, write_video

Refusal = Callable[..., Any]


@pytest.mark.parametrize("place", PLACES)
def test_what_is_no_file_of_this_folder_is_refused_at_once(tmp_path: Path, place: str) -> None:
    path = tmp_path / "folder" / "config.json"
    path.parent.mkdir()
    PLACES[place](path, b"{}")
    began = time.monotonic()
    with pytest.raises(OSError, match=rf"{path.name}|not a file|link|longer"):
        read_json_object(path)
    assert time.monotonic() - began < 1


def test_a_run_with_a_pipe_for_its_config_is_refused(tmp_path: Path, refusal: Refusal) -> None:
    run = create_run(tmp_path)
    os.mkfifo(run.config_path)
    with refusal(str(run.config_path), "it is a pipe, not a file"):
        run.read_config()


def test_size_is_bounded_while_reading(tmp_path: Path) -> None:
    """Files of /proc have none."""
    with pytest.raises(OSError, match="longer than 10 bytes"):
        read_bytes(Path("/proc/self/status"), 10)
    write_bytes(tmp_path / "x", b"0123456789")
    assert read_bytes(tmp_path / "x", 10) == b"0123456789"


def test_a_file_without_end_has_no_checksum(tmp_path: Path) -> None:
    """Summing up a sparse file of a terabyte would take an hour."""
    PLACES["sparse end"](tmp_path / "picture.png", b"x")
    with pytest.raises(OSError, match="longer than"):
        sha256_of(tmp_path / "picture.png")


def test_links_of_a_user_go_on_working(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The data folder, a participant's and a file's in the same folder; others if it says so."""
    disk, data = tmp_path / "disk", tmp_path / "data"
    write_tiny_capture(disk / "captures")
    participant = f"{PARTICIPANT:03d}"
    data.mkdir()
    (data / participant).symlink_to(disk / "captures" / participant)
    (tmp_path / "linked").symlink_to(data)
    assert list(sequence_folders(tmp_path / "linked" / participant)) == [SEQUENCE]
    write_bytes(disk / "a", b"a")
    (disk / "b").symlink_to("a")
    assert read_bytes(disk / "b", 9) == b"a"
    (data / "c").symlink_to(disk / "a")
    assert read_bytes(data / "c", 9, linked=True) == b"a"
    with pytest.raises(OSError, match="leads out of its folder"):
        read_bytes(data / "c", 9)
    monkeypatch.setenv("NERSEMBLE_LINKED_PATHS", f"/nowhere:{disk}")
    assert read_bytes(data / "c", 9) == b"a"


def test_a_linked_picture_of_another_folder_is_not_read(tmp_path: Path) -> None:
    write_tiny_capture(tmp_path / "x")
    picture = next((tmp_path / "x").rglob("*.png"))
    (tmp_path / "y").mkdir()
    linked = tmp_path / "y" / "linked.png"
    linked.symlink_to(picture)
    with pytest.raises(ValueError, match="leads out of its folder"):
        read_pixels(linked)
    assert read_pixels(linked, linked=True).size


@pytest.mark.parametrize("folder", ["checkpoints", "evaluation", "evaluation/x/frame_00000"])
def test_a_run_whose_folders_lead_elsewhere_is_refused(tmp_path: Path, folder: str) -> None:
    run = create_run(tmp_path)
    (run.folder / folder).parent.mkdir(parents=True, exist_ok=True)
    (run.folder / folder).symlink_to(tmp_path)
    with pytest.raises(RunError, match="leads out of its folder"):
        find_run(tmp_path, run.label)
    (run.folder / folder).unlink()
    (tmp_path / "elsewhere").symlink_to(run.folder)
    assert find_run(tmp_path, str(tmp_path / "elsewhere")).folder == tmp_path / "elsewhere"
    check_folders(tmp_path / "elsewhere")


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    path = tmp_path / "victim"
    path.write_text("precious")
    return path


def test_a_lock_that_is_a_link_is_not_written(tmp_path: Path, victim: Path) -> None:
    run = Run(tmp_path / "NERS-1")
    run.folder.mkdir()
    (run.folder / ".lock").symlink_to(victim)
    with (
        pytest.raises(RunError, match="it is a link; remove it"),
        file_locked(run.folder / ".lock"),
    ):
        pass
    assert victim.read_text() == "precious"


def test_a_link_in_the_place_of_a_new_file_is_replaced(tmp_path: Path, victim: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    for name in ("x.json", f".x.json.{os.getpid()}.tmp", "x.json.part", ".x.json.part"):
        (folder / name).symlink_to(victim)
    replace_json(folder / "x.json", {"a": 1})
    with written_whole(folder / "x.json") as temporary:
        write_bytes(temporary, json.dumps({"a": 2}).encode())
    assert read_json_object(folder / "x.json") == {"a": 2}
    assert victim.read_text() == "precious"


def test_a_link_is_not_appended_to(tmp_path: Path, victim: Path) -> None:
    (tmp_path / "log").symlink_to(victim)
    with pytest.raises(OSError, match="it is a link; remove it"):
        open_to_append(tmp_path / "log")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="it is a pipe"):
        open_to_append(tmp_path / "pipe")
    assert victim.read_text() == "precious"


@pytest.mark.parametrize("name", ["cam_1.mp4", "cam_1.mov"])
@pytest.mark.parametrize(
    "script",
    [
        "ffconcat version 1.0\nfile other.mp4\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nother.mp4\n#EXT-X-ENDLIST\n",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nm=video 5004 RTP/AVP 96\n",
    ],
)
def test_a_script_is_no_video(tmp_path: Path, name: str, script: str) -> None:
    write_video(tmp_path / "other.mp4", random_pictures(3))
    (tmp_path / name).write_text(script)
    with pytest.raises(ValueError, match="header cannot be read as that of an MP4"):
        open_stream(str(tmp_path / name))
    container, _ = open_stream(str(tmp_path / "other.mp4"))
    container.close()
