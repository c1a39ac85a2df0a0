"""Sizes that keep the code readable (shared design, rule 9), and the oldest Python supported."""

import ast
import subprocess
from pathlib import Path

import pytest

from source_tree import ROOT, parse, python_files

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60
MAX_SCRIPT_LINES = 40

_COMPILE = """
import pathlib, sys
for path in sys.argv[1:]:
    compile(pathlib.Path(path).read_text(encoding="utf-8"), path, "exec")
"""


def _n_lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_files_stay_small() -> None:
    sizes = {str(path.relative_to(ROOT)): _n_lines(path) for path in python_files("src")}
    assert not {path: n for path, n in sizes.items() if n > MAX_FILE_LINES}


def test_functions_stay_small() -> None:
    sizes = {
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}": node.end_lineno - node.lineno + 1
        for path in python_files("src")
        for node in ast.walk(parse(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno
    }
    assert not {place: n for place, n in sizes.items() if n > MAX_FUNCTION_LINES}


def test_a_script_only_parses_and_calls() -> None:
    sizes = {str(path.relative_to(ROOT)): _n_lines(path) for path in python_files("scripts")}
    assert not {path: n for path, n in sizes.items() if n >= MAX_SCRIPT_LINES}


@pytest.mark.parametrize("folder", ["src", "scripts", "examples", "tests", "benchmarks"])
def test_sources_keep_to_the_grammar_of_python_3_10(folder: str) -> None:
    for path in python_files(folder):
        parse(path)


@pytest.mark.parametrize("version", ["3.10", "3.11", "3.12", "3.13"])
def test_sources_compile_with_every_supported_python(version: str) -> None:
    python = _interpreter(version)
    if python is None:
        pytest.skip(f"no Python {version} on this machine")
    paths = map(str, python_files("src", "scripts", "tests"))
    result = subprocess.run(
        [python, "-W", "error::SyntaxWarning", "-c", _COMPILE, *paths],
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr


def _interpreter(version: str) -> str | None:
    """A Python of this version: the one on the path, or one that pyenv installed."""
    candidates = [f"python{version}", *map(str, _pyenv_interpreters(version))]
    check = f"import sys; assert sys.version_info[:2] == {tuple(map(int, version.split('.')))}"
    for candidate in candidates:
        try:
            result = subprocess.run([candidate, "-c", check], capture_output=True)
        except FileNotFoundError:
            continue
        if result.returncode == 0:
            return candidate
    return None


def _pyenv_interpreters(version: str) -> list[Path]:
    return sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
