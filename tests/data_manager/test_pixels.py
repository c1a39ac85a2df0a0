"""All kinds of pictures and masks are read like the plain picture or mask that they show."""

import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from captures import picture_path, write_tiny_capture
from nersemble.captures.convert.config import ConvertConfig
from nersemble.captures.convert.footage import open_footage
from nersemble.captures.convert.plan import make_plan
from nersemble.captures.convert.writer import convert
from nersemble.data_manager.capture import ReadOptions
from nersemble.data_manager.layout_v1 import open_v1
from nersemble.data_manager.layouts import open_capture
from nersemble.data_manager.picture_files import read_pixels
from nersemble.data_manager.pixels import MaskCoding, colors_of, split_alpha
from nersemble.data_manager.rig import SERIALS
from nersemble.errors import CaptureError
from own_captures import LENSES, recorded, write_colmap, write_recordings
from video_captures import random_pictures, video_path, write_v2, write_video

Array = np.ndarray[Any, Any]
Write = Callable[[Path, Array], None]

MAGENTA = (255, 0, 255)


def _png(path: Path, samples: Array, color_type: int) -> None:
    """A PNG of 16 bits, which Pillow writes for grey only."""
    height, width = samples.shape[:2]
    rows = samples.astype(">u2").reshape(height, -1)
    chunks = {
        b"IHDR": struct.pack(">IIBBBBB", width, height, 16, color_type, 0, 0, 0),
        b"IDAT": zlib.compress(b"".join(b"\0" + row.tobytes() for row in rows)),
        b"IEND": b"",
    }
    data = b"\x89PNG\r\n\x1a\n"
    for kind, content in chunks.items():
        checksum = zlib.crc32(kind + content)
        data += struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)
    path.write_bytes(data)


def _tiff(path: Path, content: bytes, size: tuple[int, int], bits: int, photometric: int) -> None:
    """An uncompressed grey TIFF."""
    tags = {256: size[0], 257: size[1], 258: bits, 259: 1, 262: photometric, 273: 8}
    tags |= {277: 1, 278: size[1], 279: len(content)}
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags.items())
    directory = struct.pack("<H", len(tags)) + entries + bytes(4)
    path.write_bytes(b"II*\0" + struct.pack("<I", 8 + len(content)) + content + directory)


def _tiff12(path: Path, grey: Array) -> None:
    """12 bits, as machine vision stores them: two numbers in three bytes."""
    first, second = np.rint(grey / 255.0 * 4095).astype(np.uint16).reshape(-1, 2).T
    packed = np.stack([first >> 4, (first & 15) << 4 | second >> 8, second & 255], -1)
    _tiff(path, packed.astype(np.uint8).tobytes(), grey.shape[::-1], 12, 1)


def _saved(mode: str, kind: str = "PNG") -> Write:
    return lambda path, rgb: Image.fromarray(rgb).convert(mode).save(path, kind)


def _grey(rgb: Array) -> Array:
    return np.asarray(Image.fromarray(rgb).convert("L"))


GREY: dict[str, Write] = {
    "8 bit": _saved("L"),
    "with alpha": _saved("LA"),
    "tiff": _saved("L", "TIFF"),
    "16 bit": lambda p, a: Image.fromarray(_grey(a).astype(np.uint16) * 257).save(p, "PNG"),
    "16 bit tiff": lambda p, a: Image.fromarray(_grey(a).astype(np.uint16) * 257).save(p, "TIFF"),
    "12 bit tiff": lambda p, a: _tiff12(p, _grey(a)),
    "16 bit, 0 is white": lambda p, a: _tiff(
        p, (65535 - _grey(a).astype("<u2") * 257).tobytes(), (a.shape[1], a.shape[0]), 16, 0
    ),
}
COLOURS: dict[str, Write] = {
    "8 bit": _saved("RGB"),
    "opaque alpha": _saved("RGBA"),
    "CMYK": _saved("CMYK", "TIFF"),
    "16 bit": lambda p, a: _png(p, a.astype(np.uint16) * 257, 2),
    "16 bit, opaque alpha": lambda p, a: _png(
        p, np.dstack([a.astype(np.uint16) * 257, np.full(a.shape[:2], 65535)]), 6
    ),
}


@pytest.mark.parametrize("kind", COLOURS)
def test_colours_of_every_kind(tmp_path: Path, kind: str) -> None:
    rgb = random_pictures(1)[0]
    COLOURS[kind](tmp_path / "0.png", rgb)
    assert (colors_of(read_pixels(tmp_path / "0.png")) == rgb).all()


@pytest.mark.parametrize("kind", GREY)
def test_grey_of_every_kind(tmp_path: Path, kind: str) -> None:
    rgb = random_pictures(1)[0]
    GREY[kind](tmp_path / "0.png", rgb)
    assert (colors_of(read_pixels(tmp_path / "0.png")) == _grey(rgb)[..., None]).all()


def test_a_palette_is_looked_up(tmp_path: Path) -> None:
    picture = Image.fromarray(random_pictures(1)[0]).quantize(16)
    picture.save(tmp_path / "0.png")
    assert (colors_of(read_pixels(tmp_path / "0.png")) == np.asarray(picture.convert("RGB"))).all()


def _unknown(path: Path, kind: str) -> None:
    rgb = random_pictures(2)
    if kind == "float":
        Image.fromarray(rgb[0][..., 0] / np.float32(255)).save(path, "TIFF")
    elif kind == "int32":
        Image.fromarray(rgb[0][..., 0].astype(np.int32)).save(path, "TIFF")
    elif kind == "LAB":
        Image.fromarray(rgb[0]).convert("RGB").save(path, "TIFF")
        data = path.read_bytes()
        at = data.index(struct.pack("<HHI", 262, 3, 1)) + 8
        path.write_bytes(data[:at] + b"\x08\0" + data[at + 2 :])
    else:
        pictures = [Image.fromarray(picture) for picture in rgb]
        pictures[0].save(path, kind, save_all=True, append_images=pictures[1:], lossless=True)


@pytest.mark.parametrize(
    ("kind", "named"),
    [
        ("float", "float32 numbers, whose brightness is undefined"),
        ("int32", "int32 numbers"),
        ("LAB", "kind LAB, which is not supported"),
        ("TIFF", "holds 2 pictures"),
        ("PNG", "holds 2 pictures"),
        ("WEBP", "holds 2 pictures"),
    ],
)
def test_what_is_not_understood_is_refused_by_name(tmp_path: Path, kind: str, named: str) -> None:
    _unknown(tmp_path / "0.png", kind)
    with pytest.raises(CaptureError, match=f"0.png.*{named}") as caught:
        open_footage(tmp_path, "left").read(0)
    assert "damaged" not in str(caught.value)


def test_a_thumbnail_in_a_tiff_is_no_second_picture(tmp_path: Path) -> None:
    rgb = random_pictures(1)[0]
    pages = [Image.fromarray(rgb), Image.fromarray(rgb[::4, ::4])]
    pages[0].save(tmp_path / "0.tif", save_all=True, append_images=pages[1:])
    assert (read_pixels(tmp_path / "0.tif") == rgb).all()


# Masks.

HARD = np.zeros((32, 22), np.uint8)
HARD[8:24, 5:17] = 255
SOFT = np.rint(ndimage.gaussian_filter(HARD / 255.0, 2) * 255).astype(np.uint8)
SOFT[15, 10] = 255
PALETTE = [0, 0, 0, 128, 0, 0, 0, 128, 0]


def _labels(path: Path, numbers: Array, palette: list[int]) -> None:
    picture = Image.fromarray(numbers.astype(np.uint8)).convert("P")
    picture.putdata(numbers.ravel().tolist())
    picture.putpalette(palette)
    picture.save(path)


def _with_alpha(path: Path, mask: Array, rgb: Array | None = None) -> None:
    colors = random_pictures(1)[0] if rgb is None else rgb
    Image.fromarray(np.dstack([colors, mask])).save(path)


HARD_MASKS: dict[str, Write] = {
    "0 and 1": lambda p, m: Image.fromarray(m // 255).save(p),
    "1 bit": lambda p, m: Image.fromarray(m > 0).save(p),
    "0 and 128": lambda p, m: Image.fromarray(m // 255 * 128).save(p),
    "labels": lambda p, m: Image.fromarray(m // 255 * np.arange(1, 23, dtype=np.uint8)).save(p),
    "0 and 1 of 16 bits": lambda p, m: Image.fromarray((m // 255).astype(np.uint16)).save(p),
    "int32 labels": lambda p, m: Image.fromarray(m.astype(np.int32) // 127).save(p, "TIFF"),
    "grey palette": lambda p, m: _labels(p, m // 255, [0, 0, 0, 255, 255, 255]),
    "painted labels": lambda p, m: _labels(p, m // 255 * (1 + np.arange(22) % 2), PALETTE),
    "painted red": lambda p, m: Image.fromarray(np.dstack([m, 0 * m, 0 * m])).save(p),
}
SOFT_MASKS: dict[str, Write] = {
    "8 bit": lambda p, m: Image.fromarray(m).save(p),
    "16 bit": lambda p, m: Image.fromarray(m.astype(np.uint16) * 257).save(p),
    "8 of 16 bits": lambda p, m: Image.fromarray(m.astype(np.uint16)).save(p),
    "RGB": lambda p, m: Image.fromarray(m).convert("RGB").save(p),
    "float": lambda p, m: Image.fromarray(m / np.float32(255)).save(p, "TIFF"),
    "float to 255": lambda p, m: Image.fromarray(m.astype(np.float32)).save(p, "TIFF"),
    "cut-out": lambda p, m: _with_alpha(p, m),
    "black and alpha": lambda p, m: Image.fromarray(np.dstack([0 * m, m])).save(p),
}


@pytest.mark.parametrize("kind", HARD_MASKS)
def test_hard_masks_of_every_kind(tmp_path: Path, kind: str) -> None:
    HARD_MASKS[kind](tmp_path / "0.png", HARD)
    HARD_MASKS[kind](tmp_path / "1.png", np.zeros_like(HARD))
    footage = open_footage(tmp_path, "left")
    assert (footage.read_mask(0) == HARD).all()
    assert not footage.read_mask(1).any()


@pytest.mark.parametrize("kind", SOFT_MASKS)
def test_soft_masks_of_every_kind(tmp_path: Path, kind: str) -> None:
    SOFT_MASKS[kind](tmp_path / "0.png", SOFT)
    assert (open_footage(tmp_path, "left").read_mask(0) == SOFT).all()


def test_the_noise_of_a_matte_of_nobody_is_no_label(tmp_path: Path) -> None:
    """Others of the recording tell: there 255 is foreground."""
    noise = np.random.default_rng(0).integers(0, 3, HARD.shape).astype(np.uint8)
    for number, mask in enumerate([noise, SOFT]):
        Image.fromarray(mask).save(tmp_path / f"{number}.png")
    assert (open_footage(tmp_path, "left").read_mask(0) == noise).all()


@pytest.mark.parametrize(
    ("pixels", "named"),
    [
        (random_pictures(1)[0], "coloured picture, not a mask"),
        (np.full((32, 22), -1, np.float32), "numbers below 0"),
        (np.full((32, 22), np.nan, np.float32), "NaN"),
        (np.arange(704, dtype=np.int32).reshape(32, 22) * 1000, "up to 703000"),
        (np.array([[[68, 1, 84], [253, 231, 37]]], np.uint8), "few colours on black"),
    ],
)
def test_what_is_no_mask_is_refused_by_name(pixels: Array, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        MaskCoding([], read_pixels).alpha(pixels)


def test_a_label_video_of_layout_v2(tmp_path: Path) -> None:
    write_v2(tmp_path, serials=SERIALS[:1], n_frames=2)
    path = video_path(tmp_path / "017", "FREE", SERIALS[0], "alpha_maps")
    write_video(path, [HARD // 255, HARD // 255])
    assert (open_capture(tmp_path, 17, "FREE").read(SERIALS[0], 1).alpha == HARD).all()


@pytest.mark.parametrize("kind", [*HARD_MASKS, "cut-out"])
def test_alpha_maps_of_layout_v1_of_every_kind(tmp_path: Path, kind: str) -> None:
    folder = write_tiny_capture(tmp_path)
    for number in range(3):
        path = picture_path(folder, SERIALS[1], number, "alpha_map-73fps")
        (HARD_MASKS | SOFT_MASKS)[kind](path, HARD)
    assert (open_v1(tmp_path, 7, "EXP-1-test").read(SERIALS[1], 1).alpha == HARD).all()


# Alpha in pictures.


@pytest.mark.parametrize("factor", [None, 200])
@pytest.mark.parametrize("masked", [True, False])
def test_alpha_in_pictures_of_layout_v1_is_the_mask(
    tmp_path: Path, masked: bool, factor: int | None
) -> None:
    folder = write_tiny_capture(tmp_path, alpha=masked, color_correction=False)
    path = picture_path(folder, SERIALS[1], 0)
    rgb = np.full((32, 22, 3), 90, np.uint8)
    rgb[HARD == 0] = MAGENTA
    _with_alpha(path, HARD, rgb)
    capture = open_v1(tmp_path, 7, "EXP-1-test", ReadOptions(factor))
    frame = capture.read(SERIALS[1], 0)
    assert capture.has_alpha(SERIALS[1], 0)
    assert capture.has_alpha(SERIALS[1], 1) == masked
    # Of little alpha, colours multiplied by it keep few levels.
    assert np.abs(frame.rgb[frame.alpha > 0] - 90.0).max() <= 5
    if factor is None:
        alpha_map = picture_path(folder, SERIALS[1], 0, "alpha_map-73fps")
        disc = read_pixels(alpha_map) if masked else HARD
        assert (frame.alpha == np.minimum(disc, HARD)).all()
        assert (frame.rgb[HARD == 0] == 255).all()


def _cut_out(folder: Path, *, transparent_color: bool = False) -> None:
    """Recordings with alpha, or of one colour that is transparent, magenta where it hides."""
    for name in LENSES:
        (folder / name).mkdir(parents=True)
        rgb, alpha = (np.rint(one * 255).astype(np.uint8) for one in recorded(name, 0))
        if transparent_color:
            rgb[alpha < 128] = MAGENTA
            Image.fromarray(rgb).save(folder / name / "0.png", transparency=MAGENTA)
        else:
            rgb[alpha == 0] = MAGENTA
            _with_alpha(folder / name / "0.png", alpha, rgb)


@pytest.mark.parametrize("transparent_color", [False, True])
def test_alpha_in_recordings_becomes_the_mask_and_hidden_colours_never_show(
    tmp_path: Path, transparent_color: bool
) -> None:
    """The lenses distort, so resampling at edges would mix in hidden colours."""
    write_recordings(tmp_path, 1)
    _cut_out(tmp_path / "cut", transparent_color=transparent_color)
    write_colmap(tmp_path / "colmap", binary=False)
    for source, masks in (("recordings", tmp_path / "masks"), ("cut", None)):
        plan = make_plan(tmp_path / source, tmp_path / "colmap", ConvertConfig(masks=masks))
        convert(plan, tmp_path / f"{source}-converted", 5, "T", tmp_path)
    for name in LENSES:
        expected, found = (
            open_capture(tmp_path / f"{source}-converted", 5, "T").read(name, 0)
            for source in ("recordings", "cut")
        )
        levels = np.abs(found.alpha.astype(int) - expected.alpha)
        assert levels.mean() < (4 if transparent_color else 0.1)
        opaque = found.alpha > 8
        wrong = np.abs(found.rgb.astype(int) - expected.rgb)[opaque & (expected.alpha > 8)]
        assert wrong.mean() < 2
        red, green, blue = np.moveaxis(found.rgb.astype(int), -1, 0)
        assert not ((red > green + 90) & (blue > green + 90)).any()


def test_alpha_in_a_video_hides(tmp_path: Path) -> None:
    rgb = random_pictures(1)[0]
    path = tmp_path / "left.mov"
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("png", rate=30)
        stream.height, stream.width, stream.pix_fmt = 32, 22, "rgba"
        picture = np.dstack([rgb, HARD])
        container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgba")))
        container.mux(stream.encode())
    footage = open_footage(path, "left")
    colors, alpha = split_alpha(footage.read(0))
    assert (alpha == HARD).all()
    assert (colors == np.where(HARD[..., None] > 0, rgb, 255)).all()
    assert (footage.read_mask(0) == HARD).all()


def test_alpha_that_the_decoder_drops_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "left.webm"
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("libvpx-vp9", rate=30)
        stream.height, stream.width, stream.pix_fmt = 32, 22, "yuva420p"
        picture = np.dstack([random_pictures(1)[0], HARD])
        frame = av.VideoFrame.from_ndarray(picture, format="rgba").reformat(format="yuva420p")
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    with pytest.raises(CaptureError, match=r"left.webm.*has an alpha channel"):
        open_footage(path, "left")


def test_labels_with_a_number_to_ignore_are_no_mask() -> None:
    """255 is the border between classes in Pascal VOC, and no head."""
    labels = (HARD > 0).astype(np.uint8)
    labels[:2] = 255
    with pytest.raises(ValueError, match="labels up to 1 and the number 255"):
        MaskCoding([], read_pixels).alpha(labels)
    noisy = HARD.copy()
    noisy[0, :3] = 2
    assert (MaskCoding([], read_pixels).alpha(noisy) == noisy).all()
