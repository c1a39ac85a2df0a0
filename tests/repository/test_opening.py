"""Files are opened in ``nersemble.opening`` alone, which knows what others may have put there."""

import ast
from pathlib import Path

import pytest

from source_tree import PACKAGE, python_files

# Calls that open a file by its path, whatever they are called on.
_OPENERS = {"read_text", "read_bytes", "write_text", "write_bytes", "fromfile", "memmap", "imread"}
# Of libraries: they may be called in the one module that checks what it gives them.
_LIBRARIES = {
    "Image.open": "data_manager/picture_files.py",
    "av.open": "data_manager/video_stream.py",
    "np.fromfile": "data_manager/packed_store.py",
    "np.lib.format.open_memmap": "data_manager/color_affine.py",
    "torch.load": "files.py",
    "load_file": "runs/checkpoints.py",
    "safe_open": "evaluation/lpips_metric.py",
    "zipfile.ZipFile": "interop/benchmark_submission.py",
}
# What is not from outside: the package's own assets, output without an end, a file just made.
_ALLOWED = {
    ("evaluation/report.py", "read_bytes"),
    ("interop/gaussian_page.py", "read_bytes"),
    ("distributed.py", "open"),
    ("boundary.py", "os.open"),
    ("files.py", "os.open"),
    ("captures/masks.py", "av.open"),
    ("bounded.py", "zipfile.ZipFile"),
}


def _openers(source: str) -> list[str]:
    """The calls in a module that open a file by its path."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            last = name.rpartition(".")[2]
            mode = node.args[0] if node.args else None
            as_path = isinstance(mode, ast.Constant) and str(mode.value).strip("rwabx+") == ""
            as_path |= any(word.arg in ("mode", "encoding", "buffering") for word in node.keywords)
            if (
                name in ("open", "os.open", "io.open", "np.load", "json.load", *_LIBRARIES)
                or (last in _OPENERS and name != last)
                or (last == "open" and as_path)
            ):
                found.append(name)
    return found


@pytest.mark.parametrize("path", python_files("src"), ids=lambda path: path.stem)
def test_no_other_module_opens_files(path: Path) -> None:
    place = path.relative_to(PACKAGE).as_posix()
    if place == "opening.py":
        return
    bare = {
        name
        for name in _openers(path.read_text())
        if _LIBRARIES.get(name) != place
        and (place, name) not in _ALLOWED
        and (place, name.rpartition(".")[2]) not in _ALLOWED
    }
    assert not bare, f"use nersemble.opening in {place}"


@pytest.mark.parametrize(
    "source",
    [
        "open(path)",
        "path.open('rb')",
        "(folder / 'x').open(encoding='utf-8')",
        "path.read_text()",
        "np.load(path)",
        "Image.open(path)",
        "torch.load(path)",
    ],
)
def test_the_test_finds_bare_opens(source: str) -> None:
    assert _openers(source)
