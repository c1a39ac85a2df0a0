"""The occupancy grid filter never removes what the training pictures show."""

import logging
from pathlib import Path

import pytest
import torch

from micro import Workspace, open_on_cpu, paint, write_capture
from nersemble.jobs.grid_filtering import filter_grid_of
from nersemble.jobs.loading import LoadedRun
from nersemble.marching.config import GridFilterConfig

pytestmark = pytest.mark.slow

FILTER = GridFilterConfig(True, occupancy_grid_filtering_sigma_erosion=0)


@pytest.fixture
def red_head(tmp_path: Path) -> LoadedRun:
    """A run that shows a red disc in the middle."""
    workspace = Workspace(tmp_path)
    write_capture(workspace.captures)
    paint(workspace.participant, (250, 40, 30))
    options = {"max_steps": 60, "lr_main": 0.02, "lr_decay_steps": 1000, "n_train_rays": 128}
    assert workspace.train(**options) == 0
    return open_on_cpu("NERS-1", -1, models=workspace.models, data=workspace.captures)


def _filter_with_largest_piece(run: LoadedRun, largest: torch.Tensor) -> bool:
    """Filters a grid with all cells occupied of which these are the largest piece; whether anything
    was removed."""
    grid = run.model.grid
    grid.set_binaries(torch.ones_like(grid.binaries))
    grid.occs.copy_(torch.where(largest.reshape(-1), 10.0, 0.0))
    filter_grid_of(run.renderer, run.dataset, run.windows, FILTER)
    return not bool(grid.binaries.all())


def test_a_filter_that_removes_the_head_is_left_out(
    red_head: LoadedRun, caplog: pytest.LogCaptureFixture
) -> None:
    corner = torch.zeros_like(red_head.model.grid.binaries[0])
    corner[:2, :2, :2] = True
    assert not _filter_with_largest_piece(red_head, corner)
    (record,) = (r for r in caplog.records if "filtering" in r.message)
    assert "Occupancy grid filtering is skipped" in record.message


def test_a_filter_that_keeps_the_head_removes_the_rest(
    red_head: LoadedRun, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "nersemble")
    head = torch.ones_like(red_head.model.grid.binaries[0])
    head[:3, :3, :3] = False
    assert _filter_with_largest_piece(red_head, head)
    (record,) = (r for r in caplog.records if "filtering" in r.message)
    assert "filtering keeps" in record.message
    assert "dB before" in record.message
