"""Alpha maps for captures that have none (``nersemble data mask``).

Layout v2 has a picture of the empty rig for each camera (method.md, Version 2): pixels that differ
from it are foreground. Without it, a network finds the foreground
(:mod:`nersemble.captures.picture_masks`). Alpha maps are written in the form that readers expect:
for videos a grey video beside the colours, as in layout benchmark, and for pictures (layout v1)
grey PNGs.
"""

import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool, Float32, UInt8
from PIL import Image
from scipy import ndimage

from nersemble.captures.config import MaskConfig
from nersemble.captures.picture_masks import Masker, picture_masker
from nersemble.captures.silhouettes import carve, looked_at, read_silhouettes
from nersemble.data_manager.capture import Capture, Frame
from nersemble.data_manager.config import Size
from nersemble.data_manager.faults import FaultNotices
from nersemble.data_manager.folders import chosen_folders, picture_name
from nersemble.data_manager.layouts import open_capture
from nersemble.data_manager.picture_files import read_pixels, resize_bilinear
from nersemble.data_manager.pixels import colors_of, split_alpha
from nersemble.data_manager.rig import FRAMES_PER_SECOND
from nersemble.data_manager.video_capture import ALPHA_MAPS, IMAGES, video_files
from nersemble.data_manager.video_reader import VideoReader
from nersemble.errors import CaptureError
from nersemble.files import written_whole
from nersemble.ops.colors import to_uint8
from nersemble.progress import Progress

_log = logging.getLogger("nersemble.data")

# Masks of larger pictures are made at this width; finer masks would follow the sensor's noise.
_MAX_WIDTH = 550
_FULL_RANGE = 2
# Range of brightness changes of the background by a shadow or a moved lamp, in encoded colours.
_DARKEST, _LIGHTEST = 0.65, 1.05
# A pixel whose colour, apart from brightness, is within this share of the threshold of the
# background's is background.
_SAME_COLOR = 0.5


def foreground(
    rgb: UInt8[np.ndarray, "h w 3"], background: UInt8[np.ndarray, "h w 3"], config: MaskConfig
) -> UInt8[np.ndarray, "h w"]:
    """The alpha map of a picture (255 = foreground), given the same view without a person.

    The largest connected region that differs, with holes filled and an edge softened by two pixels.
    Pixels that are only darker or lighter, in the same colour, are the background in another light:
    a shadow scales all channels alike.
    """
    picture, empty = _smooth(rgb), _smooth(background)
    power = np.maximum((empty**2).sum(-1, keepdims=True), 1e-6)
    gain = (picture * empty).sum(-1, keepdims=True) / power
    relit = np.clip(gain, _DARKEST, _LIGHTEST) * empty
    differs = np.abs(picture - empty).max(axis=-1) > config.threshold
    differs &= np.abs(picture - relit).max(axis=-1) > _SAME_COLOR * config.threshold
    radius = round(config.closing * rgb.shape[1])
    if radius:
        differs = _closed(differs, radius)
    labels, n_pieces = ndimage.label(differs)
    if n_pieces == 0:
        return np.zeros(rgb.shape[:2], dtype=np.uint8)
    largest = 1 + int(np.argmax(np.bincount(labels.ravel())[1:]))
    head = ndimage.binary_fill_holes(labels == largest)
    soft = ndimage.gaussian_filter(head.astype(np.float32), 1.0)
    return to_uint8(soft)


def write_masks(root: Path, participant: int, sequence: str, config: MaskConfig) -> list[Path]:
    """Writes the alpha maps of a sequence in layout v2 or v1; existing ones are kept.

    Warns about masks that are implausible or contradict those of other cameras.

    Returns:
        The new files.

    Raises:
        CaptureError: a video, picture or empty shot is missing or damaged, or a file cannot be
            written.
        ConfigError: masks without empty shots need a package that is not installed.
    """
    participant_folder, folder = chosen_folders(root, participant, sequence)
    videos = video_files(folder / IMAGES)
    faults = FaultNotices()
    jobs: dict[str, Callable[[Masker], list[Path]]]
    if videos:
        layout, target = "v2", folder / ALPHA_MAPS
        missing = [s for s in videos if not (target / videos[s].name).exists()]
        jobs = {s: partial(_mask_video, videos[s], s, target, faults) for s in missing}
    else:
        layout = "v1"
        capture = open_capture(root, participant, sequence, layout=layout)
        unmasked = {s: _unmasked(capture, s) for s in sorted(capture.available)}
        jobs = {s: partial(_mask_pictures, p, s, faults) for s, p in unmasked.items() if p}
    if not jobs:
        return []
    # Check that everything needed exists before the work begins.
    maskers = _maskers(participant_folder, jobs, config)
    work = [partial(job, maskers[serial]) for serial, job in jobs.items()]
    written = _run(work, f"Masking {participant:03d} {sequence}")
    try:
        _warn_of_contradictions(open_capture(root, participant, sequence, layout=layout))
    except CaptureError as error:
        _log.warning("Cannot compare the masks of the cameras: %s", error)
    return sorted(written)


def _run(work: Sequence[Callable[[], list[Path]]], title: str) -> list[Path]:
    """Runs one job for each camera; returns the files that they have written."""
    written: list[Path] = []
    with (
        Progress(len(work), title, unit="camera") as bar,
        ThreadPoolExecutor(os.cpu_count()) as pool,
    ):
        futures = [pool.submit(job) for job in work]
        try:
            for done, future in enumerate(as_completed(futures), start=1):
                written += future.result()
                bar.update(done)
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return written


def _maskers(
    participant_folder: Path, serials: Iterable[str], config: MaskConfig
) -> dict[str, Masker]:
    """The functions that make the alpha maps, by camera."""
    folder = participant_folder / "sequences" / "BACKGROUND"
    shots = {serial: folder / f"image_{serial}.jpg" for serial in serials}
    missing = [serial for serial, path in shots.items() if not path.is_file()]
    if config.masks_from == "auto" and len(missing) == len(shots):
        _log.warning("No empty shots in %s: making masks from the pictures alone.", folder)
    elif config.masks_from != "pictures":
        if missing:
            raise CaptureError(
                f"The empty shot {shots[missing[0]]} of camera {missing[0]} is missing: download "
                f"the sequence BACKGROUND, or use --masks_from pictures."
            )
        return {s: _background_masker(path, s, config) for s, path in shots.items()}
    return dict.fromkeys(shots, picture_masker())


def _background_masker(path: Path, serial: str, config: MaskConfig) -> Masker:
    background = _shrunk(_read_rgb(path, serial))
    return lambda rgb: foreground(rgb, resize_bilinear(background, _size(rgb)), config)


def _mask_video(
    video_path: Path, serial: str, folder: Path, faults: FaultNotices, masker: Masker
) -> list[Path]:
    """Writes the alpha maps of a camera's video."""
    video = VideoReader(video_path, serial)
    path = folder / video_path.name
    try:
        with _writing(path) as temporary, _grey_video(temporary, video.size) as append:
            for number in range(video.n_frames):
                rgb, _ = split_alpha(video.read(number))
                append(_alpha_map(rgb, masker, serial, number, faults))
    finally:
        video.close()
    return [path]


def _unmasked(capture: Capture, serial: str) -> dict[int, Path]:
    """A camera's pictures without alpha, by timestep."""
    gaps = capture.gaps.get(serial, frozenset())
    return {
        number: capture.picture_path(serial, number)
        for number in capture.frame_numbers
        if number not in gaps and not capture.has_alpha(serial, number)
    }


def _mask_pictures(
    pictures: dict[int, Path], serial: str, faults: FaultNotices, masker: Masker
) -> list[Path]:
    """Writes the alpha maps of a camera's pictures, by timestep."""
    written = []
    for number, picture in pictures.items():
        # Both folders have the suffix or neither has it.
        folder = picture.parent.with_name(picture.parent.name.replace("images-2x", "alpha_map"))
        path = folder / picture_name(serial)
        alpha = _alpha_map(_read_rgb(picture, serial), masker, serial, number, faults)
        with _writing(path) as temporary:
            Image.fromarray(alpha).save(temporary, format="PNG")
        written.append(path)
    return written


def _alpha_map(
    rgb: UInt8[np.ndarray, "h w 3"],
    masker: Masker,
    serial: str,
    frame_number: int,
    faults: FaultNotices,
) -> UInt8[np.ndarray, "h w"]:
    """The alpha map of a picture; warns if it is implausible for a head."""
    alpha = resize_bilinear(masker(_shrunk(rgb)), _size(rgb))
    faults.look_at(Frame(rgb, alpha, None), serial, frame_number, masked=True)
    return alpha


def _warn_of_contradictions(capture: Capture) -> None:
    try:
        serials = sorted(capture.available)
        hull = carve(read_silhouettes(capture, serials, looked_at(capture.frame_numbers)))
    finally:
        capture.close()
    if len(serials) > 1 and (hull is None or not hull.is_agreed):
        _log.warning("The masks do not agree on one head: look at some of them.")
    for serial, remark in hull.remarks().items() if hull else ():
        _log.warning("Camera %s %s: look at its masks.", serial, remark)


def _read_rgb(path: Path, serial: str) -> UInt8[np.ndarray, "h w 3"]:
    try:
        return colors_of(read_pixels(path))[..., :3]
    except ValueError as error:
        raise CaptureError(f"Cannot decode {path} (camera {serial}): {error}.") from error


def _size(rgb: UInt8[np.ndarray, "h w 3"]) -> Size:
    return rgb.shape[1], rgb.shape[0]


def _shrunk(rgb: UInt8[np.ndarray, "h w 3"]) -> UInt8[np.ndarray, "h2 w2 3"]:
    width, height = _size(rgb)
    factor = min(1.0, _MAX_WIDTH / width)
    return resize_bilinear(rgb, (round(width * factor), round(height * factor)))


@contextmanager
def _writing(path: Path) -> Iterator[Path]:
    """Yields a temporary path for a file, which replaces ``path`` when it is complete."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(path) as temporary:
            yield temporary
    except OSError as error:
        raise CaptureError(
            f"Cannot write {path} ({error}): check that the folder is writable and the disk has "
            f"room."
        ) from error


@contextmanager
def _grey_video(path: Path, size: Size) -> Iterator[Callable[[UInt8[np.ndarray, "h w"]], None]]:
    """Writes a lossless mp4; yields a function that appends a grey picture of ``size``."""
    import av

    with av.open(str(path), "w", format="mp4") as container:
        stream: Any = container.add_stream(
            "libx264", rate=FRAMES_PER_SECOND, options={"qp": "0", "preset": "fast"}
        )
        stream.width, stream.height = size
        stream.pix_fmt = "gray"
        stream.codec_context.color_range = _FULL_RANGE

        def append(picture: UInt8[np.ndarray, "h w"]) -> None:
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="gray")
            frame.color_range = _FULL_RANGE
            container.mux(stream.encode(frame))

        yield append
        container.mux(stream.encode())


def _smooth(rgb: UInt8[np.ndarray, "h w 3"]) -> Float32[np.ndarray, "h w 3"]:
    """Removes noise of sensor and codec; 0..1."""
    smooth: Float32[np.ndarray, "h w 3"] = ndimage.gaussian_filter(
        rgb.astype(np.float32) / 255, (1.0, 1.0, 0.0)
    )
    return smooth


def _closed(mask: Bool[np.ndarray, "h w"], radius: int) -> Bool[np.ndarray, "h w"]:
    """Morphological closing with a disc; the border is replicated."""
    if not mask.any():
        return mask
    padded = np.pad(mask, radius, mode="edge")
    # With distance transforms, whose cost does not grow with the disc.
    grown = ndimage.distance_transform_edt(~padded) <= radius
    if grown.all():
        return np.ones_like(mask)
    shrunk = ndimage.distance_transform_edt(np.pad(grown, 1, mode="edge")) > radius
    inner = radius + 1
    closed: Bool[np.ndarray, "h w"] = shrunk[inner:-inner, inner:-inner] | mask
    return closed
