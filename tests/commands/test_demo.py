"""The demo's way through all four steps, on a head and a model that take seconds."""

import dataclasses
from pathlib import Path

import pytest

from micro import micro_config, run_command
from nersemble.commands import demo
from nersemble.errors import NersembleError
from nersemble.presets import PRESETS

_CAPTURE = ("--width", "34", "--height", "50", "--n_timesteps", "2", "--workers", "1")


def test_does_all_four_steps_and_says_where_everything_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(PRESETS, "tiny", micro_config())
    monkeypatch.setattr(demo, "WANTED_PSNR", 1.0)
    monkeypatch.setattr(demo, "WANTED_GAIN", -30.0)
    monkeypatch.setattr(demo, "VIDEO", dataclasses.replace(demo.VIDEO, downscale_factor=64))
    output = tmp_path / "out"
    assert run_command("demo", "--output", output, "--device", "cpu", *_CAPTURE) == 0
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


@pytest.mark.parametrize(
    ("reached", "single", "enough"),
    [(25.1, 17.0, True), (24.9, 10.0, False), (26.0, 18.5, False)],
)
def test_a_result_below_the_promise_is_a_failure(
    reached: float, single: float, enough: bool
) -> None:
    notes: dict[str, object] = {"foreground_psnr": reached, "single_color_psnr": single}
    if enough:
        demo.check(notes)
        return
    with pytest.raises(NersembleError, match=r"should reach 25.0 dB and 8.0 dB more"):
        demo.check(notes)
