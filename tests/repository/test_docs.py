"""What the documents promise exists: options, commands, make targets, files, headings."""

import io
import os
import re
import shlex
from collections.abc import Iterator
from contextlib import redirect_stdout
from functools import lru_cache
from pathlib import Path
from unittest import mock

import pytest

from nersemble.cli import main
from source_tree import ROOT

COMMANDS = (
    "train",
    "estimate",
    "doctor",
    "completion",
    "evaluate",
    "render",
    "export",
    "report",
    "view",
    "results",
    "fleet",
    "demo",
    "benchmark train",
    "benchmark submit",
    "benchmark check",
    "runs",
    "data synthesize",
    "data convert",
    "data pack",
    "data list",
    "data check",
    "data mask",
)

_OPTION = re.compile(r"(?<![\w-])--([a-z][a-z0-9_-]*)")
_FENCE = re.compile(r"^ *```[^\n]*\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(
    r"!?\[[^\]]*\]\(<?([^)\s>]+)>?[^)]*\)"
    r"|<(?:img|a|video|source)[^>]*?(?:src|href)=\"([^\"]+)\""
)
_SCRIPTS = {
    "scripts/train/train_nersemble.py": "train",
    "scripts/evaluate/evaluate_nersemble.py": "evaluate",
    "scripts/render/render_nersemble.py": "render",
    "scripts/view/view_nersemble.py": "view",
}


def _documents() -> list[Path]:
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def _text(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def _shell_lines(document: Path) -> Iterator[str]:
    """What a reader would paste: the lines of code blocks, continued lines joined, and `spans`."""
    text = _text(document)
    for block in _FENCE.findall(text):
        yield from re.sub(r"\\\n\s*", " ", block).splitlines()
    yield from _INLINE.findall(_FENCE.sub("", text))


def _words(line: str) -> list[str]:
    """The words of a shell line without prompt, comment and variable assignments."""
    lexer = shlex.shlex(line.strip().removeprefix("$ "), posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    try:
        words = list(lexer)
    except ValueError:  # prose or code of another language: an apostrophe opens no string
        return []
    while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
        words.pop(0)
    return words


def _command(words: list[str]) -> str | None:
    """Which of COMMANDS these words run, if any."""
    if words[:3] == ["python", "-m", "nersemble"]:
        words = words[3:]
    elif words[:1] == ["python"] and len(words) > 1:
        return _SCRIPTS.get(words[1])
    elif words and Path(words[0]).name == "nersemble":
        words = words[1:]
    else:
        return None
    two = " ".join(words[:2])
    return two if two in COMMANDS else words[0] if words and words[0] in COMMANDS else None


@lru_cache
def _options(command: str) -> frozenset[str]:
    """The options in a command's help; a dash and an underscore are the same to it."""
    output = io.StringIO()
    wide = mock.patch.dict(os.environ, {"COLUMNS": "200", "NO_COLOR": "1"})
    with wide, redirect_stdout(output), pytest.raises(SystemExit) as end:
        main([*command.split(), "--help-all"])
    assert end.value.code in (0, None)
    options = frozenset(name.replace("_", "-") for name in _OPTION.findall(output.getvalue()))
    assert "help" in options
    return options


def _named_options(document: Path) -> Iterator[tuple[str | None, str]]:
    """Each option of ours that a document names, with its command where the line has one."""
    for line in _shell_lines(document):
        words = _words(line)
        command = _command(words)
        if command is not None or (words and words[0].startswith("--")):
            for name in _OPTION.findall(line):
                yield command, name.replace("_", "-")


@pytest.mark.parametrize("document", _documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_option_in_the_documentation_exists(document: Path) -> None:
    missing = []
    for command, name in _named_options(document):
        candidates = [command] if command is not None else list(COMMANDS)
        if command is None and name == "version":  # of nersemble itself
            continue
        if not any(name in _options(candidate) for candidate in candidates):
            missing.append(f"{command or 'no command'} has no --{name}")
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize("document", _documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_in_the_documentation_exists(document: Path) -> None:
    missing = [line for line in _shell_lines(document) if not _exists(_words(line))]
    assert not missing, "\n".join(missing)


def _exists(words: list[str]) -> bool:
    """Whether a command is there, as far as it is one of ours."""
    program, what = (*words, "", "")[:2]
    if program == "nersemble":
        named = re.fullmatch(r"[a-z]+", what)
        return not named or what in {command.split()[0] for command in COMMANDS}
    if program == "make":
        targets = re.findall(r"^([a-z]+):", _text(ROOT / "Makefile"), re.MULTILINE)
        return what in {"", *targets} or "=" in what
    if program == "python" and what.endswith(".py"):
        return (ROOT / what).is_file()
    return True


@pytest.mark.parametrize("document", _documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    prose = _INLINE.sub("", _FENCE.sub("", _text(document)))
    targets = ["".join(groups) for groups in _LINK.findall(prose)]
    broken = [target for target in targets if not _leads_somewhere(document, target)]
    assert not broken, "\n".join(broken)


def _leads_somewhere(document: Path, target: str) -> bool:
    if re.match(r"[a-z]+:", target):
        return True
    name, _, heading = target.partition("#")
    linked = document.parent / name if name else document
    if not linked.exists() or not heading or linked.suffix != ".md":
        return linked.exists()
    return heading in _headings(linked)


def _headings(document: Path) -> set[str]:
    """The anchors that a Markdown page makes of its headings."""
    titles = re.findall(r"^#+ +(.+?) *$", _FENCE.sub("", _text(document)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_test_that_is_named_exists() -> None:
    """But in pages that tell of the past."""
    there = {path.name for path in (ROOT / "tests").rglob("test_*.py")}
    for document in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        if document.name != "log.md":
            named = re.findall(r"`(?:[\w/]+/)?(test_[a-z_0-9]+\.py)`", _text(document))
            assert set(named) <= there, document


def test_every_test_that_holds_a_promise_exists() -> None:
    page = (ROOT / "docs" / "robustness.md").read_text(encoding="utf-8")
    named = re.findall(r"`([\w/]+(?:\.py|/))", page.split("## ")[0])
    assert len(named) > 10
    assert [name for name in named if not (ROOT / "tests" / name).exists()] == []
