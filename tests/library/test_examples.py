"""Each example runs, in a folder with what ``nersemble demo`` leaves behind, with fewer steps."""

import ast
import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from own_library import MICRO
from source_tree import ROOT

EXAMPLES = ROOT / "examples"


@pytest.fixture
def folder(demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "demo_output").symlink_to(demo / "demo_output")
    monkeypatch.chdir(tmp_path)
    for name in ("DATA", "MODELS"):
        monkeypatch.delenv(f"NERSEMBLE_{name}_PATH", raising=False)
    return tmp_path


def _run(name: str) -> None:
    """An example with two steps, of a smaller model."""
    source = re.sub(r"^STEPS = \d+", "STEPS = 2", (EXAMPLES / name).read_text(), flags=re.M)
    source = source.replace('preset="tiny"', f'preset="tiny", device="cpu", **{MICRO}')
    exec(compile(source, name, "exec"), {"__name__": "__main__"})


def test_a_picture_is_rendered_in_five_lines(folder: Path, capsys: pytest.CaptureFixture) -> None:
    _run("render_picture.py")
    with Image.open(folder / "head.png") as picture:
        assert picture.size == (27, 40)
    tree = ast.parse((EXAMPLES / "render_picture.py").read_text())
    assert len(tree.body) - 1 <= 5  # beside the docstring


def test_ones_own_loop(folder: Path, capsys: pytest.CaptureFixture) -> None:
    _run("own_loop.py")
    printed = capsys.readouterr().out
    assert "NERS-1-own-loop/checkpoints/step-000000002.safetensors" in printed
    assert re.search(r"PSNR \d+\.\d dB", printed)


def test_ones_own_capture(folder: Path, capsys: pytest.CaptureFixture) -> None:
    _run("own_capture.py")
    printed = capsys.readouterr().out
    assert re.search(r"PSNR \d+\.\d dB", printed)
    assert re.search(r"density \d+ per metre in the ball, \d+ outside", printed)


def test_the_notebook(folder: Path) -> None:
    notebook = json.loads((EXAMPLES / "head.ipynb").read_text())
    names: dict[str, object] = {}
    values = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            assert not cell["outputs"]
            *lines, last = ast.parse("".join(cell["source"])).body
            exec(compile(ast.Module(lines, []), "cell", "exec"), names)
            assert isinstance(last, ast.Expr)
            values.append(eval(compile(ast.Expression(last.value), "cell", "eval"), names))
    head, picture, small, field, scores = values
    assert "NERS-1-demo after 4 steps" in repr(head)
    assert picture._repr_png_().startswith(b"\x89PNG")  # type: ignore[attr-defined]
    assert small[0] == (96, 64, 3)
    assert field[0] == (64, 64)
    assert np.isfinite(scores["psnr"])
