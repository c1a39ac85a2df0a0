"""Nothing in src is there for the tests alone: each name that src defines is read somewhere in src,
scripts, benchmarks, examples or the code on a page, outside of its own definition.

Names are compared, not what they stand for: a method passes if another one of its name is called.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from source_tree import ROOT, parse, python_files

HOOKS = {"formatMessage", "_repr_png_"}
"""Methods that others call: logging.Formatter, and notebooks."""

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_CODE_ON_A_PAGE = re.compile(r"^```[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
# cli.py names a command's function so, and imports its module only when it is wanted.
_ENTRY_POINT = re.compile(r"^[\w.]+:(\w+)$")


def _definitions(path: Path) -> Iterator[tuple[str, range]]:
    """Functions, classes and constants of a module and methods of its classes, with their lines."""
    for node in parse(path).body:
        yield from ((name, _lines(node)) for name in _names_of(node))
        if isinstance(node, ast.ClassDef):
            methods = [inner for inner in node.body if isinstance(inner, _Function)]
            yield from ((method.name, _lines(method)) for method in methods)


def _names_of(node: ast.stmt) -> list[str]:
    if isinstance(node, _Function | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else []
    targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
    return [part.id for one in targets for part in ast.walk(one) if isinstance(part, ast.Name)]


def _lines(node: ast.stmt) -> range:
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)


def _uses(path: Path) -> Iterator[tuple[str, int]]:
    """The names that a file reads or imports, with their lines."""
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id, node.lineno
        elif isinstance(node, ast.Attribute):
            yield node.attr, node.lineno
        elif isinstance(node, ast.ImportFrom):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.Constant):
            yield from ((name, node.lineno) for name in _ENTRY_POINT.findall(str(node.value)))
        annotations = [getattr(node, field, None) for field in ("annotation", "returns")]
        for annotation in filter(None, annotations):
            for part in ast.walk(annotation):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield from ((word, part.lineno) for word in re.findall(r"\w+", part.value))


def test_nothing_in_src_is_used_by_tests_only() -> None:
    uses: dict[str, list[tuple[Path, int]]] = defaultdict(list)
    for path in python_files("src", "scripts", "benchmarks", "examples"):
        for name, line in _uses(path):
            uses[name].append((path, line))
    pages = [*ROOT.glob("docs/**/*.md"), ROOT / "README.md"]
    code = "\n".join(part for page in pages for part in _CODE_ON_A_PAGE.findall(page.read_text()))
    known = HOOKS | set(re.findall(r"\w+", code))
    unused = [
        f"{path.relative_to(ROOT)}:{lines.start}: {name}"
        for path in python_files("src")
        for name, lines in _definitions(path)
        if name not in known and not (name.startswith("__") and name.endswith("__"))
        if all(user == path and line in lines for user, line in uses[name])
    ]
    assert not unused, "\n".join(unused)
