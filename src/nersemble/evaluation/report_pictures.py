"""Pictures of a report: scaled to a budget, encoded for a page, errors as heat maps."""

import base64
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float, UInt8
from PIL import Image

from nersemble.data_manager.picture_files import read_pixels
from nersemble.data_manager.pixels import colors_of
from nersemble.errors import RunError
from nersemble.evaluation.report_data import EvaluatedPicture, EvaluatedRun
from nersemble.files import reason_of
from nersemble.opening import read_bytes

ERROR_SCALE = 0.2
"""Mean absolute error (0..1) at the top of the heat map; larger errors look the same."""

# From no error to ERROR_SCALE, evenly spaced. Lightness ascends as well, for colour-blind readers.
# The page holds it in base64.
_MAX_VIDEO_BYTES = 1 << 28
_HEAT = np.array(
    [(8, 8, 32), (76, 20, 110), (176, 48, 92), (240, 118, 40), (252, 246, 170)], np.float64
)
_QUALITY = 85
_FIRST_GUESS_BYTES_PER_PIXEL = 0.15
_SMALLEST_WIDTH = 160
_MAX_FRAMES = 50
_BASE64 = 4 / 3


@dataclass(frozen=True)
class Shown:
    """A picture as a data URI, with its title. psnr: set for predictions."""

    title: str
    uri: str
    alt: str
    width: int
    height: int
    psnr: float | None = None


@dataclass(frozen=True)
class Comparison:
    """Truth, predictions and errors of one camera at one capture frame."""

    serial: str
    frame: int
    pictures: list[Shown]


@dataclass(frozen=True)
class Gallery:
    """The pictures of a page. scale: how much smaller than evaluated. n_frames_all: how many
    capture frames could be shown."""

    comparisons: list[Comparison]
    scale: float
    n_frames: int
    n_frames_all: int


def make_gallery(runs: Sequence[EvaluatedRun], names: Sequence[str], max_bytes: float) -> Gallery:
    """The pictures that all runs have, in at most ``max_bytes`` of page.

    If they are too large, they are scaled down to a width of 160 pixels at least; then evenly
    spaced frames are left out.

    Args:
        runs: of one capture; if their captures differ, no pictures are shown.
        names: of the runs, for the titles.
        max_bytes: characters of the data URIs.

    Raises:
        RunError: a picture cannot be read.
    """
    max_bytes = max(max_bytes, 0.0)
    by_key = [{(p.serial, p.frame): p for p in run.pictures} for run in runs]
    common = [key for key in by_key[0] if all(key in other for other in by_key[1:])]
    usable = len({run.capture for run in runs}) == 1
    keys = [k for k in common if usable and any(one[k].truth for one in by_key)]
    all_frames = sorted({frame for _, frame in keys})
    if not all_frames:
        return Gallery([], 1.0, 0, 0)
    height, width, _ = _read(by_key[0][keys[0]].prediction).shape
    n_frames = min(len(all_frames), _MAX_FRAMES)
    n_per_frame = len(keys) / len(all_frames) * (1 + 2 * len(runs))
    guess = n_per_frame * n_frames * width * height * _FIRST_GUESS_BYTES_PER_PIXEL * _BASE64
    smallest = min(1.0, _SMALLEST_WIDTH / width)
    scale = max(min(1.0, math.sqrt(max_bytes / guess)), smallest)
    while n_frames > 0:
        chosen = {all_frames[i] for i in np.linspace(0, len(all_frames) - 1, n_frames, dtype=int)}
        shown = [
            _comparison([one[key] for one in by_key], names, scale)
            for key in keys
            if key[1] in chosen
        ]
        size = sum(len(picture.uri) for one in shown for picture in one.pictures)
        if size <= max_bytes:
            return Gallery(shown, scale, n_frames, len(all_frames))
        if scale > smallest:
            scale = max(scale * min(math.sqrt(max_bytes / size) * 0.95, 0.95), smallest)
        else:
            n_frames = min(n_frames - 1, int(n_frames * max_bytes / size))
    return Gallery([], scale, 0, len(all_frames))


def heat_map(error: Float[np.ndarray, "h w"]) -> UInt8[np.ndarray, "h w 3"]:
    """Colours of errors; 0 is dark, ``ERROR_SCALE`` and more is pale yellow."""
    place = np.clip(error / ERROR_SCALE, 0.0, 1.0) * (len(_HEAT) - 1)
    knots = np.arange(len(_HEAT))
    channels = [np.interp(place, knots, _HEAT[:, channel]) for channel in range(3)]
    return np.rint(np.stack(channels, -1)).astype(np.uint8)


def heat_map_colors() -> list[str]:
    """The heat map's colours for a legend, from no error to ``ERROR_SCALE``."""
    return ["#" + bytes(color.astype(np.uint8)).hex() for color in _HEAT]


def video_uri(path: Path) -> str:
    """A video as a data URI; raises RunError if it cannot be read."""
    try:
        return _uri("video/mp4", read_bytes(path, _MAX_VIDEO_BYTES))
    except OSError as error:
        raise RunError(f"Cannot read {path}: {reason_of(error)}.") from error


def _comparison(
    pictures: Sequence[EvaluatedPicture], names: Sequence[str], scale: float
) -> Comparison:
    first = pictures[0]
    place = f"camera {first.serial}, frame {first.frame}"
    truth = _read(next(p.truth for p in pictures if p.truth))
    shown = [_shown("truth", truth, scale, f"Truth of {place}")]
    for picture, name in zip(pictures, names, strict=True):
        prediction = _read(picture.prediction)
        psnr = picture.scores["regular"].get("psnr")
        alt = f"Prediction of {name}, {place}"
        shown.append(_shown(name, prediction, scale, alt, psnr))
        if prediction.shape != truth.shape:  # another --downscale_factor
            size = (prediction.shape[1], prediction.shape[0])
            wanted = np.asarray(Image.fromarray(truth).resize(size, Image.Resampling.BOX))
        else:
            wanted = truth
        error = np.abs(prediction.astype(np.float32) - wanted).mean(-1) / 255
        small = Image.fromarray(error).resize(_scaled(error.shape, scale), Image.Resampling.BOX)
        title = "error" if len(names) == 1 else f"error of {name}"
        shown.append(_shown(title, heat_map(np.asarray(small)), 1.0, f"Error of {name}, {place}"))
    return Comparison(first.serial, first.frame, shown)


def _shown(
    title: str,
    picture: UInt8[np.ndarray, "h w 3"],
    scale: float,
    alt: str,
    psnr: float | None = None,
) -> Shown:
    width, height = _scaled(picture.shape, scale)
    image = Image.fromarray(picture)
    if scale < 1:
        image = image.resize((width, height), Image.Resampling.BOX)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=_QUALITY)
    return Shown(title, _uri("image/jpeg", buffer.getvalue()), alt, width, height, psnr)


def _scaled(shape: Sequence[int], scale: float) -> tuple[int, int]:
    """Width and height."""
    return max(1, round(shape[1] * scale)), max(1, round(shape[0] * scale))


def _read(path: Path) -> UInt8[np.ndarray, "h w 3"]:
    try:
        return colors_of(read_pixels(path))[..., :3]
    except ValueError as error:
        raise RunError(
            f"Cannot read {path}: {reason_of(error)}. Evaluate the run again."
        ) from error


def _uri(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
