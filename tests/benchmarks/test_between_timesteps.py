"""The benchmark of pictures between timesteps runs."""

import importlib
import json
import sys
from pathlib import Path

import pytest

from captures import PARTICIPANT, SEQUENCE, write_tiny_capture
from source_tree import ROOT

pytestmark = pytest.mark.slow


def test_every_kind_of_picture_is_scored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    benchmark = importlib.import_module("between_timesteps")

    write_tiny_capture(tmp_path, frame_numbers=(0, 3, 6))
    out = tmp_path / "out.json"
    argv = ["", "--data", tmp_path, "--participant", PARTICIPANT, "--sequence", SEQUENCE,
            "--preset", "tiny", "--steps", 1, "--ties", 0, 0.5, "--device", "cpu",
            "--out", out]  # fmt: skip
    monkeypatch.setattr(sys, "argv", [str(argument) for argument in argv])
    benchmark.main()
    found = json.loads(out.read_text())
    assert [run["tie"] for run in found["runs"]] == [0, 0.5]
    for run in found["runs"]:
        for kind in ("trained", "between", "nearest", "crossfade"):
            assert run[kind]["psnr"] > 0
    assert found["torch"]
