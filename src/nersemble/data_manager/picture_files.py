"""Picture files: decoding, sizes, and 16-bit coding of depth maps. Only this module knows the kinds
of pixels and the ways in which decoding can fail.

Colours with an ICC profile are converted to sRGB. Grey keeps its numbers, because it may be a mask.

Coded depth (method.md, Layout v1): 0 is unknown, otherwise metres = (value - 1) * 2 / 65534, along
the camera's axis.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, Float32, UInt8, UInt16
from PIL import ExifTags, Image, ImageCms, ImageOps, UnidentifiedImageError
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import (
    BITSPERSAMPLE,
    IMAGELENGTH,
    IMAGEWIDTH,
    PHOTOMETRIC_INTERPRETATION,
    TiffImageFile,
)

from nersemble.data_manager.color_codes import other_colors
from nersemble.data_manager.config import Size
from nersemble.data_manager.orientation import UPRIGHT, described, turned_back, turned_size
from nersemble.files import reason_of
from nersemble.opening import open_to_read

MAX_PIXELS = 1 << 26
"""Larger pictures than any camera's are not decoded: a header alone could claim all memory."""

_NEAREST_METRES = 0.8
_FARTHEST_METRES = 1.4
_METRES_PER_LEVEL = 2.0 / 65534.0

# Some of Pillow's other formats run programs or open other files.
_FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "WEBP")
# Ratio of the densities along x and y up to which pixels count as square.
_SAME_DENSITY = 1.01
# PNGs with a gamma between these are close to sRGB, like those with television curves.
_GAMMAS = (0.4, 0.6)
# White, red and green of sRGB; the tolerance includes television primaries.
# Profiles of sRGB differ by this many levels; most pictures have one.
_SAME_LEVELS = 3
_PROFILE_SPACES = {"RGB": "RGB", "RGBA": "RGB", "CMYK": "CMYK"}
_SRGB, _NEAR_SRGB = (0.3127, 0.329, 0.64, 0.33, 0.3, 0.6), 0.03
# DCF, the file system of cameras, marks Adobe RGB like this.
_INTEROP_INDEX = 1
# The chunks that define a PNG's colours are near its beginning.
_LONGEST_HEADER = 1 << 16
_GREY_MODES = ("1", "L", "LA", "La")
_KNOWN_MODES = (*_GREY_MODES, "P", "PA", "RGB", "RGBA", "RGBa", "RGBX", "CMYK", "YCbCr")


class UnknownPixelsError(ValueError):
    """The file is intact, but holds an unexpected kind of picture; says which."""


def picture_size(path: Path, *, linked: bool = False) -> Size:
    """Width and height of the upright picture, from its header; ``linked`` as in ``opening``.

    Raises:
        ValueError: the file cannot be read, or is larger than ``MAX_PIXELS``; says why.
    """
    with _opened(path, linked) as picture:
        return turned_size(_stored_size(picture), _orientation(picture))


def orientation_of(path: Path, *, linked: bool = False) -> str:
    """A picture's mark as text (``orientation.described``); empty if it cannot be read."""
    try:
        with _opened(path, linked) as picture:
            return described(_orientation(picture), "EXIF orientation")
    except ValueError:
        return ""


def may_hide(path: Path) -> bool:
    """Whether a picture has an alpha channel or a transparent colour, judged by its header."""
    try:
        with _opened(path) as picture:
            return picture.has_transparency_data
    except ValueError:
        return False


def oddities(path: Path, *, linked: bool = False) -> list[str]:
    """Properties in the header that reading ignores, as predicates: non-square pixels, and colours
    that are not sRGB."""
    try:
        with _opened(path, linked) as picture:
            found = _other_colors(picture)
            densities = picture.info.get("jfif_density") or picture.info.get("dpi")
            densities = densities or picture.info.get("aspect") or (1, 1)
    except ValueError:
        return []
    colors = [f"has {found}, but is read as sRGB: for true colours, save it as sRGB"]
    x, y = (float(value) for value in densities)
    shape = [
        f"says that its pixels are not square (densities {x:g} and {y:g}), but is read as stored, "
        f"like in calibration programs"
    ]
    return colors * bool(found) + shape * (max(x, y) > _SAME_DENSITY * min(x, y) > 0)


def read_pixels(path: Path, *, upright: bool = True, linked: bool = False) -> np.ndarray[Any, Any]:
    """The pixels of a file as numbers; see ``pixels`` for their meaning.

    Args:
        path: the file.
        upright: turn the picture as the file's mark says; otherwise keep it as stored.
        linked: as in ``opening``.

    Returns:
        One number per pixel (h, w): uint8, uint16, int32 or float32, with the file's depth; or
        uint8 colours (h, w, 3), sRGB; or colours with alpha (h, w, 4), not premultiplied, if alpha
        hides something. An alpha of 255 everywhere is dropped.

    Raises:
        ValueError: the file cannot be decoded, is larger than ``MAX_PIXELS``, or has unsupported
            pixels; says why and what to do.
    """
    with _opened(path, linked) as picture:
        _refuse_series(picture)
        mark = UPRIGHT if upright else _orientation(picture)
        return turned_back(_upright_pixels(picture), mark)


def _upright_pixels(picture: Image.Image) -> np.ndarray[Any, Any]:
    bits, white_is_zero = 16, False
    if isinstance(picture, TiffImageFile):
        bits = picture.tag_v2.get(BITSPERSAMPLE, (16,))[0]
        white_is_zero = picture.tag_v2.get(PHOTOMETRIC_INTERPRETATION) == 0
    # Pillow's TIFF reader may have turned the picture and dropped the mark already.
    ImageOps.exif_transpose(picture, in_place=True)
    if picture.mode.startswith("I;16"):
        code = _with_16_bits(np.asarray(picture).astype(np.uint16), bits)
        return 65535 - code if white_is_zero else code
    if picture.mode in ("I", "F"):
        return np.asarray(picture)
    return _channels(picture)


def _channels(picture: Image.Image) -> np.ndarray[Any, Any]:
    if picture.mode not in _KNOWN_MODES:
        raise UnknownPixelsError(
            f"its pixels are of kind {picture.mode}, which is not supported: convert it to PNG "
            f"with 8 or 16 bits of grey or RGB"
        )
    grey = picture.mode in _GREY_MODES
    if picture.mode == "CMYK":
        picture = _as_srgb(picture)
    if not picture.has_transparency_data:
        return np.asarray(picture.convert("L") if grey else _as_srgb(picture.convert("RGB")))
    hidden = picture.info.get("transparency")
    if isinstance(hidden, tuple) and max(hidden) > 255:  # 16 bits, of which Pillow keeps 8
        picture.info["transparency"] = tuple(value >> 8 for value in hidden)
    colors = picture.convert("RGBA")
    pixels = np.asarray(colors if grey else _as_srgb(colors))
    if (pixels[..., 3] < 255).any():
        return pixels
    return pixels[..., 0] if grey else pixels[..., :3]


def _as_srgb(picture: Image.Image) -> Image.Image:
    """Converts colours with an ICC profile to sRGB. A damaged profile, or one for another kind of
    pixels, is ignored, like in viewers."""
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in _PROFILE_SPACES:
        return picture
    transform = _to_srgb(profile, picture.mode)
    return picture if transform is None else transform.apply(picture)


@lru_cache(maxsize=8)
def _to_srgb(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """None if no conversion is needed or possible."""
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        if source.profile.xcolor_space.strip() != _PROFILE_SPACES[mode]:
            return None
        to = ImageCms.createProfile("sRGB")
        if mode == "CMYK":
            return ImageCms.buildTransform(source, to, mode, "RGB")
        test = Image.fromarray(np.indices((8, 8, 8), np.uint8).reshape(3, 8, 64).T * np.uint8(36))
        moved = np.asarray(ImageCms.buildTransform(source, to, "RGB", "RGB").apply(test))
        if np.abs(moved.astype(int) - np.asarray(test)).max() <= _SAME_LEVELS:
            return None
        return ImageCms.buildTransform(source, to, mode, mode)
    except (OSError, ValueError, ImageCms.PyCMSError):
        return None


def _with_16_bits(code: UInt16[np.ndarray, "h w"], bits: int) -> UInt16[np.ndarray, "h w"]:
    """Scales numbers of fewer bits, as stored by some cameras, to 16 bits."""
    if bits >= 16:
        return code
    return np.rint(code * (65535.0 / ((1 << bits) - 1))).astype(np.uint16)


def _refuse_series(picture: Image.Image) -> None:
    """Refuses a file that holds several pictures; smaller ones, such as thumbnails, do not count.

    The JPEG of a phone may contain further pictures, such as depth or gain maps.
    """
    n_pictures = getattr(picture, "n_frames", 1)
    if n_pictures == 1 or picture.format in ("JPEG", "MPO"):
        return
    size = picture.size
    picture.seek(1)
    second = picture.size
    picture.seek(0)
    if second == size:
        raise UnknownPixelsError(
            f"it holds {n_pictures} pictures, but one is expected: write each to a separate file"
        )


def _other_colors(picture: Image.Image) -> str:
    """The colours that the header declares, as text, if they are not sRGB and have no profile."""
    info = picture.info
    if "icc_profile" in info or "srgb" in info:
        return ""
    if isinstance(picture, PngImageFile) and picture.fp:
        # Pillow skips cICP (PNG, third edition), which overrides the chunks below.
        picture.fp.seek(0)
        _, found, codes = picture.fp.read(_LONGEST_HEADER).partition(b"\0\0\0\4cICP")
        if found and len(codes) > 1:
            return other_colors(codes[0], codes[1])
    elif picture.getexif().get_ifd(ExifTags.IFD.Interop).get(_INTEROP_INDEX) == "R03":
        return "the colours of Adobe RGB, according to its EXIF data"
    parts = []
    if "gamma" in info and not _GAMMAS[0] < info["gamma"] < _GAMMAS[1]:
        parts.append(f"a gamma of {info['gamma']:g}")
    red, green = info.get("chromaticity", _SRGB)[2:4], info.get("chromaticity", _SRGB)[4:6]
    if np.abs(np.subtract((*red, *green), _SRGB[2:6])).max() > _NEAR_SRGB:
        parts.append(f"other primaries (red at {red}, green at {green})")
    return " and ".join(parts)


def _stored_size(picture: Image.Image) -> Size:
    """The size before turning. For a TIFF, Pillow gives the size after turning."""
    if isinstance(picture, TiffImageFile):
        return picture.tag_v2[IMAGEWIDTH], picture.tag_v2[IMAGELENGTH]
    return picture.size


def _orientation(picture: Image.Image) -> int:
    try:
        mark = picture.getexif().get(ExifTags.Base.Orientation, UPRIGHT)
    except Exception:
        # The mark of a PNG may follow its pixels; damaged pixels are reported when they are read.
        return UPRIGHT
    return mark if mark in range(1, 9) else UPRIGHT


def resize_bilinear(pixels: UInt8[np.ndarray, "h w *c"], size: Size) -> UInt8[np.ndarray, "..."]:
    """Resizes colour or alpha with Pillow, whose filter widens with the scale: no aliasing."""
    if size == (pixels.shape[1], pixels.shape[0]):
        return pixels
    return np.array(Image.fromarray(pixels).resize(size, Image.Resampling.BILINEAR))


def resize_nearest(code: UInt16[np.ndarray, "h w"], size: Size) -> UInt16[np.ndarray, "h2 w2"]:
    """Resizes coded depth by nearest pixels, because its values must not be mixed."""
    height, width = code.shape
    if size == (width, height):
        return code
    columns = ((np.arange(size[0]) + 0.5) * (width / size[0])).astype(np.intp)
    rows = ((np.arange(size[1]) + 0.5) * (height / size[1])).astype(np.intp)
    nearest: UInt16[np.ndarray, "h2 w2"] = code[rows[:, None], columns[None, :]]
    return nearest


def decode_depth(code: UInt16[np.ndarray, "*shape"]) -> Float32[np.ndarray, "*shape"]:
    """Decodes depth to z-depth in metres; 0 where unknown.

    Depths outside 0.8..1.4 m cannot be a head in this rig: they are outliers of the reconstruction
    and also become 0.
    """
    metres = (code.astype(np.float64) - 1.0) * _METRES_PER_LEVEL
    plausible = (metres >= _NEAREST_METRES) & (metres <= _FARTHEST_METRES)
    return np.where(plausible, metres, 0.0).astype(np.float32)


def encode_depth(metres: Float[np.ndarray, "*shape"]) -> UInt16[np.ndarray, "*shape"]:
    """Encodes z-depth in metres, at most 2; 0 or less is unknown."""
    coded = np.rint(metres * (1.0 / _METRES_PER_LEVEL)) + 1.0
    return np.where(metres > 0.0, coded, 0.0).astype(np.uint16)


@contextmanager
def _opened(path: Path, linked: bool = False) -> Iterator[Image.Image]:
    try:
        # With a path, Pillow memory-maps uncompressed files and garbles a TIFF that must be turned.
        with (
            open_to_read(path, linked=linked) as file,
            Image.open(file, formats=_FORMATS) as picture,
        ):
            width, height = picture.size
            if width * height > MAX_PIXELS:
                raise ValueError(f"its header says {width}x{height} pixels")
            yield picture
    except UnknownPixelsError:
        raise
    except UnidentifiedImageError as error:
        kinds = ", ".join(_FORMATS)
        raise ValueError(
            f"the file is truncated or damaged, or not of a supported kind ({kinds}): write it "
            f"again"
        ) from error
    # Decoders fail in many ways for damaged files; the user's remedy is the same.
    except Exception as error:
        reason = reason_of(error) or type(error).__name__
        raise ValueError(f"{reason}; the file is truncated or damaged, copy it again") from error
