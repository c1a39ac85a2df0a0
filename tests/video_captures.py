"""Writes small captures of videos to disk, for tests of the layouts v2 and benchmark."""

import json
import struct
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from PIL import Image

from captures import look_at_origin
from nersemble.data_manager.rig import SENSOR_HEIGHT, SENSOR_WIDTH, SERIALS

Pictures = dict[str, list[np.ndarray[Any, Any]]]

HIDDEN = (SERIALS[2], SERIALS[8], SERIALS[13])


def write_video(
    path: Path,
    pictures: Sequence[np.ndarray[Any, Any]],
    *,
    codec: str = "libx264rgb",
    pixels: str = "rgb24",
    gop: int = 4,
    options: Mapping[str, str] | None = None,
    rate: int = 73,
    ticks: Sequence[int] | None = None,
    timecode: str = "",
    pixel_aspect: Fraction | None = None,
    interlaced: bool = False,
    colors: tuple[int, int] | None = None,
) -> Path:
    """Writes an mp4 (or what the suffix says), by default without loss; grey pictures are written
    as full-range luma. ticks: when each picture is shown, in frames (default: one after another).
    colors: primaries and transfer by the numbers of H.273.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    grey = pictures[0].ndim == 2
    faststart = {"movflags": "+faststart"} if path.suffix in (".mp4", ".mov") else {}
    with av.open(str(path), "w", container_options=faststart) as container:
        stream: Any = container.add_stream(
            "libx264" if grey else codec, rate=rate, options=dict(options or {"qp": "0"})
        )
        if timecode:
            stream.metadata["timecode"] = timecode
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = "gray" if grey else pixels
        stream.codec_context.gop_size = gop
        if pixel_aspect is not None:
            stream.codec_context.sample_aspect_ratio = pixel_aspect
        if colors is not None:
            stream.codec_context.color_primaries, stream.codec_context.color_trc = colors
        if interlaced:
            stream.codec_context.flags |= av.codec.context.Flags.interlaced_dct
        if grey:
            stream.codec_context.color_range = 2
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="gray" if grey else "rgb24")
            if grey:
                frame.color_range = 2
            if ticks is not None:
                frame.pts, frame.time_base = ticks[number], Fraction(1, rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def random_pictures(
    n: int, *, scale: int = 100, channels: int | None = 3, seed: int = 0
) -> list[np.ndarray[Any, Any]]:
    """Pictures of noise, so that every pixel of every picture is told apart."""
    shape = (SENSOR_HEIGHT // scale, SENSOR_WIDTH // scale, *(() if channels is None else (3,)))
    random = np.random.default_rng(seed)
    return [random.integers(0, 256, shape, dtype=np.uint8) for _ in range(n)]


def write_v2(
    root: Path,
    *,
    participant: int = 17,
    sequence: str = "FREE",
    serials: Sequence[str] = SERIALS[:5],
    n_frames: int = 6,
    scale: int = 100,
    n_terms: int = 3,
    seed: int = 0,
) -> Pictures:
    """Writes a capture in layout v2; the pictures before their correction, by serial."""
    random = np.random.default_rng(seed)
    folder = root / f"{participant:03d}"
    intrinsics = [[8190.0, 0.0, 1090.0], [0.0, 8180.0, 1620.0], [0.0, 0.0, 1.0]]
    _write_calibration(folder, serials, intrinsics)
    matrices = {s: (np.eye(3, n_terms) + random.normal(0, 0.05, (3, n_terms))) for s in serials}
    path = folder / "calibration" / "color_calibration.json"
    path.write_text(json.dumps({s: m.tolist() for s, m in matrices.items()}))
    pictures = {}
    for index, serial in enumerate(serials):
        pictures[serial] = random_pictures(n_frames, scale=scale, seed=seed + index)
        write_video(video_path(folder, sequence, serial), pictures[serial])
    return pictures


def write_benchmark(
    root: Path,
    *,
    participant: int = 388,
    sequence: str = "GLASSES",
    serials: Sequence[str] = SERIALS,
    n_frames: int = 3,
    scale: int = 100,
) -> tuple[Pictures, Pictures]:
    """Writes a capture of the benchmark; colours on white and alpha maps, by serial."""
    folder = root / "nvs" / f"{participant:03d}"
    intrinsics = {
        s: [[4095.0 + i, 0.0, 545.0], [0.0, 4090.0 + i, 810.0], [0.0, 0.0, 1.0]]
        for i, s in enumerate(serials)
    }
    _write_calibration(folder, serials, intrinsics)
    pictures, alphas = {}, {}
    for index, serial in enumerate(s for s in serials if s not in HIDDEN):
        alphas[serial] = random_pictures(n_frames, scale=scale, channels=None, seed=900 + index)
        for alpha in alphas[serial]:
            alpha[:8] = 0
            alpha[8:24] = 255
        colors = random_pictures(n_frames, scale=scale, seed=index)
        pictures[serial] = [
            np.rint(c * (a[..., None] / 255.0) + 255 - a[..., None]).astype(np.uint8)
            for c, a in zip(colors, alphas[serial], strict=True)
        ]
        write_video(video_path(folder, sequence, serial), pictures[serial])
        write_video(video_path(folder, sequence, serial, "alpha_maps"), alphas[serial])
    return pictures, alphas


def video_path(participant_folder: Path, sequence: str, serial: str, kind: str = "images") -> Path:
    """Where a video of a capture is."""
    return participant_folder / "sequences" / sequence / kind / f"cam_{serial}.mp4"


def write_background(participant_folder: Path, serial: str, picture: np.ndarray[Any, Any]) -> None:
    """Writes the empty shot of a camera, as layout v2 has it."""
    path = participant_folder / "sequences" / "BACKGROUND" / f"image_{serial}.jpg"
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(picture).save(path, quality=98)


def _write_calibration(folder: Path, serials: Sequence[str], intrinsics: Any) -> None:
    angles = np.linspace(-0.8, 0.8, len(serials))
    poses = {s: look_at_origin(a, 0.0).tolist() for s, a in zip(serials, angles, strict=True)}
    path = folder / "calibration" / "camera_params.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"world_2_cam": poses, "intrinsics": intrinsics}))


def mark_video(path: Path, matrix: tuple[float, float, float, float]) -> None:
    """Gives an mp4 with one stream a display matrix, of which (a, b, c, d) are given."""
    data = bytearray(path.read_bytes())
    # A header of version 0: from its kind on, the matrix follows 44 bytes later.
    at = data.index(b"tkhd") + 44
    a, b, c, d = (round(value * 65536) for value in matrix)
    struct.pack_into(">9i", data, at, a, b, 0, c, d, 0, 0, 0, 1 << 30)
    path.write_bytes(data)
