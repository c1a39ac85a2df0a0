"""The benchmark of point clouds runs, and its clouds fit the depth maps they are made from."""

import importlib
import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from nersemble.presets import PRESETS
from source_tree import ROOT

pytestmark = pytest.mark.slow


def test_all_kinds_of_depth_are_compared(
    tmp_path: Path, scan_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    benchmark = importlib.import_module("point_clouds")

    out = tmp_path / "out.json"
    argv = ["", "--data", scan_root, "--participant", 900, "--sequence", "SEN-01-talk",
            "--preset", "tiny", "--steps", 1, "--points", 50_000, "--device", "cpu",
            "--out", out]  # fmt: skip
    monkeypatch.setattr(sys, "argv", [str(argument) for argument in argv])
    monkeypatch.setattr(benchmark, "scores", lambda *_: {"psnr": 0.0})
    one_timestep = replace(PRESETS["default"].data, n_timesteps=1)
    default = replace(PRESETS["default"], data=one_timestep)
    monkeypatch.setattr(benchmark, "PRESETS", {**PRESETS, "default": default})
    benchmark.main()
    found = json.loads(out.read_text())
    assert [run["depth"] for run in found["runs"]] == ["none", "clouds", "depth_maps"]
    assert found["cloud"]["covered"] > 0.4
    assert found["cloud"]["median_error_mm"] < 0.6
    assert found["cloud"]["share_beyond_1_cm"] < 5e-3
