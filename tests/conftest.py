"""Fixtures for every test; the helpers in this folder are imported by name (``captures``)."""

import os
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

# Before Triton is imported anywhere: without a GPU its kernels run in its interpreter.
if not torch.cuda.is_available():
    os.environ.setdefault("TRITON_INTERPRET", "1")

# Tests are imported by path (--import-mode=importlib), which leaves this folder unknown.
sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the capture of micro.py; nobody changes it."""
    from micro import write_capture

    folder = tmp_path_factory.mktemp("capture")
    write_capture(folder)
    return folder


@pytest.fixture
def poisoned_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """What nothing is written to is no sensible value."""

    def poisoned(*shape: Any, **options: Any) -> torch.Tensor:
        tensor = torch.zeros(*shape, **options)
        return tensor.fill_(torch.nan if tensor.is_floating_point() else 123)

    monkeypatch.setattr(torch, "empty", poisoned)


@pytest.fixture
def tiny_capture_root(tmp_path: Path) -> Path:
    """A data folder with one tiny capture in layout v1 (see ``captures.write_tiny_capture``)."""
    from captures import write_tiny_capture

    write_tiny_capture(tmp_path / "captures")
    return tmp_path / "captures"


@pytest.fixture(scope="session")
def scan_root() -> Path:
    """The data folder with the rendered head scan, participant 900; skips where it is absent."""
    root = Path(__file__).parents[2] / "shared" / "captures"
    if not (root / "900").is_dir():
        pytest.skip("the capture 900 is not on this machine")
    return root
