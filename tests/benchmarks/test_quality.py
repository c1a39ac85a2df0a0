"""What the quality benchmark makes of its runs; the runs themselves need a GPU."""

import importlib
from typing import Any

import pytest

from source_tree import ROOT


@pytest.fixture
def quality(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    pytest.importorskip("triton")
    return importlib.import_module("quality")


def _run(case: str, seed: int, masked: float) -> dict[str, Any]:
    return {
        "case": case, "seed": seed, "masked_psnr": masked, "psnr": masked - 1, "ssim": 0.9,
        "seconds": 10.0 * seed, "settled_step_ms": 4.0 + seed, "held_gib": 5.0, "compile_s": 1.0,
        "device": "a GPU",
    }  # fmt: skip


def test_the_summary_has_medians_over_seeds(quality: Any) -> None:
    scores = {"shake_20": (33.0, 33.8, 40.0), "shake_45": (34.0, 30.0, 35.0)}
    scores |= {"bust_45": (20.0, 25.0, 21.0), "long": (1.0,)}
    runs = [
        _run(case, seed, masked)
        for case, of_seeds in scores.items()
        for seed, masked in enumerate(of_seeds, 1)
    ]
    found = quality.summary(runs)
    assert found["shake"]["20"]["masked_psnr"] == 33.8
    assert found["shake"]["45"]["psnr"] == 33.0
    assert found["bust"]["45"]["masked_psnr"] == 21.0
    assert found["seconds_to_33_7"] == 20.0
    assert found["step_ms"] == 6.0
    assert found["step_ms_300_timesteps"] == 5.0


def test_a_goal_that_no_training_reached_is_none(quality: Any) -> None:
    assert quality.summary([_run("shake_45", 1, 33.6)])["seconds_to_33_7"] is None


def test_without_a_gpu_nothing_is_measured(quality: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    monkeypatch.setattr("sys.argv", ["quality.py", "--data", "nowhere"])
    with pytest.raises(SystemExit, match="needs a CUDA GPU"):
        quality.main()
