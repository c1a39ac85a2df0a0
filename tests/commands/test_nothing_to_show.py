"""Models that show nothing end in one sentence and an exit status, not in empty pictures."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor

from micro import Workspace, run_command
from nersemble.runs.checkpoints import load_checkpoint, write_checkpoint

ErrorLine = Callable[[int], str]
Tensors = dict[str, Tensor]

UNFILTERED = "--no-use_occupancy_grid_filtering"


@pytest.fixture
def workspace(trained: Workspace, tmp_path: Path) -> Workspace:
    """A copy of the run, whose checkpoint may be changed."""
    made = Workspace(tmp_path / "copy")
    shutil.copytree(trained.models, made.models)
    made.captures.symlink_to(trained.captures)
    return made


def _change(workspace: Workspace, change: Callable[[Tensors], object]) -> Path:
    found = load_checkpoint(workspace.run())
    change(found.tensors)
    write_checkpoint(found.path, found.step, found.tensors, found.metadata)
    return found.path


def _transparent(tensors: Tensors) -> None:
    """The inputs that are always 1 make the density 0 everywhere."""
    first, last = (tensors[f"model.field.base_mlp.weights.{i}"] for i in (0, 1))
    first.zero_()
    first[:, 6:] = 1
    last[0] = -100


def _without_cells(tensors: Tensors) -> None:
    tensors["model.grid.occs"].zero_()
    tensors["model.grid.binaries"].zero_()


def _with_nan(tensors: Tensors) -> None:
    tensors["model.field.deformation.layers.0.bias"][1] = torch.nan


def _of_integers(tensors: Tensors) -> None:
    name = "model.field.hash_ensemble.codes"
    tensors[name] = tensors[name].long()


def _export(workspace: Workspace, *options: object) -> int:
    folders = {"data": workspace.captures, "models": workspace.models, "renders": workspace.renders}
    roots = [word for name, path in folders.items() for word in (f"--{name}_path", path)]
    return run_command("export", "NERS-1", *roots, "--device", "cpu", UNFILTERED, *options)


COMMANDS = pytest.mark.parametrize(
    "command",
    [
        lambda workspace: workspace.evaluate("NERS-1", UNFILTERED),
        lambda workspace: workspace.render("NERS-1", UNFILTERED),
        _export,
        lambda workspace: _export(workspace, "--kind", "points", "--downscale_factor", 100),
    ],
    ids=["evaluate", "render", "export", "export points"],
)


@COMMANDS
@pytest.mark.parametrize(
    ("change", "named"),
    [
        (_without_cells, "its occupancy grid is empty"),
        (_with_nan, "model.field.deformation.layers.0.bias has numbers that are NaN"),
        (_of_integers, "field.hash_ensemble.codes differ"),
    ],
)
def test_a_checkpoint_that_cannot_be_rendered_is_named(
    workspace: Workspace,
    error_line: ErrorLine,
    command: Callable[[Workspace], int],
    change: Callable[[Tensors], object],
    named: str,
) -> None:
    path = _change(workspace, change)
    message = error_line(command(workspace))
    assert str(path) in message
    assert named in message
    assert not workspace.renders.exists()


@COMMANDS
def test_a_transparent_model_is_no_success(
    workspace: Workspace, error_line: ErrorLine, command: Callable[[Workspace], int]
) -> None:
    _change(workspace, _transparent)
    message = error_line(command(workspace))
    assert "hows nothing" in message or "No " in message
    assert not (workspace.renders.exists() and [*workspace.renders.iterdir()])


def test_an_evaluation_says_that_filtering_leaves_nothing(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    def one_cell(tensors: Tensors) -> None:
        _without_cells(tensors)
        tensors["model.grid.binaries"][0, 0, 0, 0] = True
        tensors["model.grid.occs"][0] = 1e-3

    _change(workspace, one_cell)
    # The release filters even if training pictures get worse.
    assert workspace.evaluate("NERS-1", "--protocol", "release") == 0
    assert "leaves nothing of NERS-1" in capsys.readouterr().err
