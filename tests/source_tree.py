"""The repository's own files, as the tests of the repository read them."""

import ast
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src"
PACKAGE = SOURCE / "nersemble"


@dataclass(frozen=True)
class Import:
    """One name that a file imports: ``from a.b import c`` is module "a.b", name "c"."""

    module: str
    name: str | None
    line: int


def python_files(*folders: str) -> list[Path]:
    """The Python files in these folders of the repository, sorted."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def parse(path: Path) -> ast.Module:
    """The file as a tree, by the grammar of the oldest Python that is supported."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path), feature_version=(3, 10))


def module_name(path: Path) -> str:
    """``src/nersemble/ops/packed.py`` is nersemble.ops.packed; a package, its folder."""
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> list[Import]:
    """All that a file imports, wherever in the file; relative imports are an error."""
    found: list[Import] = []
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Import):
            found += [Import(alias.name, None, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"line {node.lineno}: a relative import"
            found += [Import(node.module or "", alias.name, node.lineno) for alias in node.names]
    return found
