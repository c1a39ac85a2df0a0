"""The blocks of commands in README.md and docs/, as they are marked."""

import re
from dataclasses import dataclass

from source_tree import ROOT

_BLOCK = re.compile(
    r"(?:^ *<!-- (needs|run by): ([^\n]*) -->\n+)?^ *```(\w*)\n(.*?)^ *```",
    re.MULTILINE | re.DOTALL,
)
_LIKE_COMMANDS = re.compile(r"^ *(?:nersemble|torchrun|python3?|pip) ", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A block of commands: where it is, how it is marked, and its lines, joined."""

    document: str
    line: int
    mark: str
    why: str
    commands: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.document}:{self.line}"


def _blocks() -> list[Block]:
    found = []
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        text = path.read_text(encoding="utf-8")
        for match in _BLOCK.finditer(text):
            mark, why, language, body = match.groups(default="")
            if language != "shell" and not _LIKE_COMMANDS.search(body):
                continue
            lines = re.sub(r"\\\n\s*", " ", body).splitlines()
            line = text.count("\n", 0, match.start(4)) + 1
            document = str(path.relative_to(ROOT))
            found.append(Block(document, line, mark, why, tuple(filter(str.strip, lines))))
    return found


BLOCKS = _blocks()
"""All blocks, document by document."""
