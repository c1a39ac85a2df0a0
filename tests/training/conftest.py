"""What tests of interrupted trainings share: a capture, and a training that nobody interrupts."""

from pathlib import Path

import pytest
import torch

from micro import Workspace, make_workspace, write_capture

LAST_STEP = 8


@pytest.fixture(scope="package")
def small_capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the capture of micro.py."""
    root = tmp_path_factory.mktemp("capture")
    write_capture(root)
    return root


@pytest.fixture
def workspace(tmp_path: Path, small_capture: Path) -> Workspace:
    """A workspace without a run."""
    return make_workspace(tmp_path, small_capture)


@pytest.fixture(scope="package")
def uninterrupted(
    tmp_path_factory: pytest.TempPathFactory, small_capture: Path
) -> dict[str, torch.Tensor]:
    """Model and optimizer after eight steps without a stop."""
    made = make_workspace(tmp_path_factory.mktemp("uninterrupted"), small_capture)
    assert made.train(max_steps=LAST_STEP) == 0
    return made.tensors(LAST_STEP)
