"""The table of layouts, and finding captures in a data folder."""

from pathlib import Path
from typing import get_args

import numpy as np
import pytest
import torch

from captures import SEQUENCE, look_at_origin, write_camera_params, write_tiny_capture
from nersemble.data_manager.color_affine import correct
from nersemble.data_manager.config import LayoutChoice
from nersemble.data_manager.layouts import LAYOUTS, ListedCapture, list_captures, open_capture
from nersemble.data_manager.rig import SERIALS
from nersemble.errors import CaptureError, ConfigError
from video_captures import (
    random_pictures,
    write_background,
    write_benchmark,
    write_v2,
    write_video,
)


def test_every_layout_can_be_chosen() -> None:
    assert set(get_args(LayoutChoice)) == {"auto", *LAYOUTS}


def test_a_listed_capture_opens(tmp_path: Path) -> None:
    write_tiny_capture(tmp_path, participant=7, sequence="B", frame_numbers=(0, 3))
    write_tiny_capture(tmp_path, participant=7, sequence="A", frame_numbers=(5,))
    write_tiny_capture(tmp_path, participant=1234, sequence="HAIR", suffix="")
    write_v2(tmp_path)
    write_benchmark(tmp_path)
    write_background(tmp_path / "017", SERIALS[0], random_pictures(1)[0])
    (tmp_path / "notes").mkdir()
    (tmp_path / "7").mkdir()
    (tmp_path / "050" / "sequences" / "EMPTY").mkdir(parents=True)
    found = list_captures(tmp_path)
    assert found == [
        ListedCapture(7, "A", "v1", 5, 1),
        ListedCapture(7, "B", "v1", 5, 2),
        ListedCapture(17, "FREE", "v2", 5, 6),
        ListedCapture(388, "GLASSES", "benchmark", 13, 3),
        ListedCapture(1234, "HAIR", "v1", 5, 3),
    ]
    for listed in found:
        capture = open_capture(tmp_path, listed.participant, listed.sequence)
        assert (capture.participant, capture.sequence) == (listed.participant, listed.sequence)
        assert len(capture.frame_numbers) == listed.n_timesteps


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
    with pytest.raises(CaptureError, match=r"Participant 030 .* it has: 007, 018"):
        open_capture(tiny_capture_root, 30, "FREE")
    with pytest.raises(CaptureError, match=r"'FREE' .* it has: EMO-1-shout\+laugh"):
        open_capture(tiny_capture_root, 18, "FREE")


def test_an_empty_data_folder_and_participant(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match="no participant folder"):
        open_capture(tmp_path, 7, SEQUENCE)
    (tmp_path / "007").mkdir()
    with pytest.raises(CaptureError, match="no sequence"):
        open_capture(tmp_path, 7, SEQUENCE)
    assert list_captures(tmp_path) == []


def test_a_sequence_in_two_layouts_has_to_be_chosen(tmp_path: Path) -> None:
    write_tiny_capture(tmp_path, participant=17, sequence="FREE")
    write_v2(tmp_path, n_frames=2)
    with pytest.raises(ConfigError, match=r"several layouts .*v2.*v1.*--layout"):
        open_capture(tmp_path, 17, "FREE")
    assert len(open_capture(tmp_path, 17, "FREE", layout="v1").frame_numbers) == 3
    assert len(open_capture(tmp_path, 17, "FREE", layout="v2").frame_numbers) == 2


def test_the_folder_nvs_itself_may_be_the_data_folder(tmp_path: Path) -> None:
    write_benchmark(tmp_path, n_frames=1)
    above, inside = (open_capture(root, 388, "GLASSES") for root in (tmp_path, tmp_path / "nvs"))
    assert torch.equal(above.cameras[0].camera.intrinsics, inside.cameras[0].camera.intrinsics)
    assert (above.read(SERIALS[0], 0).rgb == inside.read(SERIALS[0], 0).rgb).all()


def test_a_wrong_layout_is_told(tmp_path: Path) -> None:
    write_v2(tmp_path, n_frames=1)
    write_benchmark(tmp_path, n_frames=1)
    with pytest.raises(CaptureError, match="use --layout benchmark"):
        open_capture(tmp_path / "nvs", 388, "GLASSES", layout="v2")
    with pytest.raises(CaptureError, match="check that it is in layout v1"):
        open_capture(tmp_path, 17, "FREE", layout="v1")
    (tmp_path / "nvs").rename(tmp_path / "elsewhere")
    with pytest.raises(CaptureError, match="use --layout v2"):
        open_capture(tmp_path, 17, "FREE", layout="benchmark")


def test_an_unknown_participant_of_the_benchmark_tells_which_there_are(tmp_path: Path) -> None:
    write_benchmark(tmp_path, n_frames=1)
    with pytest.raises(CaptureError, match=r"Participant 389 .*nvs; it has: 388"):
        open_capture(tmp_path, 389, "GLASSES")


def test_the_first_release_is_read_as_its_archives_unpack(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_camera_params(
        tmp_path / "camera_params" / "018" / "camera_params.json",
        {serial: look_at_origin(0.1 * i, 0.0) for i, serial in enumerate(SERIALS)},
    )
    affine = np.array([[0.9, 0.0, 0.05, 0.01], [0.0, 1.1, 0.0, 0.0], [0.0, 0.1, 0.8, 0.02]])
    corrections = tmp_path / "color_correction" / "018"
    corrections.mkdir(parents=True)
    np.save(corrections / f"{SERIALS[0]}.npy", affine)
    folder = tmp_path / "sequence_EMO-1-shout+laugh_part-1" / "018" / "EMO-1-shout+laugh"
    pictures = [picture[:400, :274] for picture in random_pictures(3, scale=8)]
    for serial in SERIALS[:2]:
        write_video(folder / f"cam_{serial}.mp4", pictures)
    assert list_captures(tmp_path) == [ListedCapture(18, "EMO-1-shout+laugh", "download", 2, 3)]
    capture = open_capture(tmp_path, 18, "EMO-1-shout+laugh")
    assert f"{SERIALS[1]}.npy is missing" in caplog.text
    assert capture.read(SERIALS[1], 2).rgb.tolist() == pictures[2].tolist()
    corrected = correct(pictures[2], affine)
    assert (capture.read(SERIALS[0], 2).rgb == corrected).all()
    assert corrections / f"{SERIALS[0]}.npy" in capture.sources(SERIALS[0], 0)
    assert capture.cameras[0].camera.intrinsics[0, 0] == pytest.approx(8190 * 274 / 2200, rel=0.01)
    with pytest.raises(CaptureError, match="FREE' of participant 018 is not in"):
        open_capture(tmp_path, 18, "FREE", layout="download")
