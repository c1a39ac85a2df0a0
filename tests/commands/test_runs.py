"""``nersemble runs``: a line for each run."""

import pytest

from micro import Workspace, run_command
from nersemble.config import RunConfig, RunDescription, to_json
from nersemble.runs.folders import create_run, find_run
from reports import write_run


def test_every_run_is_a_line_by_number(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    config = to_json(RunDescription(7, "EXP-1-head", "", "default", RunConfig()))
    for _ in range(10):
        run = create_run(workspace.models)
        run.write_config(config)
    run.checkpoints_folder.mkdir()
    for step in (20, 400):
        (run.checkpoints_folder / f"step-{step:09d}.json").write_text("{}")
    evaluated = find_run(workspace.models, "2")
    write_run(evaluated.folder, psnr=20.0)
    evaluated.write_config(config)
    broken = find_run(workspace.models, "3")
    broken.config_path.write_text("{")

    assert run_command("runs", "--models_path", workspace.models) == 0
    shown = capsys.readouterr()
    head, *lines = [line.split() for line in shown.out.splitlines()]
    assert head == ["run", "ID", "sequence", "steps", "checkpoint", "PSNR", "SSIM", "LPIPS", "age"]
    assert [line[0] for line in lines] == [f"NERS-{n}" for n in (1, 2, *range(4, 11))]
    assert lines[0][1:8] == ["7", "EXP-1-head", "300000", "-", "-", "-", "-"]
    assert float(lines[1][5]) == pytest.approx(20, abs=1)
    assert lines[-1][4] == "400"
    assert "NERS-3 is left out" in shown.err


def test_no_run_at_all_is_said(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    workspace.models.mkdir()
    assert run_command("runs", "--models_path", workspace.models) == 0
    assert "holds no runs" in capsys.readouterr().out


def test_a_name_like_a_run_is_answered_with_it(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    create_run(workspace.models, "smoky").write_config({})
    assert run_command("evaluate", "NERS-1-smokey", "--models_path", workspace.models) == 2
    assert "did you mean NERS-1-smoky?" in capsys.readouterr().err


def test_a_run_says_what_it_will_do_how_to_go_on_and_that_it_is_finished(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert workspace.train(max_steps=1) == 0
    capture, model, steps, *_, after = capsys.readouterr().out.splitlines()
    assert "cameras" in capture
    assert "timesteps" in capture
    assert "million parameters" in model
    assert steps.startswith("steps 0 to 1 with ")
    assert after.startswith("next: nersemble evaluate NERS-1")
    assert workspace.train(max_steps=1, resume_run="1") == 0
    again = capsys.readouterr().out
    assert "NERS-1 has finished its 1 steps" in again
    assert "Trained" not in again
