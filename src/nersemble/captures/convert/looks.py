"""Matches a calibrated picture to its recording without its name: by its path or its content."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from nersemble.captures.convert.footage import Opener
from nersemble.captures.convert.solved import SolvedImage
from nersemble.data_manager.picture_files import read_pixels, resize_bilinear
from nersemble.data_manager.pixels import colors_of
from nersemble.errors import CaptureError

_THUMBNAIL = (32, 32)
# A picture matches if its difference is below this share of the second smallest difference.
_CLEARLY = 0.5


def by_place(image: SolvedImage, places: Mapping[Path, str]) -> str | None:
    """The recording whose folder holds the picture's file."""
    if image.file is None:
        return None
    path = image.file.resolve()
    return places.get(path) or places.get(path.parent)


def by_looks(
    found: Mapping[str, Path], images: Sequence[SolvedImage], opened: Opener
) -> dict[str, list[SolvedImage]]:
    """Pictures beside the calibration that clearly match the content of one recording."""
    places = {path.resolve(): name for name, path in found.items()}
    copies = [image for image in images if image.file and not by_place(image, places)]
    if len(found) < 2 or not copies:
        return {}
    recorded = [_thumbnail(opened(path, name).read(0)) for name, path in found.items()]
    groups: dict[str, list[SolvedImage]] = {}
    for image in copies:
        try:
            picture = (
                _thumbnail(colors_of(read_pixels(image.file, linked=True))) if image.file else None
            )
        except ValueError as error:
            raise CaptureError(f"Cannot decode {image.file}: {error}.") from error
        distances = [float(np.abs(picture - other).mean()) for other in recorded]
        order = np.argsort(distances)
        if distances[order[0]] < _CLEARLY * distances[order[1]]:
            groups.setdefault(list(found)[order[0]], []).append(image)
    return groups


def _thumbnail(pixels: np.ndarray) -> np.ndarray:
    return resize_bilinear(np.ascontiguousarray(pixels[..., :3]), _THUMBNAIL).astype(np.float32)
