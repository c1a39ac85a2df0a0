"""The training's log: it survives crashes and resumed runs, and never stops a training."""

import json
from pathlib import Path

import pytest

from nersemble.errors import RunError
from nersemble.runs.training_log import TRAINING_LOG, TrainingLogWriter, read_training_log

_MACHINE = {"device": "cpu"}


def _written(folder: Path, last: int, start: int = 0, loss: float = 1.0) -> TrainingLogWriter:
    log = TrainingLogWriter(folder, start, _MACHINE)
    for step in range(start + 10, last + 1, 10):
        log.scalars(step, {"train/loss": loss * step})
    return log


def _loss(folder: Path) -> tuple[list[int], list[float]]:
    log = read_training_log(folder)
    assert log is not None
    return log.curves["train/loss"]


def test_what_was_logged_is_read_back(tmp_path: Path) -> None:
    _written(tmp_path, 30)
    log = read_training_log(tmp_path)
    assert log is not None
    assert log.curves == {"train/loss": ([10, 20, 30], [10.0, 20.0, 30.0])}
    assert log.sessions == [_MACHINE]


def test_a_resumed_run_drops_what_lies_beyond_its_checkpoint(tmp_path: Path) -> None:
    _written(tmp_path, 50)
    _written(tmp_path, 40, start=20, loss=-1.0)
    assert _loss(tmp_path) == ([10, 20, 30, 40], [10.0, 20.0, -30.0, -40.0])
    log = read_training_log(tmp_path)
    assert log is not None
    assert len(log.sessions) == 2


@pytest.mark.parametrize("cut", range(1, 40, 5))
def test_a_line_cut_off_by_a_crash_costs_that_line_only(tmp_path: Path, cut: int) -> None:
    _written(tmp_path, 30)
    path = tmp_path / TRAINING_LOG
    path.write_bytes(path.read_bytes()[:-cut])
    # The last byte is the line's end, which is no loss.
    whole = [10, 20, 30] if cut == 1 else [10, 20]
    assert _loss(tmp_path)[0] == whole
    _written(tmp_path, 50, start=30)
    assert _loss(tmp_path)[0] == [*whole, 40, 50]
    for line in path.read_text().splitlines():
        json.loads(line)


def test_numbers_that_are_not_finite_leave_a_gap(tmp_path: Path) -> None:
    log = _written(tmp_path, 10)
    log.scalars(20, {"train/loss": float("nan"), "train/psnr": float("inf")})
    assert "NaN" not in (tmp_path / TRAINING_LOG).read_text()
    assert _loss(tmp_path) == ([10], [10.0])


def test_a_disk_that_fails_is_said_once_and_training_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    log = _written(tmp_path, 10)
    (tmp_path / TRAINING_LOG).unlink()
    (tmp_path / TRAINING_LOG).mkdir()
    for step in (20, 30):
        log.scalars(step, {"train/loss": 1.0})
    log.sync()
    assert caplog.text.count("continues without these lines") == 1
    (tmp_path / TRAINING_LOG).rmdir()
    log.scalars(40, {"train/loss": 4.0})
    log.sync()
    assert _loss(tmp_path) == ([40], [4.0])


def test_an_unwritable_run_folder_is_named_before_training(tmp_path: Path) -> None:
    (tmp_path / TRAINING_LOG).mkdir()
    with pytest.raises(RunError, match=r"training_log\.jsonl"):
        TrainingLogWriter(tmp_path, 0, _MACHINE)


def test_no_log_is_none(tmp_path: Path) -> None:
    assert read_training_log(tmp_path) is None
