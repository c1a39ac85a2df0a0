"""XML files from others, read without what a hostile file could do."""

from pathlib import Path
from xml.etree import ElementTree

from nersemble.errors import CaptureError
from nersemble.files import reason_of
from nersemble.opening import read_text

_MAX_BYTES = 1 << 25


def read_xml(path: Path, what: str) -> ElementTree.Element:
    """The root element of a file.

    Args:
        path: of the file.
        what: it should hold, for messages.

    Raises:
        CaptureError: it is no such file, too large, or declares entities.
    """
    try:
        text = read_text(path, _MAX_BYTES, encoding="utf-8-sig", linked=True)
        # Entities can expand a small file to any size; no program that writes calibrations uses
        # them.
        if "<!" in text.replace("<!--", ""):
            raise ValueError("it declares entities")
        return ElementTree.fromstring(text)
    except (OSError, ValueError, ElementTree.ParseError) as error:
        raise CaptureError(
            f"{path} cannot be read as {what} ({reason_of(error)}): export them again."
        ) from error
