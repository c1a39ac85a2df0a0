"""``nersemble report`` and what a training leaves for it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from micro import Workspace, run_command
from nersemble.runs.training_log import read_training_log
from reports import write_run

ErrorLine = Callable[[int], str]


def _report(models: Path, *arguments: object) -> int:
    return run_command("report", *arguments, "--models_path", models)


def test_a_page_is_written_again_and_compares_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, _ = (write_run(tmp_path / "nersemble" / f"NERS-{n}-run") for n in (1, 2))
    assert _report(tmp_path, "NERS-1") == 0
    assert str(next(first.rglob("report.html"))) in capsys.readouterr().out
    out = tmp_path / "new" / "both.html"
    assert _report(tmp_path, "NERS-1", "NERS-2", "--out", out) == 0
    assert "NERS-1-run and NERS-2-run" in out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["NERS-1", "NERS-1"], "give --out FILE"),
        (["NERS-1", "--report_max_mb", "0"], "--report_max_mb is 0"),
        (["NERS-7"], "has no run 'NERS-7'"),
    ],
)
def test_mistakes_are_one_line(
    tmp_path: Path, error_line: ErrorLine, arguments: list[str], message: str
) -> None:
    write_run(tmp_path / "nersemble" / "NERS-1")
    assert message in error_line(_report(tmp_path, *arguments))


def test_a_resumed_training_goes_on_in_its_log(workspace: Workspace) -> None:
    assert workspace.train(max_steps=3, steps_per_log=1, steps_per_save=2) == 0
    assert workspace.resume("NERS-1", "--resume_checkpoint", 2, "--max_steps", 4) == 0
    log = read_training_log(workspace.run().folder)
    assert log is not None
    assert len(log.sessions) == 2
    assert log.curves["train/loss"][0] == [1, 2, 3, 4]
    assert all(seconds > 0 for seconds in log.curves["train/seconds"][1])
