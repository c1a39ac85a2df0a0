"""``nersemble doctor``: every failure is a row with a remedy."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

import nersemble
from micro import Workspace, run_command
from nersemble.commands import doctor
from nersemble.env import Roots
from source_tree import ROOT


def _rows(capsys: pytest.CaptureFixture[str], *options: object, status: int = 0) -> dict[str, Any]:
    assert run_command("doctor", "--json", *options) == status
    return {row["name"]: row for row in json.loads(capsys.readouterr().out)}


def test_what_is_there_is_found(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    roots = ["--data_path", workspace.captures, "--models_path", workspace.models]
    rows = _rows(capsys, *roots, "--renders_path", workspace.renders)
    for name in ("Python", "torch", "data folder", "models folder", "captures"):
        assert rows[name]["state"] == "ok", rows[name]
    assert rows["captures"]["found"] == "1 sequences of 1 participants"
    # The tests' machine has no downloads.
    assert rows["LPIPS backbone"]["state"] == "warn"
    assert not workspace.models.exists()


def test_what_is_missing_has_a_remedy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = _rows(capsys, "--data_path", tmp_path / "nothing", status=2)
    assert rows["data folder"]["state"] == "fail"
    assert rows["captures"]["state"] == "warn"
    assert "NERSEMBLE_MODELS_PATH" in rows["models folder"]["remedy"]
    assert all(row["remedy"] for row in rows.values() if row["state"] != "ok")


def test_a_check_that_breaks_is_a_row(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> int:
        raise OSError("no such device")

    monkeypatch.setattr(doctor, "available_memory", broken)
    assert run_command("doctor") == 2
    shown = capsys.readouterr()
    assert "no such device" in shown.out
    assert "Traceback" not in shown.out + shown.err
    assert "captures" in shown.out


def test_every_extra_has_a_row_and_a_remedy_for_any_installation() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    extras = text.partition("[project.optional-dependencies]")[2].partition("test = [")[0]
    names = set(re.findall(r'"([a-z-]+)(?=[>;])', extras)) - {"tomli", "triton-windows"}
    remedies = " ".join(remedy for _, remedy in doctor._PACKAGES.values())
    assert len(names) >= 7
    assert {name for name in names if name not in remedies} == set()
    assert "-e" not in remedies.split()


def test_it_knows_its_own_version() -> None:
    rows = {check.name: check for check in doctor.examine(Roots())}
    assert rows["nersemble"].found.startswith(nersemble.__version__)
