"""What an evaluation writes: means, masked semantics, strict JSON, whole files, pictures."""

import json
import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import fmean

import imageio.v3 as imageio
import numpy as np
import pytest
import torch

from nersemble.commands.evaluate import summary
from nersemble.errors import CheckpointError, MissingDependencyError, RunError
from nersemble.evaluation import metrics as metrics_module
from nersemble.evaluation.accumulator import EvaluationAccumulator
from nersemble.evaluation.config import EvaluationConfig
from nersemble.evaluation.foreground import NO_FOREGROUND, foreground_sums
from nersemble.evaluation.jod import jod
from nersemble.evaluation.metrics import psnr
from nersemble.evaluation.results import write_prediction
from nersemble.evaluation.ssim import ssim
from nersemble.jobs.evaluating import Evaluated
from nersemble.ops.colors import blend_on_white, to_uint8

SERIALS = ("222200040", "220700191")
TIMESTEPS = (0, 4, 9)
HEIGHT, WIDTH = 48, 40
NO_LPIPS = MissingDependencyError("No weights here: bring some.")

Shot = tuple[np.ndarray, np.ndarray, np.ndarray]


def shot(seed: int) -> Shot:
    """prediction, blended truth, alpha; the prediction strays out of 0..1."""
    rng = np.random.default_rng(seed)
    row, column = np.mgrid[0:HEIGHT, 0:WIDTH]
    distance = np.hypot(row - HEIGHT / 2, column - WIDTH / 2)
    alpha = (np.rint(np.clip((18 - distance) / 4, 0, 1) * 255) / 255).astype(np.float32)
    rgb = rng.random((HEIGHT, WIDTH, 3)).astype(np.float32)
    truth = blend_on_white(rgb, alpha)
    prediction = truth + rng.normal(0, 0.05 * (1 + seed % 3), truth.shape).astype(np.float32)
    return prediction.astype(np.float32), truth, alpha


@pytest.fixture
def shots() -> dict[tuple[str, int], Shot]:
    keys = [(serial, timestep) for serial in SERIALS for timestep in TIMESTEPS]
    return {key: shot(seed) for seed, key in enumerate(keys)}


def accumulator(ssim_crop: bool = False) -> EvaluationAccumulator:
    return EvaluationAccumulator(step=300_000, jod_fps=24.0, lpips=NO_LPIPS, ssim_crop=ssim_crop)


def filled(shots: dict[tuple[str, int], Shot], ssim_crop: bool = False) -> EvaluationAccumulator:
    gathered = accumulator(ssim_crop)
    for (serial, timestep), pictures in shots.items():
        gathered.add(SERIALS.index(serial), serial, timestep, *pictures)
    return gathered


def test_means_over_all_pictures_and_per_camera(shots: dict[tuple[str, int], Shot]) -> None:
    result = filled(shots).result()
    expected = {key: psnr(p, t) for key, (p, t, _) in shots.items()}
    assert result.mean.regular["psnr"] == pytest.approx(fmean(expected.values()), rel=1e-9)
    for serial in SERIALS:
        of_camera = [value for (s, _), value in expected.items() if s == serial]
        assert result.per_cam[serial].regular["psnr"] == pytest.approx(fmean(of_camera), rel=1e-9)
    errors = [np.mean((np.clip(p, 0, 1).astype(float) - t) ** 2) for p, t, _ in shots.values()]
    assert result.mean.regular["mse"] == pytest.approx(fmean(errors), rel=1e-6)


def test_masked_blends_prediction_and_blended_truth_once_more(
    shots: dict[tuple[str, int], Shot],
) -> None:
    result = filled(shots).result()
    pairs = [
        [np.clip(image, 0, 1) * a[..., None] + (1 - a[..., None]) for image in (p, t)]
        for p, t, a in shots.values()
    ]
    assert result.mean.masked["psnr"] == pytest.approx(
        fmean(psnr(*pair) for pair in pairs), abs=1e-5
    )
    assert result.mean.masked["ssim"] == pytest.approx(
        fmean(ssim(*pair) for pair in pairs), abs=1e-5
    )
    assert result.mean.masked["psnr"] > (result.mean.regular["psnr"] or math.inf)


@pytest.mark.parametrize("empty", [True, False])
def test_heads_that_are_not_there_are_mentioned(
    shots: dict[tuple[str, int], Shot], empty: bool, tmp_path: Path
) -> None:
    seen = {k: (np.ones_like(p) if empty else p, t, a) for k, (p, t, a) in shots.items()}
    evaluated = Evaluated(tmp_path, tmp_path / "result.json", filled(seen).result(), None)
    assert ("worse than a single colour" in summary(evaluated)) == empty


def test_ssim_crop_is_passed_on_and_noted(shots: dict[tuple[str, int], Shot]) -> None:
    cropped = filled(shots, ssim_crop=True).result()
    values = [ssim(np.clip(p, 0, 1), t, crop_border=True) for p, t, _ in shots.values()]
    assert cropped.mean.regular["ssim"] == pytest.approx(fmean(values), abs=1e-6)
    assert cropped.notes["ssim_crop"] is True


@pytest.mark.parametrize("crop", [True, False])
def test_notes_hold_both_ssim_by_name_and_say_which_is_in_the_scores(
    shots: dict[tuple[str, int], Shot], crop: bool
) -> None:
    result = filled(shots, ssim_crop=crop).result()
    noted = result.notes["ssim"]
    assert noted["ssim_is"] == ("torchmetrics_2023_cropped" if crop else "torchmetrics_1.4.2")
    for name, cropped in (("torchmetrics_2023_cropped", True), ("torchmetrics_1.4.2", False)):
        values = {
            key: ssim(np.clip(p, 0, 1), t, crop_border=cropped) for key, (p, t, _) in shots.items()
        }
        assert noted["mean"]["regular"][name] == pytest.approx(fmean(values.values()), abs=1e-6)
        for serial in SERIALS:
            of_camera = fmean(value for (s, _), value in values.items() if s == serial)
            assert noted["per_cam"][serial]["regular"][name] == pytest.approx(of_camera, abs=1e-6)
    bundles = [(result.mean, noted["mean"])]
    bundles += [(result.per_cam[serial], noted["per_cam"][serial]) for serial in SERIALS]
    for bundle, both in bundles:
        assert bundle.regular["ssim"] == both["regular"][noted["ssim_is"]]
        assert bundle.masked["ssim"] == both["masked"][noted["ssim_is"]]


def test_a_picture_that_counts_twice_weighs_twice_in_means_and_video() -> None:
    twice, spelled_out = accumulator(), accumulator()
    twice.add(0, SERIALS[0], 0, *shot(0), 2)
    twice.add(0, SERIALS[0], 1, *shot(1))
    for timestep, seed in enumerate((0, 0, 1)):
        spelled_out.add(0, SERIALS[0], timestep, *shot(seed))
    assert twice.result().mean == spelled_out.result().mean
    assert twice.result().notes["n_images"] == 3


def test_jod_is_of_each_cameras_video_in_order_of_time(
    shots: dict[tuple[str, int], Shot],
) -> None:
    result = filled(shots).result()
    backwards = filled(dict(reversed(shots.items()))).result()
    for serial in SERIALS:
        frames = [shots[serial, timestep] for timestep in TIMESTEPS]
        predictions, truths = ([to_uint8(f[i], "truncate") for f in frames] for i in (0, 1))
        assert result.per_cam[serial].regular["jod"] == pytest.approx(
            jod(predictions, truths, 24.0)
        )
        # The release's masked video: 8-bit pictures, blended again in float and truncated again.
        weights = [np.rint(a * 255)[..., None].astype(np.float64) / 255 for _, _, a in frames]
        blended = [
            [
                ((w * (f / 255) + (1 - w)) * 255).clip(0, 255).astype(np.uint8)
                for f, w in zip(video, weights, strict=True)
            ]
            for video in (predictions, truths)
        ]
        masked = result.per_cam[serial].masked["jod"]
        assert masked == pytest.approx(jod(*blended, 24.0))
        assert masked > (result.per_cam[serial].regular["jod"] or math.inf)
    assert backwards.per_cam == {serial: result.per_cam[serial] for serial in backwards.per_cam}
    jods = [bundle.regular["jod"] or math.nan for bundle in result.per_cam.values()]
    assert result.mean.regular["jod"] == pytest.approx(fmean(jods))


def test_closing_cameras_early_changes_nothing_but_forbids_more(
    shots: dict[tuple[str, int], Shot],
) -> None:
    gathered = filled(shots)
    gathered.close_camera(SERIALS[1])
    with pytest.raises(ValueError, match="220700191, timestep 11"):
        gathered.add(1, SERIALS[1], 11, *shot(0))
    assert gathered.result() == filled(shots).result()


def test_the_order_of_pictures_and_threads_change_nothing(
    shots: dict[tuple[str, int], Shot],
) -> None:
    in_order, mixed = filled(shots), accumulator()
    with ThreadPoolExecutor(4) as pool:
        for (serial, timestep), pictures in reversed(shots.items()):
            pool.submit(mixed.add, SERIALS.index(serial), serial, timestep, *pictures)
    assert mixed.result().to_json() == in_order.result().to_json()


def test_cameras_come_in_order_of_their_index() -> None:
    gathered = accumulator()
    for index, serial in ((1, "b"), (0, "z"), (2, "a")):
        gathered.add(index, serial, 0, *shot(index))
    assert list(gathered.result().per_cam) == ["z", "b", "a"]


def test_notes_say_what_was_measured_and_what_is_missing(
    shots: dict[tuple[str, int], Shot],
) -> None:
    notes = filled(shots).result().notes
    pooled = sum((foreground_sums(*each) for each in shots.values()), NO_FOREGROUND)
    assert notes["foreground_psnr"] == pytest.approx(pooled.psnr)
    assert notes["single_color_psnr"] == pytest.approx(pooled.single_color_psnr)
    assert notes["missing"] == {"lpips": str(NO_LPIPS)}
    assert (notes["step"], notes["n_images"]) == (300_000, 6)
    assert notes["timesteps"] == list(TIMESTEPS)


def test_file_has_the_releases_keys_and_nulls_for_what_is_missing(
    tmp_path: Path, shots: dict[tuple[str, int], Shot], monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_jod(*args: object) -> float:
        raise MissingDependencyError("No JOD today: install it.")

    monkeypatch.setattr(metrics_module, "jod", no_jod)
    path = filled(shots).result().write(tmp_path / "evaluation" / "checkpoint_300000")
    assert path.name == "evaluation_result.json"
    content = json.loads(path.read_text())
    assert set(content) == {"mean", "per_cam", "notes"}
    assert set(content["per_cam"]) == set(SERIALS)
    for bundle in (content["mean"], *content["per_cam"].values()):
        assert set(bundle) == {"regular", "masked"}
        for scores in bundle.values():
            assert set(scores) == {"psnr", "ssim", "lpips", "mse", "jod"}
            assert scores["lpips"] is None
            assert scores["jod"] is None
            assert scores["psnr"] > 0
    assert content["notes"]["missing"]["jod"] == "No JOD today: install it."
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_infinite_psnr_is_null_with_its_place_and_strict_json(tmp_path: Path) -> None:
    gathered = accumulator()
    _, truth, alpha = shot(0)
    gathered.add(0, "same", 0, truth, truth, alpha)
    gathered.add(1, "other", 0, *shot(1))
    result = gathered.result()
    assert result.mean.regular["psnr"] == math.inf

    def refuse(constant: str) -> float:
        raise AssertionError(f"{constant} is no JSON")

    content = json.loads(result.write(tmp_path).read_text(), parse_constant=refuse)
    assert content["mean"]["regular"]["psnr"] is None
    assert content["per_cam"]["same"]["masked"]["psnr"] is None
    assert content["per_cam"]["other"]["regular"]["psnr"] > 0
    assert content["mean"]["regular"]["mse"] > 0
    assert content["notes"]["infinite"] == [
        "mean.regular.psnr",
        "mean.masked.psnr",
        "per_cam.same.regular.psnr",
        "per_cam.same.masked.psnr",
    ]
    # Writing twice is no different: the result itself is not changed.
    assert json.loads(result.write(tmp_path).read_text()) == content


def test_non_finite_predictions_name_the_camera_and_timestep() -> None:
    prediction, truth, alpha = shot(0)
    prediction[3, 3] = np.nan
    with pytest.raises(CheckpointError, match=r"step 300000 .*222200040 at timestep 4"):
        accumulator().add(0, SERIALS[0], 4, prediction, truth, alpha)


def test_a_picture_counts_once() -> None:
    gathered = accumulator()
    gathered.add(0, SERIALS[0], 4, *shot(0))
    with pytest.raises(ValueError, match="timestep 4"):
        gathered.add(0, SERIALS[0], 4, *shot(1))
    with pytest.raises(ValueError, match="no picture"):
        accumulator().result()


def test_evaluation_goes_on_without_a_backbone_but_not_with_a_bad_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    gathered = EvaluationAccumulator.for_evaluation(EvaluationConfig(), step=1, jod_fps=24.0)
    assert gathered.add(0, SERIALS[0], 0, *shot(0))["lpips"] is None
    result = gathered.result()
    assert result.mean.regular["lpips"] is None
    assert "--lpips_backbone" in result.notes["missing"]["lpips"]
    named = EvaluationConfig(lpips_backbone=tmp_path / "absent.pth")
    with pytest.raises(CheckpointError, match=r"absent\.pth"):
        EvaluationAccumulator.for_evaluation(named, step=1, jod_fps=24.0)


def test_predictions_are_written_truncated_under_the_releases_names(tmp_path: Path) -> None:
    prediction = shot(2)[0]
    path = write_prediction(tmp_path, 95, 3, prediction)
    assert path == tmp_path / "frame_00095" / "cam_3.png"
    np.testing.assert_array_equal(
        imageio.imread(path), np.floor(np.clip(prediction, 0, 1) * np.float32(255))
    )
    assert [p.name for p in path.parent.iterdir()] == ["cam_3.png"]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "frame_00000").write_text("in the way")
    with pytest.raises(RunError, match=r"frame_00000.cam_0\.png"):
        write_prediction(tmp_path, 0, 0, shot(0)[0])
