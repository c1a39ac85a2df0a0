"""Files with alpha come back with it; sequences and thumbnails are whole or not there."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from nersemble.errors import ConfigError, MissingDependencyError, RunError
from nersemble.video.config import OutputConfig, RenderConfig, VideoFormat
from nersemble.video.outputs import open_video
from nersemble.video.png_sequence import PngSequenceWriter
from nersemble.video.thumbnail import ThumbnailWriter
from nersemble.video.writer import Encoding, VideoWriter


def _pictures(channels: int) -> list[np.ndarray]:
    """A reddish square that grows, on blue or on nothing; two pixels share their colour."""
    pictures = []
    for index in range(4):
        picture = np.zeros((32, 48, channels), np.uint8)
        picture[..., :3] = (30, 40, 200) if channels == 3 else 0
        picture[8 : 20 + 2 * index, 8:24, 0] = 210
        if channels == 4:
            picture[8 : 20 + 2 * index, 8:16, 3] = 255
            picture[8 : 20 + 2 * index, 16:24, 3] = 128
        pictures.append(picture)
    return pictures


def _decode(path: Path, decoder: str) -> tuple[np.ndarray, str]:
    """All pictures with alpha; FFmpeg's own VP9 decoder would leave it out."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.average_rate == Fraction(12)
        context = av.CodecContext.create(decoder, "r")
        context.extradata = stream.codec_context.extradata
        packets = [*container.demux(stream)]
        frames = [f for packet in packets if packet.size for f in context.decode(packet)]
        frames += context.decode(None)
    return np.stack([f.to_ndarray(format="rgba") for f in frames]), frames[0].format.name


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "decoder", "pixels"),
    [("webm", "libvpx-vp9", "yuva420p"), ("mov", "prores", "yuva444p10le")],
)
def test_alpha_comes_back(tmp_path: Path, kind: VideoFormat, decoder: str, pixels: str) -> None:
    path, pictures = tmp_path / f"video.{kind}", _pictures(4)
    with open_video(path, 12, kind) as writer:
        for picture in pictures:
            writer.append(picture)
        assert not path.exists()
    decoded, pixel_format = _decode(path, decoder)
    assert pixel_format.startswith(pixels[:5])
    assert decoded.shape == (4, 32, 48, 4)
    difference = np.abs(decoded.astype(int) - np.stack(pictures))
    assert difference[..., 3].mean() < 2
    assert difference[..., 3].max() < 60
    opaque = np.stack(pictures)[..., 3] == 255
    assert difference[opaque].mean() < 12
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["webm", "mov"])
def test_opaque_pictures_need_no_alpha(tmp_path: Path, kind: VideoFormat) -> None:
    path, pictures = tmp_path / f"video.{kind}", _pictures(3)
    with open_video(path, 12, kind) as writer:
        for picture in pictures:
            writer.append(picture)
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
    assert "yuva" not in frames[0].format.name
    decoded = np.stack([frame.to_ndarray(format="rgb24") for frame in frames])
    assert np.abs(decoded.astype(int) - np.stack(pictures)).mean() < 6


def test_a_missing_encoder_is_one_sentence(tmp_path: Path) -> None:
    encoding = Encoding("webm", "no-such-codec", "yuv420p", None, {})
    with (
        pytest.raises(MissingDependencyError, match=r"cannot write webm.*--format png"),
        VideoWriter(tmp_path / "video.webm", 12, encoding),
    ):
        pytest.fail("opened")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("channels", [3, 4])
def test_a_sequence_comes_back_exactly_and_replaces_an_earlier_one(
    tmp_path: Path, channels: int
) -> None:
    folder = tmp_path / "deep" / "sequence"
    for count in (4, 2):
        with PngSequenceWriter(folder) as writer:
            for picture in _pictures(channels)[:count]:
                writer.append(picture)
        names = [f"frame_{index:05d}.png" for index in range(count)]
        assert sorted(p.name for p in folder.iterdir()) == names
    for name, picture in zip(names, _pictures(channels), strict=False):
        np.testing.assert_array_equal(np.asarray(Image.open(folder / name)), picture)
    assert [entry.name for entry in folder.parent.iterdir()] == ["sequence"]


def _interrupted(writer: PngSequenceWriter | ThumbnailWriter) -> None:
    with writer:
        writer.append(_pictures(3)[0])
        raise KeyboardInterrupt


def test_an_interrupted_sequence_leaves_the_earlier_one(tmp_path: Path) -> None:
    folder = tmp_path / "sequence"
    with PngSequenceWriter(folder) as writer:
        for picture in _pictures(3):
            writer.append(picture)
    with pytest.raises(KeyboardInterrupt):
        _interrupted(PngSequenceWriter(folder))
    assert len(list(folder.iterdir())) == 4
    assert [entry.name for entry in tmp_path.iterdir()] == ["sequence"]


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "sequence"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(RunError, match=r"holds notes\.txt"), PngSequenceWriter(folder):
        pytest.fail("opened")
    (tmp_path / "file").write_text("no folder")
    with (
        pytest.raises(RunError, match="Cannot write the pictures"),
        PngSequenceWriter(tmp_path / "file" / "sequence"),
    ):
        pytest.fail("opened")
    assert (folder / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_a_thumbnail_is_small_moves_and_lasts_as_long(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"small.{kind}"
    with ThumbnailWriter(path, 25, 100, kind) as writer:  # type: ignore[arg-type]
        for index in range(100):
            picture = np.full((400, 320, 4), 255, np.uint8)
            picture[..., 0] = 2 * index
            picture[:200, :, 3] = 0
            writer.append(picture)
    with Image.open(path) as image:
        assert image.size == (160, 200)
        assert image.n_frames == 34
        durations, reds = [], []
        for frame in range(34):
            image.seek(frame)
            image.load()
            durations.append(image.info["duration"])
            reds.append(np.asarray(image.convert("RGB"))[150, 80, 0])
            top = np.asarray(image.convert("RGB"))[20, 80]
            assert top.min() > 250
    assert sum(durations) == pytest.approx(4000, rel=0.05)
    assert reds[-1] > 180
    assert (np.diff(np.asarray(reds, int)) >= 0).all()


def test_an_interrupted_thumbnail_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        _interrupted(ThumbnailWriter(tmp_path / "small.gif", 24, 1, "gif"))
    assert list(tmp_path.iterdir()) == []
    with (
        pytest.raises(RunError, match="Cannot write the thumbnail"),
        ThumbnailWriter(tmp_path / "none" / "small.gif", 24, 1, "gif") as writer,
    ):
        writer.append(_pictures(3)[0])


def test_the_releases_options_add_channels() -> None:
    both = RenderConfig(render_depth=True, render_deformations=True)
    assert OutputConfig().all_channels(both) == ("rgb", "depth", "deformation")
    named = OutputConfig(channels=("normals", "depth"))
    assert named.all_channels(both) == ("normals", "depth", "deformation")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"channels": ()}, "--channels"),
        ({"channels": ("rgb", "rgb")}, "--channels"),
        ({"background": "transparent"}, "--format png, webm or mov"),
    ],
)
def test_impossible_outputs_are_named(options: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        OutputConfig(**options)  # type: ignore[arg-type]
