"""Videos come back as they were written, and never half of one."""

import resource
import signal
from pathlib import Path

import av
import numpy as np
import pytest

from nersemble.errors import RunError
from nersemble.video.outputs import video_name
from nersemble.video.writer import VideoWriter, h264


def _pictures(n: int, height: int, width: int) -> list[np.ndarray]:
    """Pictures with saturated colours whose left half changes with time."""
    pictures = []
    for index in range(n):
        picture = np.zeros((height, width, 3), dtype=np.uint8)
        # Borders at even places: two pixels share their colour in yuv420p.
        picture[: height // 4 * 2] = (220, 40, 40)
        picture[height // 4 * 2 :] = (30, 60, 210)
        picture[:, : width // 4 * 2, 1] = 20 + 200 * index // n
        pictures.append(picture)
    return pictures


def _write(path: Path, pictures: list[np.ndarray], crf: int = 18) -> None:
    with VideoWriter(path, 24, h264(crf)) as writer:
        for picture in pictures:
            writer.append(picture)


def _noise(n: int) -> list[np.ndarray]:
    return list(np.random.default_rng(0).integers(0, 256, (n, 64, 64, 3), dtype=np.uint8))


def _read(path: Path) -> tuple[np.ndarray, float, dict[str, object]]:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        facts: dict[str, object] = {
            "codec": context.name,
            "format": context.pix_fmt,
            "matrix": int(context.colorspace),
            "range": int(context.color_range),
            "seconds": container.duration / 1e6,
        }
        rate = float(stream.average_rate)
        pictures = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    return np.stack(pictures), rate, facts


@pytest.mark.slow
@pytest.mark.parametrize(
    ("height", "width", "fps"), [(80, 64, 24), (81, 55, 73), (48, 33, 29.97), (31, 32, 73 / 3)]
)
def test_a_video_comes_back(tmp_path: Path, height: int, width: int, fps: float) -> None:
    path = tmp_path / "deep" / "video.mp4"
    pictures = _pictures(12, height, width)
    with VideoWriter(path, fps, h264()) as writer:
        for picture in pictures:
            writer.append(picture)
        assert not path.exists()
    decoded, rate, facts = _read(path)
    assert decoded.shape == (12, height + height % 2, width + width % 2, 3)
    assert rate == pytest.approx(fps, rel=1e-4)
    assert facts["seconds"] == pytest.approx(12 / fps, rel=0.01)
    assert facts["codec"] == "h264"
    assert facts["format"] == "yuv420p"
    assert (facts["matrix"], facts["range"]) == (6, 1)
    difference = np.abs(decoded[:, :height, :width].astype(int) - np.stack(pictures))
    assert difference.mean() < 4
    # The filled-up row and column repeat their neighbours.
    assert np.abs(decoded[:, -1].astype(int) - decoded[:, -2]).mean() < 4
    assert np.abs(decoded[:, :, -1].astype(int) - decoded[:, :, -2]).mean() < 4
    assert [entry.name for entry in path.parent.iterdir()] == ["video.mp4"]


@pytest.mark.slow
def test_a_lower_crf_is_closer_and_larger(tmp_path: Path) -> None:
    errors, sizes = [], []
    for crf in (5, 40):
        path = tmp_path / f"{crf}.mp4"
        pictures = _noise(4)
        _write(path, pictures, crf)
        errors.append(np.abs(_read(path)[0].astype(int) - np.stack(pictures)).mean())
        sizes.append(path.stat().st_size)
    assert errors[0] < errors[1]
    assert sizes[0] > 2 * sizes[1]


def test_an_interrupted_video_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "video.mp4"
    path.write_bytes(b"an earlier video")

    def interrupted() -> None:
        with VideoWriter(path, 24, h264()) as writer:
            writer.append(_pictures(1, 32, 32)[0])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_bytes() == b"an earlier video"
    assert [entry.name for entry in tmp_path.iterdir()] == ["video.mp4"]


def test_pictures_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "video.mp4"
    good = _pictures(1, 32, 32)[0]
    for bad in (good[:30], good[..., :1], good.astype(np.float32), good[..., 0]):
        with pytest.raises(ValueError, match="picture"):
            _write(path, [good, bad])
    with pytest.raises(ValueError, match="No picture"):
        _write(path, [])
    assert list(tmp_path.iterdir()) == []


def test_an_unwritable_folder_is_found_before_the_first_picture(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with (
        pytest.raises(RunError, match=r"file/video\.mp4.*--renders_path"),
        VideoWriter(tmp_path / "file" / "video.mp4", 24, h264()),
    ):
        pytest.fail("opened")


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "video.mp4"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    try:
        with pytest.raises(RunError, match="Cannot write the video"):
            _write(path, _noise(100))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert list(tmp_path.iterdir()) == []


def test_names_say_what_a_video_shows() -> None:
    assert video_name("NERS-12-a", "rgb", False, 300_000) == "NERS-12-a_rgb_checkpoint-300000.mp4"
    assert (
        video_name("NERS-12", "depth", True, 50)
        == "NERS-12_depth_occ_grid_filtering_checkpoint-50.mp4"
    )
