"""``evaluate --protocol``: what each changes of a run, and how it goes with ``--preset``."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from micro import EVAL_SERIAL, FRAME_NUMBERS, Workspace, open_on_cpu
from nersemble.cli import main
from nersemble.commands.evaluate import parse_evaluate
from nersemble.config import RunDescription, describe
from nersemble.evaluation.config import RELEASE
from nersemble.jobs.loading import LoadedRun
from nersemble.marching.config import GridFilterConfig
from nersemble.presets import PRESETS, resolve_protocol, under_protocol


def _described(preset: Any) -> RunDescription:
    return RunDescription(18, "X", "", preset, PRESETS[preset])


def _loaded(space: Workspace, step: int, **options: Any) -> LoadedRun:
    folders = {"models": space.models, "data": space.captures}
    return open_on_cpu("NERS-1", step, **folders, **options)


@pytest.mark.parametrize(
    ("argv", "protocol", "crop"),
    [
        ([], "run", False),
        (["--preset", "paper"], "release", True),
        (["--preset", "default"], "default", False),
        (["--preset", "tiny"], "default", False),
        (["--protocol", "release"], "release", True),
        (["--protocol=release", "--skip-timesteps", "3"], "release", True),
        (["--protocol", "default", "--ssim_crop"], "default", True),
        (["--preset", "paper", "--protocol", "default"], "default", False),
        (["--preset", "paper", "--protocol", "run"], "run", True),
        (["--preset", "tiny", "--protocol", "release"], "release", True),
    ],
)
def test_the_preset_gives_the_protocol_unless_it_is_named(
    argv: list[str], protocol: str, crop: bool
) -> None:
    parsed = parse_evaluate(["NERS-1", *argv])
    assert (parsed.protocol, parsed.config.ssim_crop) == (protocol, crop)


def test_an_option_against_the_releases_protocol_is_an_error(
    error_line: Callable[[int], str],
) -> None:
    message = error_line(main(["evaluate", "NERS-1", "--protocol", "release", "--no-ssim_crop"]))
    assert "--no-ssim_crop contradicts the release's protocol" in message


def test_release_is_the_same_for_every_run_and_what_the_paper_preset_trains_for() -> None:
    assert {resolve_protocol("release", _described(preset)) for preset in PRESETS} == {RELEASE}
    # The paper preset of training has all of the release's quirks but those of the timesteps.
    own = resolve_protocol("run", _described("paper"))
    assert replace(own, repeats_timesteps=True) == RELEASE
    default = resolve_protocol("default", _described("paper"))
    assert default == resolve_protocol("run", _described("default"))
    assert default != own


def test_a_run_of_any_preset_is_put_under_the_releases_protocol(trained: Workspace) -> None:
    before = _loaded(trained, 3)
    config = before.description.config
    assert before.model.config == config.model
    assert config.model.marcher.early_stop_eps > 0
    own = resolve_protocol("run", before.description)
    assert under_protocol(config, own) == config
    assert _loaded(trained, 3, choose_protocol=lambda _: own).windows == before.windows
    release = _loaded(trained, 3, choose_protocol=partial(resolve_protocol, "release"))
    field = release.model.field
    assert (release.windows.deformation, release.windows.hash) == (field.n_bands, field.n_tables)
    assert release.windows != before.windows
    assert release.model.config.marcher.early_stop_eps == 0
    assert release.model.config.clip_depth_to_batch
    assert release.dataset.splits == before.dataset.splits
    # Truncation darkens: no pixel is brighter than with rounding, some are darker by one step.
    difference = 255 * (
        before.dataset.truth(EVAL_SERIAL, 1).rgb - release.dataset.truth(EVAL_SERIAL, 1).rgb
    )
    assert difference.min() > -1e-3
    assert 0.5 < difference.max() < 1 + 1e-3


@pytest.mark.slow
def test_release_figures_are_those_of_pictures_rendered_to_its_letter(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    # A run of our presets, evaluated as the release does.
    assert workspace.train() == 0
    assert describe(workspace.run()).preset == "tiny"
    assert workspace.evaluate("NERS-1", 6, "--protocol", "release") == 0
    folder = workspace.run().evaluation_folder / "checkpoint_6_max_eval_timesteps_15"
    content = json.loads((folder / "evaluation_result.json").read_text())
    notes = content["notes"]
    # Three timesteps, drawn fifteen times: 0 to 2 in steps of 1/7, rounded down.
    assert notes["n_images"] == 15
    assert notes["jod_fps"] == pytest.approx(73 / (3 / 15))
    assert (notes["protocol"], notes["ssim"]["ssim_is"]) == ("release", "torchmetrics_2023_cropped")
    assert (
        content["mean"]["regular"]["ssim"]
        == notes["ssim"]["mean"]["regular"]["torchmetrics_2023_cropped"]
    )
    released = _loaded(
        workspace,
        6,
        choose_protocol=partial(resolve_protocol, "release"),
        grid_filter=GridFilterConfig(use_occupancy_grid_filtering=True),
    )
    psnrs = []
    for timestep, number in enumerate(FRAME_NUMBERS):
        camera = released.dataset.eval_cameras[0]
        picture = released.renderer.image(camera, timestep, released.windows, 8192).rgb.numpy()
        with Image.open(folder / f"frame_{number:05d}" / "cam_0.png") as written:
            assert np.array_equal(np.asarray(written), (picture * 255).astype(np.uint8))
        truth = released.dataset.truth(EVAL_SERIAL, timestep).rgb
        psnrs.append(-10 * np.log10(np.mean((picture.astype(np.float64) - truth) ** 2)))
    expected = np.average(psnrs, weights=[7, 7, 1])
    assert content["mean"]["regular"]["psnr"] == pytest.approx(expected, abs=1e-4)
    out = capsys.readouterr().out
    for name, key in (
        ("SSIM as torchmetrics of 2023 (border cropped)", "torchmetrics_2023_cropped"),
        ("SSIM as torchmetrics >= 1.4.2", "torchmetrics_1.4.2"),
    ):
        assert f"{name}: regular {notes['ssim']['mean']['regular'][key]:.4f}, masked " in out


@pytest.mark.slow
def test_a_runs_own_protocol_is_noted(trained: Workspace, tmp_path: Path) -> None:
    for options, protocol in (((), "run"), (("--protocol", "default"), "default")):
        assert trained.evaluate("NERS-1", 6, "--max_eval_timesteps", 1, *options) == 0
        folder = trained.run().evaluation_folder / "checkpoint_6_max_eval_timesteps_1"
        notes = json.loads((folder / "evaluation_result.json").read_text())["notes"]
        assert (notes["protocol"], notes["n_images"]) == (protocol, 1)
        assert notes["ssim"]["ssim_is"] == "torchmetrics_1.4.2"


def test_a_video_of_the_preset_paper_is_rendered_as_the_release_does(
    trained: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever preset the run was trained with."""
    seen: list[tuple[float, bool, float]] = []

    def note(job: Any, _: Path) -> list[Path]:
        loaded = job.source._part(0)
        stop = loaded.model.config.marcher.early_stop_eps
        seen.append((stop, job.source.preset == "paper", loaded.windows.hash))
        return []

    monkeypatch.setattr("nersemble.jobs.videos._write_videos", note)
    assert trained.render("NERS-1", "--checkpoint", 3) == 0
    assert trained.render("NERS-1", "--checkpoint", 3, "--preset", "paper") == 0
    (stop, raw, hash_window), theirs = seen
    assert stop > 0
    assert not raw
    assert hash_window < 2
    assert theirs == (0.0, True, 2.0)
