"""What the tests of the commands share; the helpers themselves are in ``tests/micro.py``."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from captures import PARTICIPANT, SEQUENCE
from micro import Workspace, logging_kept, make_workspace, write_capture


@pytest.fixture(autouse=True)
def _nothing_from_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine without settings, keys and downloads; and logging as it was before."""
    for name in ("DATA", "MODELS", "RENDERS"):
        monkeypatch.delenv(f"NERSEMBLE_{name}_PATH", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    with logging_kept():
        yield


@pytest.fixture(scope="session")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder that workspaces copy; nobody changes it."""
    root = tmp_path_factory.mktemp("capture")
    write_capture(root)
    return root


@pytest.fixture
def workspace(tmp_path: Path, capture: Path) -> Workspace:
    """A workspace with a capture and no run, for one test to do with as it likes."""
    return make_workspace(tmp_path, capture)


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory, capture: Path) -> Workspace:
    """A workspace with the run NERS-1-first and its checkpoints of steps 3 and 6; read only."""
    made = make_workspace(tmp_path_factory.mktemp("trained"), capture)
    assert made.train(name="first", steps_per_save=3) == 0
    return made


@pytest.fixture
def used(tmp_path: Path, trained: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A copy of the workspace with a run, where documented commands may write."""
    copied = make_workspace(tmp_path / "work", trained.captures)
    (copied.root / "models").symlink_to(trained.models)
    monkeypatch.chdir(copied.root)
    for name in ("data", "models", "renders"):
        folder = copied.captures if name == "data" else copied.root / name
        monkeypatch.setenv(f"NERSEMBLE_{name.upper()}_PATH", str(folder))
    (copied.root / "plan.toml").write_text(
        f'[[run]]\nparticipant = {PARTICIPANT}\nsequence = "{SEQUENCE}"\n'
    )
    page = copied.root / "docs" / "results.md"
    page.parent.mkdir()
    page.write_text("<!-- results: begin -->\n<!-- results: end -->\n")
    return copied


class ErrorLine:
    """Checks that a command failed as it should, and gives its message."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, status: int) -> str:
        captured = self._capsys.readouterr()
        assert status == 2, captured.err
        assert "Traceback" not in captured.err + captured.out
        lines = [line for line in captured.err.splitlines() if line.startswith("error: ")]
        assert len(lines) == 1, captured.err
        assert captured.err.splitlines()[-1] == lines[0], "the error is not the last that is said"
        return lines[0]


@pytest.fixture
def error_line(capsys: pytest.CaptureFixture[str]) -> ErrorLine:
    """Call it with an exit status: one line on standard error, whose text is returned."""
    return ErrorLine(capsys)
