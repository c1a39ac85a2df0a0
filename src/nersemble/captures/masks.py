"""Alpha maps for layout v2, from the difference to the empty shot (``nersemble data mask``).

Layout v2 has no alpha maps, but a picture of the empty rig for each camera (spec, section 1.3).
What differs from it is foreground. It is written as layout benchmark has it: a grey video beside
the colours, which the reader of v2 takes if it is there.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from jaxtyping import Bool, Float32, UInt8
from scipy import ndimage

from nersemble.data_manager.folders import chosen_folders
from nersemble.data_manager.picture_files import Size, read_pixels, resize_bilinear
from nersemble.data_manager.pixels import colors_of, split_alpha
from nersemble.data_manager.rig import FRAMES_PER_SECOND
from nersemble.data_manager.video_capture import ALPHA_MAPS, IMAGES, video_files
from nersemble.data_manager.video_reader import VideoReader
from nersemble.errors import CaptureError
from nersemble.files import written_whole
from nersemble.ops.colors import to_uint8
from nersemble.progress import Progress
from nersemble.ranges import Options, Range

# Larger pictures are compared at this width; a mask of the sensor's detail would be noise.
_MAX_WIDTH = 550
_FULL_RANGE = 2


@dataclass(frozen=True)
class MaskConfig(Options):
    """What counts as foreground."""

    threshold: Annotated[float, Range(1e-3, 0.999)] = 0.06
    """Difference to the empty shot from which a pixel is foreground, 0..1."""
    closing: Annotated[float, Range(0, 0.5)] = 0.01
    """Gaps narrower than this share of the picture's width are closed."""


def foreground(
    rgb: UInt8[np.ndarray, "h w 3"], background: UInt8[np.ndarray, "h w 3"], config: MaskConfig
) -> UInt8[np.ndarray, "h w"]:
    """The alpha map of a picture (255 = foreground), given the same view without anybody.

    The largest connected piece that differs, with its holes filled and an edge two pixels soft.
    """
    difference = _smooth(rgb) - _smooth(background)
    differs = np.abs(difference).max(axis=-1) > config.threshold
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
    """Writes the alpha maps of a sequence in layout v2; those that exist are left alone.

    Returns:
        The new files.

    Raises:
        CaptureError: a video or an empty shot is missing or damaged, or nothing can be written.
    """
    participant_folder, folder = chosen_folders(root, participant, sequence)
    videos = video_files(folder / IMAGES)
    if not videos:
        raise CaptureError(
            f"Sequence {folder} has no video {IMAGES}/cam_SERIAL.mp4: masks are made for layout "
            f"v2 only."
        )
    missing = [s for s in videos if not (folder / ALPHA_MAPS / videos[s].name).exists()]
    # All of them before the work begins.
    shots = {s: _empty_shot(participant_folder, s) for s in missing}
    written = []
    title = f"Masking {participant:03d} {sequence}"
    with (
        Progress(len(missing), title, unit="camera") as bar,
        ThreadPoolExecutor(os.cpu_count()) as pool,
    ):
        futures = [
            pool.submit(_write_mask, videos[s], shots[s], s, folder / ALPHA_MAPS, config)
            for s in missing
        ]
        try:
            for future in as_completed(futures):
                written.append(future.result())
                bar.update(len(written))
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return sorted(written)


def _empty_shot(participant_folder: Path, serial: str) -> Path:
    path = participant_folder / "sequences" / "BACKGROUND" / f"image_{serial}.jpg"
    if not path.is_file():
        raise CaptureError(
            f"The empty shot {path} of camera {serial} is missing: download the sequence "
            f"BACKGROUND, without which there are no masks."
        )
    return path


def _write_mask(
    video_path: Path, shot_path: Path, serial: str, folder: Path, config: MaskConfig
) -> Path:
    video = VideoReader(video_path, serial)
    factor = min(1.0, _MAX_WIDTH / video.size[0])
    size = (round(video.size[0] * factor), round(video.size[1] * factor))
    try:
        background = resize_bilinear(colors_of(read_pixels(shot_path))[..., :3], size)
    except ValueError as error:
        raise CaptureError(f"Cannot decode {shot_path} (camera {serial}): {error}.") from error
    path = folder / video_path.name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with written_whole(path) as temporary, _grey_video(temporary, video.size) as append:
            for number in range(video.n_frames):
                rgb, _ = split_alpha(video.read(number))
                alpha = foreground(resize_bilinear(rgb, size), background, config)
                append(resize_bilinear(alpha, video.size))
    except OSError as error:
        raise CaptureError(
            f"Cannot write {path} ({error}): check that the folder is writable and the disk has "
            f"room."
        ) from error
    finally:
        video.close()
    return path


@contextmanager
def _grey_video(path: Path, size: Size) -> Iterator[Callable[[UInt8[np.ndarray, "h w"]], None]]:
    """Writes an mp4 without loss; gives what appends a grey picture of ``size``."""
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
    """Without the sensor's and the codec's noise; 0..1."""
    smooth: Float32[np.ndarray, "h w 3"] = ndimage.gaussian_filter(
        rgb.astype(np.float32) / 255, (1.0, 1.0, 0.0)
    )
    return smooth


def _closed(mask: Bool[np.ndarray, "h w"], radius: int) -> Bool[np.ndarray, "h w"]:
    """Morphological closing with a disc; what lies beyond the border is as the border."""
    if not mask.any():
        return mask
    padded = np.pad(mask, radius, mode="edge")
    # By distances, whose cost does not grow with the disc.
    grown = ndimage.distance_transform_edt(~padded) <= radius
    if grown.all():
        return np.ones_like(mask)
    shrunk = ndimage.distance_transform_edt(np.pad(grown, 1, mode="edge")) > radius
    inner = radius + 1
    closed: Bool[np.ndarray, "h w"] = shrunk[inner:-inner, inner:-inner] | mask
    return closed
