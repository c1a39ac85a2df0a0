"""Pictures and videos whose colours are not sRGB, or whose pixels are not square."""

import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from nersemble.captures.convert.config import ConvertConfig
from nersemble.captures.convert.footage import open_footage
from nersemble.captures.convert.plan import make_plan
from nersemble.data_manager.picture_files import oddities, read_pixels
from own_captures import WIDTH, pinhole_shot, write_colmap
from video_captures import write_video

Array = np.ndarray[Any, Any]

# Columns: red, green and blue, seen in the light of profiles (D50).
_SRGB = np.array(
    [[0.43607, 0.38515, 0.14307], [0.22249, 0.71687, 0.06061], [0.01392, 0.09708, 0.71410]]
)
_ADOBE = np.array(
    [[0.60974, 0.20528, 0.14919], [0.31111, 0.62567, 0.06322], [0.01947, 0.06087, 0.74457]]
)
_ADOBE_GAMMA = 563 / 256


def _profile(space: bytes = b"RGB ") -> bytes:
    """An ICC profile (version 2) of Adobe RGB."""
    white = (0.9642, 1.0, 0.8249)
    columns = {b"wtpt": white} | dict(zip((b"rXYZ", b"gXYZ", b"bXYZ"), _ADOBE.T, strict=True))
    tags = {
        name: b"XYZ " + bytes(4) + struct.pack(">3i", *(round(65536 * v) for v in xyz))
        for name, xyz in columns.items()
    }
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(256 * _ADOBE_GAMMA)) + bytes(2)
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    tags[b"desc"] = b"desc" + bytes(4) + struct.pack(">I", 2) + b"A\0" + bytes(82)
    table, content = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, tag in tags.items():
        table += name + struct.pack(">II", start + len(content), len(tag))
        content += tag
    header = struct.pack(">I", start + len(content)) + bytes(4) + struct.pack(">I", 0x02100000)
    header += b"mntr" + space + b"XYZ " + bytes(12) + b"acsp" + bytes(28)
    header += struct.pack(">3i", *(round(65536 * v) for v in white)) + bytes(48)
    return header + table + content


def _as_srgb(adobe: Array) -> Array:
    """The definition, in numbers: Adobe RGB to the eye's colours to sRGB."""
    linear = (adobe / 255.0) ** _ADOBE_GAMMA @ _ADOBE.T @ np.linalg.inv(_SRGB).T
    linear = np.clip(linear, 0, 1)
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.rint(255 * encoded)


def _ramp() -> Array:
    """Colours inside sRGB: of middle saturation, from dark to light."""
    grey = np.linspace(10, 240, 24)[:, None, None]
    tints = np.array([[0, 0, 0], [12, -8, -10], [-9, 6, 8], [8, 4, -12]])[None]
    return np.clip(np.rint(grey + tints), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("suffix", ["png", "tif", "webp"])
def test_colours_of_a_profile_become_srgb(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    options = {"lossless": True} if suffix == "webp" else {}
    Image.fromarray(_ramp()).save(path, icc_profile=_profile(), **options)
    read = read_pixels(path)
    assert np.abs(read - _as_srgb(_ramp())).max() <= 2
    assert np.abs(read.astype(int) - _ramp()).mean() > 2
    assert oddities(path) == []


def test_alpha_has_no_colours(tmp_path: Path) -> None:
    alpha = np.linspace(0, 255, 24 * 4).reshape(24, 4).astype(np.uint8)
    path = tmp_path / "a.png"
    Image.fromarray(np.dstack([_ramp(), alpha])).save(path, icc_profile=_profile())
    read = read_pixels(path)
    assert (read[..., 3] == alpha).all()
    assert np.abs(read[..., :3] - _as_srgb(_ramp())).max() <= 2


@pytest.mark.parametrize("profile", [_profile(b"GRAY"), _profile()[:200], b"none"])
def test_a_profile_that_is_damaged_or_for_grey_is_ignored(tmp_path: Path, profile: bytes) -> None:
    Image.fromarray(_ramp()).save(tmp_path / "a.png", icc_profile=profile)
    assert (read_pixels(tmp_path / "a.png") == _ramp()).all()


def test_grey_keeps_its_numbers(tmp_path: Path) -> None:
    """It may be a map of labels."""
    labels = np.arange(96, dtype=np.uint8).reshape(8, 12)
    Image.fromarray(labels).save(tmp_path / "a.png", icc_profile=_profile(b"GRAY"))
    assert (read_pixels(tmp_path / "a.png") == labels).all()


def _png(**chunks: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path = path.with_suffix(".png")
        Image.fromarray(_ramp()).save(path)
        data, added = path.read_bytes(), b""
        for name, content in chunks.items():
            chunk = name.encode() + content
            checksum = struct.pack(">I", zlib.crc32(chunk))
            added += struct.pack(">I", len(content)) + chunk + checksum
        at = data.index(b"IDAT") - 4
        path.write_bytes(data[:at] + added + data[at:])

    return write


def _jpeg(**options: Any) -> Callable[[Path], None]:
    return lambda path: Image.fromarray(_ramp()).save(path.with_suffix(".jpg"), **options)


def _adobe_by_exif() -> Image.Exif:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0xA005] = {1: "R03"}
    return exif


def _float(*values: float) -> bytes:
    return struct.pack(f">{len(values)}I", *(round(100000 * v) for v in values))


_WIDE = _float(0.3127, 0.329, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06)
_TELEVISION = _float(0.3127, 0.329, 0.63, 0.34, 0.31, 0.595, 0.155, 0.07)


@pytest.mark.parametrize(
    ("write", "said"),
    [
        (_png(gAMA=_float(1.0)), "has a gamma of 1, but is read as sRGB"),
        (_png(gAMA=_float(0.45455)), ""),
        (_png(cHRM=_WIDE), "has other primaries (red at (0.68, 0.32)"),
        (_png(gAMA=_float(0.51), cHRM=_TELEVISION), ""),
        (_png(gAMA=_float(1.0), sRGB=b"\0"), ""),
        (_png(cICP=b"\x09\x10\0\1"), "has the HDR transfer PQ and the primaries of BT.2020"),
        (_png(cICP=b"\x01\x0d\0\1"), ""),
        (_png(pHYs=struct.pack(">IIB", 4, 3, 0)), "not square (densities 4 and 3)"),
        (_png(pHYs=struct.pack(">IIB", 2835, 2835, 1)), ""),
        (_jpeg(dpi=(300, 200)), "not square (densities 300 and 200)"),
        (_jpeg(dpi=(300, 300)), ""),
        (_jpeg(exif=_adobe_by_exif()), "Adobe RGB, according to its EXIF data"),
    ],
)
def test_what_a_header_says_and_nobody_follows_is_told(
    tmp_path: Path, write: Callable[[Path], None], said: str
) -> None:
    write(tmp_path / "a")
    (path,) = tmp_path.iterdir()
    found = oddities(path)
    assert len(found) == bool(said)
    assert said in "".join(found)


def test_hdr_videos_and_odd_pictures_are_named_once_for_all_cameras(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_colmap(tmp_path / "colmap", binary=False, names=("plain", "GoPro 1"))
    matrix = np.array([[350.0, 0, 48], [0, 350.0, 64], [0, 0, 1]])
    picture = np.rint(pinhole_shot("plain", 0, matrix, WIDTH, 128).rgb * 255).astype(np.uint8)
    for name in ("plain", "GoPro 1"):
        write_video(tmp_path / "rec" / f"{name}.mp4", [picture], colors=(9, 18))
    make_plan(tmp_path / "rec", tmp_path / "colmap", ConvertConfig())
    assert "(camera GoPro 1, plain) has the HDR transfer HLG and the primaries of BT.2020" in (
        caplog.text
    )


@pytest.mark.parametrize(
    ("codec", "pixels"),
    [("qtrle", "argb"), ("ffv1", "yuva420p"), ("prores_ks", "yuva444p10le"), ("png", "pal8")],
)
def test_alpha_of_every_codec_becomes_the_mask(tmp_path: Path, codec: str, pixels: str) -> None:
    alpha = np.zeros((32, 48), np.uint8)
    alpha[8:24, 8:40] = 255
    if pixels == "pal8":
        palette = np.zeros((256, 4), np.uint8)
        palette[1] = (255, 10, 20, 30)
        frame = av.VideoFrame.from_ndarray(((alpha > 0).astype(np.uint8), palette), format="pal8")
    else:
        rgba = np.dstack([np.full((32, 48, 3), 90, np.uint8), alpha])
        frame = av.VideoFrame.from_ndarray(rgba, format="rgba").reformat(format=pixels)
    path = tmp_path / ("a.mkv" if codec == "ffv1" else "a.mov")
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=30)
        stream.width, stream.height, stream.pix_fmt = 48, 32, pixels
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    footage = open_footage(path, "c")
    assert footage.may_hide
    assert np.abs(footage.read(0)[..., 3].astype(int) - alpha).max() <= 1
    assert np.abs(footage.read_mask(0).astype(int) - alpha).max() <= 1
