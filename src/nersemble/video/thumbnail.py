"""A small animated picture of a video."""

from pathlib import Path

import numpy as np
from jaxtyping import UInt8
from PIL import Image

from nersemble.errors import RunError
from nersemble.files import reason_of, written_whole
from nersemble.video.config import ThumbnailFormat

_WIDTH = 160
_MAX_PICTURES = 48


class ThumbnailWriter:
    """Keeps at most 48 small pictures of a video and writes them at its end; a context manager.

    Pictures are 160 pixels wide (or as wide as the video, if that is less), on white where they are
    transparent, and run as long as the video. Nothing is written after an exception.
    """

    def __init__(self, path: Path, fps: float, n_pictures: int, kind: ThumbnailFormat) -> None:
        """Prepares a thumbnail of a video of ``n_pictures`` pictures."""
        self._path, self._kind = path, kind
        self._every = -(-n_pictures // _MAX_PICTURES)
        self._milliseconds = round(1000 * self._every / fps)
        self._seen = 0
        self._kept: list[Image.Image] = []

    def __enter__(self) -> "ThumbnailWriter":
        """Do nothing: the file is opened at the end."""
        return self

    def append(self, picture: UInt8[np.ndarray, "h w c"]) -> None:
        """Add the video's next picture."""
        if self._seen % self._every == 0:
            image = Image.fromarray(picture)
            if image.mode == "RGBA":
                white = Image.new("RGBA", image.size, "white")
                image = Image.alpha_composite(white, image).convert("RGB")
            width = min(_WIDTH, image.width)
            size = (width, max(1, round(image.height * width / image.width)))
            self._kept.append(image.resize(size, Image.Resampling.LANCZOS))
        self._seen += 1

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Write the thumbnail atomically.

        Raises:
            RunError: it cannot be written.
        """
        if kind is not None:
            return
        first, *rest = self._kept
        try:
            with written_whole(self._path) as temporary:
                first.save(
                    temporary,
                    format=self._kind.upper(),
                    save_all=True,
                    append_images=rest,
                    duration=self._milliseconds,
                    loop=0,
                )
        except OSError as problem:
            raise RunError(
                f"Cannot write the thumbnail {self._path}: {reason_of(problem)}; make room there "
                "or choose another folder with --renders_path."
            ) from problem
