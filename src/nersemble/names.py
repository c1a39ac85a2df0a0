"""Names that become a part of a path: of runs, sequences, cameras and packed files."""

import re

_LONGEST = 100
_FORBIDDEN = re.compile(r"[/\\\x00-\x1f\x7f\ud800-\udfff]")


def is_file_name(name: str) -> bool:
    """Whether a name can only name something inside of a folder, and can be shown.

    It is not empty, has at most 100 characters, does not begin with a dot and holds no slash,
    backslash, control character or half of a surrogate pair.
    """
    return (
        0 < len(name.strip()) <= len(name) <= _LONGEST
        and not name.startswith(".")
        and _FORBIDDEN.search(name) is None
    )
