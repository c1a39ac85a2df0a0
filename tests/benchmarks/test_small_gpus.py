"""The benchmark of small GPUs runs, and what it says of their memory."""

import importlib
import json
import sys
from pathlib import Path

import pytest
import torch

from captures import PARTICIPANT, SEQUENCE, write_tiny_capture
from source_tree import ROOT


@pytest.mark.slow
def test_it_trains_and_scores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    benchmark = importlib.import_module("small_gpus")
    write_tiny_capture(tmp_path)
    out = tmp_path / "out.json"
    argv = ["", "--data", tmp_path, "--participant", PARTICIPANT, "--sequence", SEQUENCE,
            "--preset", "tiny", "--steps", 2, "--device", "cpu", "--out", out]  # fmt: skip
    monkeypatch.setattr(sys, "argv", [str(argument) for argument in argv])
    benchmark.main()
    (run,) = json.loads(out.read_text())["runs"]
    assert run["masked_psnr"] > 0
    assert run["changed_options"] == {}


def test_a_small_gpu_is_pretended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    benchmark = importlib.import_module("small_gpus")
    gib = 2**30
    shares: list[float] = []
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device=None: (75 * gib, 80 * gib))
    monkeypatch.setattr(torch.cuda, "set_per_process_memory_fraction", shares.append)
    benchmark.limit(12)
    assert benchmark.held_bytes() == 5 * gib
    free, total = torch.cuda.mem_get_info()
    assert total - free == 5 * gib
    assert total < 12 * gib
    assert shares[0] * 80 * gib + benchmark.CONTEXT == pytest.approx(total)
