"""The demo's way through all four steps, on a head and a model that take seconds."""

import dataclasses
from pathlib import Path

import pytest

from micro import micro_config, run_command
from nersemble.commands import demo
from nersemble.presets import PRESETS

_CAPTURE = ("--width", "34", "--height", "50", "--n_timesteps", "2", "--workers", "1")


@pytest.mark.slow
def test_does_all_four_steps_and_says_where_everything_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(PRESETS, "tiny", micro_config())
    monkeypatch.setattr(demo, "VIDEO", dataclasses.replace(demo.VIDEO, downscale_factor=64))
    output = tmp_path / "out"
    assert run_command("demo", "--output", output, "--device", "cpu", *_CAPTURE) == 0
    printed = capsys.readouterr()
    assert "best single-colour picture" in printed.out
    assert printed.out.splitlines()[-1].startswith("The model reaches")
    paths = dict(
        line.split(maxsplit=1)
        for line in printed.out.splitlines()
        if line.startswith(("pictures:", "video:", "metrics:"))
    )
    assert len(list(Path(paths["pictures:"]).glob("frame_*/cam_*.png"))) == 4 * 2
    assert Path(paths["video:"]).stat().st_size > 0
    assert Path(paths["metrics:"]).name == "evaluation_result.json"


@pytest.mark.parametrize(("reached", "wrong"), [(27.3, False), (25.4, False), (12.0, True)])
def test_only_a_head_that_was_not_learned_is_worth_a_report(reached: float, wrong: bool) -> None:
    said = demo.verdict({"foreground_psnr": reached})
    assert f"{reached} dB" in said
    assert "26 to 28 dB" in said
    assert ("please report it" in said) == wrong
