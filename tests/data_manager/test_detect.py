"""Finding captures in a data folder."""

from pathlib import Path

import pytest

from captures import SEQUENCE, write_tiny_capture
from nersemble.data_manager.detect import list_captures, open_capture
from nersemble.errors import CaptureError, ConfigError


def test_a_listed_capture_opens(tmp_path: Path) -> None:
    write_tiny_capture(tmp_path, participant=7, sequence="B", frame_numbers=(0, 3))
    write_tiny_capture(tmp_path, participant=7, sequence="A", frame_numbers=(5,))
    write_tiny_capture(tmp_path, participant=1234, sequence="HAIR", suffix="")
    (tmp_path / "notes").mkdir()
    (tmp_path / "7").mkdir()
    (tmp_path / "050" / "sequences" / "EMPTY").mkdir(parents=True)
    found = list_captures(tmp_path)
    assert found == [(7, "A", 1), (7, "B", 2), (1234, "HAIR", 3)]
    for participant, sequence, n_timesteps in found:
        capture = open_capture(tmp_path, participant, sequence)
        assert (capture.participant, capture.sequence) == (participant, sequence)
        assert len(capture.frame_numbers) == n_timesteps


def test_options_reach_the_layout(tmp_path: Path) -> None:
    write_tiny_capture(tmp_path, scale=50)
    capture = open_capture(tmp_path, 7, SEQUENCE, downscale_factor=100, color_rounding="truncate")
    other = open_capture(tmp_path, 7, SEQUENCE, downscale_factor=100)
    serial = capture.cameras[0].serial
    assert capture.read(serial, 0).rgb.shape == (32, 22, 3)
    assert (capture.read(serial, 0).rgb <= other.read(serial, 0).rgb).all()
    with pytest.raises(ConfigError):
        open_capture(tmp_path, 7, SEQUENCE, downscale_factor=0)


def test_a_missing_data_folder_is_named(tmp_path: Path) -> None:
    for action in (list_captures, lambda root: open_capture(root, 7, SEQUENCE)):
        with pytest.raises(CaptureError, match="does not exist") as caught:
            action(tmp_path / "nowhere")
        assert str(tmp_path / "nowhere") in str(caught.value)


def test_an_unknown_participant_or_sequence_tells_what_there_is(tiny_capture_root: Path) -> None:
    write_tiny_capture(tiny_capture_root, participant=18, sequence="EMO-1-shout+laugh")
    with pytest.raises(CaptureError, match=r"Participant 030 .* there is: 007, 018"):
        open_capture(tiny_capture_root, 30, "FREE")
    with pytest.raises(CaptureError, match=r"'FREE' .* there is: EMO-1-shout\+laugh"):
        open_capture(tiny_capture_root, 18, "FREE")


def test_an_empty_data_folder_and_participant(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match="no participant folder"):
        open_capture(tmp_path, 7, SEQUENCE)
    (tmp_path / "007").mkdir()
    with pytest.raises(CaptureError, match="no sequence"):
        open_capture(tmp_path, 7, SEQUENCE)
    assert list_captures(tmp_path) == []
