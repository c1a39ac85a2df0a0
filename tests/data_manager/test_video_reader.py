"""Pictures out of videos in any order, and videos that are damaged."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from nersemble.data_manager.rig import SERIALS
from nersemble.data_manager.video_reader import VideoReader
from nersemble.errors import CaptureError
from video_captures import random_pictures, write_video

# B pictures, which are stored in another order than they are shown, and several keyframes.
REORDERED = {"qp": "0", "bf": "3", "b_strategy": "0", "x264-params": "scenecut=0:open-gop=1"}

NO_SCENES = {"qp": "0", "x264-params": "scenecut=0"}


@pytest.mark.parametrize("gop", [1, 5, 100])
@pytest.mark.parametrize("options", [None, REORDERED], ids=["plain", "reordered"])
def test_every_order_gives_the_same_pictures(
    tmp_path: Path, gop: int, options: dict[str, str] | None
) -> None:
    pictures = random_pictures(23)
    path = write_video(tmp_path / "a.mp4", pictures, gop=gop, options=options)
    video = VideoReader(path, SERIALS[0])
    assert video.n_frames == 23
    assert video.size == (22, 32)
    shuffled = np.random.default_rng(0).permutation(23).tolist()
    for number in [*range(23), *reversed(range(23)), *shuffled, 22, 22, 0, 4, 5, 6, 3]:
        assert (video.read(number) == pictures[number]).all(), number


def test_many_threads_share_a_video(tmp_path: Path) -> None:
    pictures = random_pictures(40)
    video = VideoReader(write_video(tmp_path / "a.mp4", pictures, gop=8), SERIALS[0])
    order = np.random.default_rng(1).integers(0, 40, 200).tolist()
    with ThreadPoolExecutor(8) as pool:
        for number, picture in zip(order, pool.map(video.read, order), strict=True):
            assert (picture == pictures[number]).all()


def test_a_closed_video_opens_again(tmp_path: Path) -> None:
    pictures = random_pictures(4)
    video = VideoReader(write_video(tmp_path / "a.mp4", pictures), SERIALS[0])
    assert (video.read(2) == pictures[2]).all()
    video.close()
    assert (video.read(3) == pictures[3]).all()


def test_full_range_grey_keeps_its_values(tmp_path: Path) -> None:
    grey = random_pictures(3, channels=None)
    video = VideoReader(write_video(tmp_path / "a.mp4", grey), SERIALS[0])
    for number in range(3):
        difference = video.read(number)[..., 0].astype(int) - grey[number]
        assert np.abs(difference).max() <= 1


def test_a_lossy_video_is_close(tmp_path: Path) -> None:
    ramp = np.linspace(20, 220, 22)[None, :, None] * np.ones((32, 1, 3))
    pictures = [(ramp + 5 * i).clip(0, 255).astype(np.uint8) for i in range(6)]
    path = write_video(
        tmp_path / "a.mp4", pictures, codec="libx264", pixels="yuv420p", options={"crf": "4"}
    )
    video = VideoReader(path, SERIALS[0])
    for number in (5, 0, 3):
        assert np.abs(video.read(number).astype(int) - pictures[number]).max() <= 6


def _same_stream(container: Any, stream: Any) -> Any:
    """A stream for another's packets; PyAV has renamed the function."""
    if hasattr(container, "add_stream_from_template"):
        return container.add_stream_from_template(stream)
    return container.add_stream(template=stream)


def _remux(source: Path, path: Path, begin: int = 0, n_hidden: int = 0) -> Path:
    """Copies packets from one on, without decoding; the first pictures are shown before time 0."""
    with av.open(str(source)) as old, av.open(str(path), "w") as new:
        stream = _same_stream(new, old.streams.video[0])
        packets = [packet for packet in old.demux(video=0) if packet.size][begin:]
        frame = packets[0].duration or 0
        for packet in packets:
            packet.pts = (packet.pts or 0) - n_hidden * frame
            packet.dts = (packet.dts or 0) - n_hidden * frame
            packet.stream = stream
            new.mux(packet)
    return path


def _check_shown(path: Path, pictures: list[Any]) -> VideoReader:
    video = VideoReader(path, SERIALS[0])
    assert video.n_frames == len(pictures) == len(video.times())
    for number in np.random.default_rng(0).permutation(len(pictures)).tolist():
        assert (video.read(number) == pictures[number]).all(), number
    return video


@pytest.mark.parametrize("options", [None, REORDERED], ids=["plain", "reordered"])
def test_a_cut_without_encoding_begins_with_its_first_shown_picture(
    tmp_path: Path, options: dict[str, str] | None
) -> None:
    """As ffmpeg -ss 5 frames -c copy: an edit list hides what the keyframe before is needed for."""
    pictures = random_pictures(20)
    whole = write_video(tmp_path / "whole.mp4", pictures, gop=12, options=options)
    video = _check_shown(_remux(whole, tmp_path / "cut.mp4", n_hidden=5), pictures[5:])
    np.testing.assert_allclose(video.times(), np.arange(15) / 73, atol=1e-4)


def test_pictures_before_the_first_keyframe_are_not_there(tmp_path: Path) -> None:
    pictures = random_pictures(20)
    whole = write_video(tmp_path / "whole.mp4", pictures, gop=8, options=NO_SCENES)
    for suffix in ("mp4", "mkv"):
        _check_shown(_remux(whole, tmp_path / f"cut.{suffix}", begin=3), pictures[8:])


def test_reordered_pictures_in_avi_keep_their_order(tmp_path: Path) -> None:
    pictures = random_pictures(20)
    path = write_video(tmp_path / "a.avi", pictures, gop=6, options=REORDERED)
    video = _check_shown(path, pictures)
    assert video.times()[0] == 0
    assert np.diff(video.times()) == pytest.approx(1 / 73, rel=1e-3)


def test_times_and_timecode(tmp_path: Path) -> None:
    ticks, pictures = [0, 1, 2, 5, 6, 9], random_pictures(6)
    path = write_video(tmp_path / "a.mov", pictures, rate=30, ticks=ticks, timecode="10:00:59;28")
    video = _check_shown(path, pictures)
    np.testing.assert_allclose(video.times(), np.array(ticks) / 30, atol=1e-4)
    assert video.timecode == "10:00:59;28"
    assert VideoReader(write_video(tmp_path / "b.mp4", pictures), SERIALS[0]).timecode == ""


def test_a_cover_is_not_the_video(tmp_path: Path) -> None:
    pictures = random_pictures(4)
    whole = write_video(tmp_path / "whole.mp4", pictures)
    path = tmp_path / "cover.mkv"
    with av.open(str(whole)) as old, av.open(str(path), "w") as new:
        cover: Any = new.add_stream("mjpeg", rate=1)
        cover.height, cover.width, cover.pix_fmt = 64, 64, "yuvj420p"
        stream = _same_stream(new, old.streams.video[0])
        black = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
        new.mux([*cover.encode(black.reformat(format="yuvj420p")), *cover.encode()])
        for packet in old.demux(video=0):
            if packet.size:
                packet.stream = stream
                new.mux(packet)
    _check_shown(path, pictures)


@pytest.mark.parametrize("part", [0.0, 0.01, 0.4, 0.9])
def test_a_truncated_video_is_named(tmp_path: Path, part: float) -> None:
    path = write_video(tmp_path / "cam.mp4", random_pictures(12))
    path.write_bytes(path.read_bytes()[: int(part * path.stat().st_size)])
    with pytest.raises(CaptureError, match="truncated or damaged") as caught:
        VideoReader(path, SERIALS[3]).read(0)
    assert str(path) in str(caught.value)
    assert f"camera {SERIALS[3]}" in str(caught.value)


def test_a_video_with_overwritten_data_is_named(tmp_path: Path) -> None:
    path = write_video(tmp_path / "cam.mp4", random_pictures(12), gop=100)
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 4000] = bytes([0xFF]) * 4000
    path.write_bytes(content)
    video = VideoReader(path, SERIALS[3])
    with pytest.raises(CaptureError, match=r"truncated or damaged, .*frame") as caught:
        any(video.read(number).sum() < 0 for number in range(12))
    assert str(path) in str(caught.value)


def test_what_is_no_video_is_named(tmp_path: Path) -> None:
    path = tmp_path / "cam.mp4"
    with pytest.raises(CaptureError, match="does not exist"):
        VideoReader(path, SERIALS[0])
    path.write_bytes(b"no video" * 100)
    with pytest.raises(CaptureError, match="its header cannot be read"):
        VideoReader(path, SERIALS[0])


@pytest.mark.parametrize("number", [-1, 3, 100])
def test_a_frame_beyond_the_end(tmp_path: Path, number: int) -> None:
    video = VideoReader(write_video(tmp_path / "a.mp4", random_pictures(3)), SERIALS[0])
    with pytest.raises(CaptureError, match=f"has no frame {number}: it has 3 frames"):
        video.read(number)


def test_going_forward_decodes_each_picture_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    video = VideoReader(write_video(tmp_path / "a.mp4", random_pictures(30), gop=15), SERIALS[0])
    passed: list[Any] = []
    forward = VideoReader._forward
    monkeypatch.setattr(
        VideoReader, "_forward", lambda self, n: passed.append(n) or forward(self, n)
    )
    for number in range(30):
        video.read(number)
        video.read(max(number - 2, 0))
    assert passed == list(range(30))
