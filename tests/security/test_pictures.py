"""Headers that announce more than a machine holds are refused before anything is decoded."""

import json
import struct
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from captures import PARTICIPANT, SEQUENCE, picture_path, write_tiny_capture
from fuzz.mutations import with_png_checksums
from nersemble.captures.convert.footage import open_footage
from nersemble.data_manager import video_reader, video_stream
from nersemble.data_manager.color_affine import read_correction
from nersemble.data_manager.layout_v1 import open_v1
from nersemble.data_manager.picture_files import MAX_PIXELS
from nersemble.data_manager.rig import SERIALS
from video_captures import random_pictures, write_video

Refusal = Callable[..., Any]


@contextmanager
def _little_memory() -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()


def _png(width: int, height: int) -> bytes:
    """A PNG whose header is right in itself, with a few zeros as pixels."""
    chunks = {
        b"IHDR": struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0),
        b"IDAT": zlib.compress(bytes(1000)),
        b"IEND": b"",
    }
    data = b"\x89PNG\r\n\x1a\n"
    for kind, content in chunks.items():
        data += struct.pack(">I", len(content)) + kind + content + bytes(4)
    return with_png_checksums(data)


# Pillow itself warns of the first size and refuses the second.
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize(
    "size", [(10_000, 9_000), (60_000, 60_000), (2**31 - 1, 2**31 - 1), (0, 0), (MAX_PIXELS, 2)]
)
@pytest.mark.parametrize("kind", ["images-2x-73fps", "alpha_map-73fps"])
def test_a_picture_of_a_capture(
    tmp_path: Path, refusal: Refusal, size: tuple[int, int], kind: str
) -> None:
    write_tiny_capture(tmp_path, serials=SERIALS[:2], frame_numbers=(0,))
    path = picture_path(tmp_path / f"{PARTICIPANT:03d}", SERIALS[0], 0, kind)
    path.write_bytes(_png(*size))
    with refusal(str(path)), _little_memory():
        open_v1(tmp_path, PARTICIPANT, SEQUENCE).read(SERIALS[0], 0)


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP"])
def test_a_picture_of_ones_own(tmp_path: Path, refusal: Refusal, kind: str) -> None:
    path = tmp_path / "camera" / "0.png"
    path.parent.mkdir()
    Image.fromarray(np.zeros((1, MAX_PIXELS + 1), bool)).save(path, kind)
    with refusal(str(path)), _little_memory():
        open_footage(path.parent, "camera")


def test_a_video_that_is_too_large(
    tmp_path: Path, refusal: Refusal, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_video(tmp_path / "cam_1.mp4", random_pictures(2))
    monkeypatch.setattr(video_stream, "MAX_PIXELS", 22 * 32 - 1)
    with refusal(str(path), "22x32 pixels"):
        video_reader.VideoReader(path, "1")


def test_a_video_whose_pictures_change_their_size(tmp_path: Path, refusal: Refusal) -> None:
    """The readers of a capture rely on one size for all pictures, which the header tells."""
    path = tmp_path / "cam_1.mp4"
    parts = [
        _stream(tmp_path / f"{scale}.ts", scale, first) for scale, first in ((100, 0), (50, 4))
    ]
    path.write_bytes(b"".join(parts))
    video = video_reader.VideoReader(path, "1")
    with refusal(str(path), "another size"):
        for number in range(video.n_frames):
            assert video.read(number).shape[1::-1] == video.size


def _stream(path: Path, scale: int, first: int) -> bytes:
    """Four pictures as a transport stream; such files can be put one behind the other."""
    with av.open(str(path), "w", format="mpegts") as container:
        stream: Any = container.add_stream("libx264", rate=25, options={"bf": "0"})
        pictures = random_pictures(4, scale=scale)
        stream.height, stream.width = pictures[0].shape[:2]
        for number, picture in enumerate(pictures, start=first):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path.read_bytes()


@pytest.mark.parametrize("shape", ["(99999999999, 4)", "(3, 4, 0)", "(-3, 4)", "(3, 4.0)"])
def test_an_array(tmp_path: Path, refusal: Refusal, shape: str) -> None:
    path = tmp_path / "correction.npy"
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    numbers = np.eye(3, 4).tobytes()
    path.write_bytes(
        b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + numbers
    )
    with refusal(str(path)), _little_memory():
        read_correction(path)


def test_a_calibration_that_wants_a_huge_picture(tmp_path: Path, refusal: Refusal) -> None:
    write_tiny_capture(tmp_path, serials=SERIALS[:2], frame_numbers=(0,))
    path = tmp_path / f"{PARTICIPANT:03d}" / "camera_params.json"
    content = json.loads(path.read_bytes()) | {"image_size": [10**6, 10**6]}
    path.write_text(json.dumps(content))
    with refusal(str(path), "image_size"):
        open_v1(tmp_path, PARTICIPANT, SEQUENCE)
