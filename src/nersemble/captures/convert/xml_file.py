"""Reads untrusted XML files safely."""

from pathlib import Path
from xml.etree import ElementTree

from nersemble.errors import CaptureError
from nersemble.files import reason_of
from nersemble.opening import read_text

_MAX_BYTES = 1 << 25


def read_xml(path: Path, what: str) -> ElementTree.Element:
    """The root element of a file.

    Args:
        path: the file.
        what: the expected content, for messages.

    Raises:
        CaptureError: the file is not XML, is too large, or declares entities.
    """
    try:
        text = read_text(path, _MAX_BYTES, encoding="utf-8-sig", linked=True)
        # Entities can expand a small file to any size; programs that write calibrations do not use
        # them.
        if "<!" in text.replace("<!--", ""):
            raise ValueError("it declares entities")
        return ElementTree.fromstring(text)
    except (OSError, ValueError, ElementTree.ParseError) as error:
        raise CaptureError(
            f"{path} cannot be read as {what} ({reason_of(error)}): export them again."
        ) from error
