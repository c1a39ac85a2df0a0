"""The demo's way through all four steps, on a head and a model that take seconds."""

from pathlib import Path

import pytest

from micro import micro_config, run_command
from nersemble.commands import demo
from nersemble.presets import PRESETS

_CAPTURE = ("--width", "34", "--height", "50", "--n_timesteps", "2", "--workers", "1")


def test_says_where_everything_is_and_fails_below_its_promise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(PRESETS, "tiny", micro_config())
    output = tmp_path / "out"
    assert run_command("demo", "--output", output, "--device", "cpu", *_CAPTURE) == 2
    printed = capsys.readouterr()
    assert "best single-colour head" in printed.out
    paths = dict(
        line.split(maxsplit=1)
        for line in printed.out.splitlines()
        if line.startswith(("pictures:", "video:", "metrics:"))
    )
    assert len(list(Path(paths["pictures:"]).glob("frame_*/cam_*.png"))) == 4 * 2
    assert Path(paths["video:"]).stat().st_size > 0
    assert Path(paths["metrics:"]).name == "evaluation_result.json"
    assert f"should reach {demo.WANTED_PSNR} dB" in printed.err


def test_a_result_as_promised_is_a_success(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PRESETS, "tiny", micro_config())
    monkeypatch.setattr(demo, "WANTED_PSNR", 1.0)
    monkeypatch.setattr(demo, "WANTED_GAIN", -30.0)
    assert run_command("demo", "--output", tmp_path, "--device", "cpu", *_CAPTURE) == 0
