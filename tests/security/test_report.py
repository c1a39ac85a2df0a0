"""Whatever files say, it is text in a report (see also tests/evaluation/test_report.py)."""

import json
from pathlib import Path
from typing import Any

from nersemble.evaluation.report import write_report
from nersemble.evaluation.report_data import newest_evaluation, read_evaluation
from nersemble.runs.training_log import TrainingLogWriter
from reports import write_run

HOSTILE = "'\"><script>{}()</script><img src=x onerror=alert(1)>"


def _change(path: Path, **changes: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_bytes()) | changes))


def test_markup_in_any_file_of_a_run_is_escaped(tmp_path: Path) -> None:
    run = write_run(tmp_path / "NERS-1", frames=(0,), config={HOSTILE.format("key"): "1"})
    _change(run / "config.json", sequence=HOSTILE.format("sequence"))
    evaluation = newest_evaluation(run)
    pictures = json.loads((evaluation / "pictures.json").read_bytes())["pictures"]
    pictures[0]["serial"] = HOSTILE.format("serial")
    machine = {"device": HOSTILE.format("device"), "cores": HOSTILE.format("cores")}
    _change(evaluation / "pictures.json", pictures=pictures, machine=machine)
    result = json.loads((evaluation / "evaluation_result.json").read_bytes())
    per_cam = {HOSTILE.format("camera"): next(iter(result["per_cam"].values()))}
    notes = {
        "step": HOSTILE.format("step"),
        "protocol": HOSTILE.format("protocol"),
        "missing": {HOSTILE.format("metric"): HOSTILE.format("reason")},
    }
    _change(evaluation / "evaluation_result.json", notes=notes, per_cam=per_cam)
    log = TrainingLogWriter(run, 0, {"processor": HOSTILE.format("processor")})
    log.scalars(10, {"train/loss_" + HOSTILE.format("curve"): 1.0})

    found = read_evaluation(run, evaluation)
    page = write_report([found], tmp_path / "page.html", 20).read_text(encoding="utf-8")
    shown = "key sequence serial device cores camera step protocol metric reason processor curve"
    for word in shown.split():
        assert f"script&gt;{word}()" in page, word
        assert f"<script>{word}()" not in page, word
    assert "<img src=x" not in page
