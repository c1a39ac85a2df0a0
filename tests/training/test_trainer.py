"""The training loop: what it learns, and what its options change."""

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from micro import EVAL_SERIAL, differing, make_trainer, paint, write_capture
from nersemble.evaluation.foreground import foreground_sums
from nersemble.fields.dynamic_field import DynamicField
from nersemble.fields.windows import WindowState
from nersemble.marching.samples import RaySamples
from nersemble.rays.pixel_sampler import PixelSampler
from nersemble.rendering.renderer import TorchRenderer
from nersemble.training.loop import BadRays, StepReport
from nersemble.training.trainer import Trainer


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("capture")
    write_capture(root)
    return root


def _run(trainer: Trainer, last_step: int) -> list[StepReport]:
    reports: list[StepReport] = []
    trainer.run(last_step, reports.append)
    return reports


def _watch_samples(monkeypatch: pytest.MonkeyPatch) -> list[RaySamples]:
    """The samples that are rendered in each step."""
    seen: list[RaySamples] = []
    original = TorchRenderer.render_samples

    def render_samples(
        renderer: TorchRenderer, rays: Any, samples: RaySamples, blended: Any
    ) -> Any:
        seen.append(samples)
        return original(renderer, rays, samples, blended)

    monkeypatch.setattr(TorchRenderer, "render_samples", render_samples)
    return seen


# Learning


def test_it_learns_what_the_pictures_show(tmp_path: Path) -> None:
    paint(write_capture(tmp_path), (250, 40, 30))
    trainer, dataset = make_trainer(
        tmp_path, n_train_rays=128, lr_decay_steps=1000, lr_main=0.02, occ_update_interval=8
    )
    truth = dataset.truth(EVAL_SERIAL, 1)

    def held_out() -> float:
        image = trainer.renderer.image(dataset.eval_cameras[0], 1, trainer.windows, 4096)
        reached = foreground_sums(image.rgb.numpy(), truth.rgb, truth.alpha).psnr
        assert reached is not None
        return reached

    reports = _run(trainer, 1)
    before = held_out()
    reports += _run(trainer, 60)
    after = held_out()
    assert after > before + 4, (before, after)
    early = np.mean([report.terms["rgb"] for report in reports[:3]])
    late = np.mean([report.terms["rgb"] for report in reports[-10:]])
    assert late < early / 2
    assert reports[-1].loss < reports[0].loss / 2


def test_every_timestep_learns_its_own_code(capture: Path) -> None:
    trainer, dataset = make_trainer(capture, max_steps=8)
    field = trainer.model.field
    assert field.deformation is not None
    before = [field.hash_ensemble.codes.clone(), field.deformation.codes.clone()]
    _run(trainer, 8)
    for old, new in zip(before, [field.hash_ensemble.codes, field.deformation.codes], strict=True):
        assert len(new) == dataset.splits.n_timesteps
        assert (old != new).any(-1).all()


def test_reports_add_up(capture: Path) -> None:
    trainer, _ = make_trainer(capture)
    reports = _run(trainer, 4)
    assert [r.step for r in reports] == [1, 2, 3, 4]
    for report in reports:
        assert report.loss == pytest.approx(sum(report.terms.values()))
        assert report.psnr == pytest.approx(-10 * math.log10(report.terms["rgb"]))
        assert (report.n_rays, report.n_rays_dropped) == (64, 0)
        assert report.n_samples > 0
        assert report.seconds > 0


def test_the_learning_rates_follow_their_schedule(
    capture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rates: list[float] = []
    original = torch.optim.Adam.step

    def step(optimizer: torch.optim.Adam, *arguments: Any) -> Any:
        rates.append({g["name"]: g["lr"] for g in optimizer.param_groups}["fields"])
        return original(optimizer, *arguments)

    monkeypatch.setattr(torch.optim.Adam, "step", step)
    trainer, _ = make_trainer(capture, lr_main=0.08, lr_main_decay=0.5, lr_decay_steps=2)
    _run(trainer, 5)
    assert rates == pytest.approx([0.08, 0.08, 0.04, 0.04, 0.02])


# The occupancy grid


@pytest.mark.parametrize("which", ["batch", "all"])
def test_the_occupancy_update_blends_no_more_timesteps_than_a_step(
    capture: Path, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    blended: list[list[int]] = []
    original = DynamicField.blend

    def blend(field: DynamicField, timesteps: Tensor, windows: WindowState) -> Any:
        blended.append(timesteps.tolist())
        return original(field, timesteps, windows)

    monkeypatch.setattr(DynamicField, "blend", blend)
    trainer, _ = make_trainer(
        capture, timesteps_per_batch=1, occupancy_timesteps=which, occ_update_interval=1
    )
    (report,) = _run(trainer, 1)
    assert report.n_samples > 0
    assert all(len(timesteps) == 1 for timesteps in blended)
    looked_at = blended[1:]
    assert looked_at == ([] if which == "batch" else [[0], [1], [2]])
    assert trainer.model.grid.binaries.any()
    assert not trainer.model.grid.occs.requires_grad


def _density_by_timestep(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the occupancy update find density at timestep 2 alone."""

    def blend(field: DynamicField, timesteps: Tensor, windows: WindowState) -> Any:
        class Constant:
            grids = torch.zeros(len(timesteps), 1, 1)

            @staticmethod
            def density(positions: Tensor, slots: Tensor) -> Tensor:
                return (timesteps[slots] == 2).float()

        return Constant()

    monkeypatch.setattr(DynamicField, "blend", blend)


@pytest.mark.parametrize("group", [1, 2, 3])
def test_with_all_timesteps_each_cell_is_seen_at_its_own(
    capture: Path, monkeypatch: pytest.MonkeyPatch, group: int
) -> None:
    trainer, _ = make_trainer(capture, occupancy_timesteps="all", grid_resolution=32)
    _density_by_timestep(monkeypatch)
    blended: Any = trainer.model.field.blend(torch.arange(group), trainer.windows)
    trainer._update_occupancy(blended)
    grid = trainer.model.grid
    occupied = grid.binaries[grid.visible].float().mean()
    # A third of the cells, whatever the size of the groups.
    assert float(occupied) == pytest.approx(1 / 3, abs=0.05)


def test_the_occupancy_is_updated_at_its_interval(capture: Path) -> None:
    trainer, _ = make_trainer(capture, occ_update_interval=3, occ_warmup_steps=4)
    changed = []
    for step in range(7):
        before = trainer.model.grid.occs.clone()
        _run(trainer, step + 1)
        if not torch.equal(trainer.model.grid.occs, before):
            changed.append(step)
    assert changed == [0, 3, 6]


def test_a_disabled_occupancy_grid_stays_full_within_the_cameras_view(
    capture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = _watch_samples(monkeypatch)
    trainer, _ = make_trainer(capture, disable_occupancy_grid=True, alpha_thre=0)
    grid = trainer.model.grid
    assert bool(grid.visible.any())
    assert not bool(grid.visible.all())
    _run(trainer, 5)
    assert torch.equal(grid.binaries, grid.visible)
    assert not grid.occs.any()
    assert all(len(samples) > 0 for samples in seen)


# Limits and shapes of the model


@pytest.mark.parametrize("preset", ["tiny", "paper"])
def test_samples_are_limited_by_leaving_rays_out(
    capture: Path, monkeypatch: pytest.MonkeyPatch, preset: str
) -> None:
    seen = _watch_samples(monkeypatch)
    trainer, _ = make_trainer(capture, preset=preset, max_n_samples_per_batch=8, alpha_thre=0)
    reports = _run(trainer, 6)
    assert all(report.n_samples <= 256 for report in reports)
    assert all(report.n_rays + report.n_rays_dropped == 64 for report in reports)
    assert reports[0].n_rays_dropped > 0
    # No more rays than necessary: one more would not have fitted.
    assert [len(s) for s in seen] == [r.n_samples for r in reports]
    longest = max(int(s.counts.max()) for s in seen)
    assert all(r.n_samples > 256 - longest for r in reports if r.n_rays_dropped)


def test_without_a_limit_no_ray_is_left_out(capture: Path) -> None:
    trainer, _ = make_trainer(capture, alpha_thre=0)
    (report,) = _run(trainer, 1)
    assert report.n_samples > 256
    assert report.n_rays_dropped == 0


def test_one_ray_is_left_even_if_it_is_too_long(capture: Path) -> None:
    trainer, _ = make_trainer(
        capture, max_n_samples_per_batch=8, render_step_size=0.005, alpha_thre=0, n_train_rays=4
    )
    (report,) = _run(trainer, 1)
    assert report.n_rays == 1
    assert report.n_rays_dropped == 3


def test_without_deformation_nothing_moves(capture: Path) -> None:
    trainer, dataset = make_trainer(capture, use_deformation_field=False)
    reports = _run(trainer, 4)
    assert trainer.model.field.deformation is None
    assert not any("deformation" in name for name in trainer.tensors())
    image = trainer.renderer.image(dataset.eval_cameras[0], 0, trainer.windows, 4096)
    assert not image.offsets_unit.any()
    assert math.isfinite(reports[-1].loss)


def test_without_the_ensemble_one_grid_serves_all_timesteps(capture: Path) -> None:
    trainer, _ = make_trainer(capture, use_hash_ensemble=False, use_deformation_field=False)
    ensemble = trainer.model.field.hash_ensemble
    codes, tables = ensemble.codes.clone(), ensemble.tables.clone()
    _run(trainer, 6)
    assert len(ensemble.tables) == 1
    assert torch.equal(ensemble.codes, codes)
    assert not torch.equal(ensemble.tables, tables)
    grids = ensemble.blend(torch.arange(3), trainer.windows.hash)
    assert torch.equal(grids[0], grids[2])


def test_samples_grow_with_the_cone_angle(capture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = _watch_samples(monkeypatch)
    for cone_angle in (0.0, 0.05):
        trainer, _ = make_trainer(capture, cone_angle=cone_angle, alpha_thre=0)
        _run(trainer, 1)
    even, growing = ((s.t_ends - s.t_starts, s.t_starts) for s in seen)
    assert torch.allclose(even[0], torch.full_like(even[0], 0.3), atol=1e-4)
    expected = (0.05 * growing[1]).clamp(min=0.3)
    assert torch.allclose(growing[0], expected, rtol=1e-3)
    assert float(growing[0].max()) > 0.4
    assert len(seen[1]) < len(seen[0])


@pytest.mark.parametrize(
    ("options", "zero"),
    [
        ({"lambda_dist_loss": 0}, {"distortion"}),
        ({"lambda_alpha_loss": 0}, {"alpha"}),
        ({"lambda_depth_loss": 0, "lambda_near_loss": 0}, {"depth", "near"}),
        ({"lambda_background_loss": 0}, {"background"}),
        ({"lambda_time_smoothness_loss": 0}, {"time_smoothness"}),
    ],
)
def test_a_weight_of_zero_switches_its_loss_off(
    capture: Path, options: dict[str, Any], zero: set[str]
) -> None:
    trainer, _ = make_trainer(capture, **({"lambda_time_smoothness_loss": 1} | options))
    (report,) = _run(trainer, 1)
    assert {name for name, value in report.terms.items() if value == 0} == zero


def test_a_tie_brings_the_codes_of_neighbouring_timesteps_nearer(capture: Path) -> None:
    distances = []
    for tie in (0.0, 100.0):
        trainer, _ = make_trainer(capture, lambda_time_smoothness_loss=tie)
        _run(trainer, 30)
        codes = trainer.model.field.codes_in_use(trainer.windows)
        distances.append([float(c.detach().diff(dim=0).norm()) for c in codes])
    assert len(distances[0]) == 2
    for free, tied in zip(*distances, strict=True):
        assert tied < 0.5 * free


# What cannot go on


def _nan_rgbs(monkeypatch: pytest.MonkeyPatch, step: int, *, of_first_ray: bool = False) -> None:
    original = PixelSampler.batch

    def batch(sampler: PixelSampler, at: int) -> Any:
        rays, targets = original(sampler, at)
        if at == step:
            rgbs = targets.rgbs.clone()
            rgbs[: 1 if of_first_ray else None] = torch.nan
            targets = replace(targets, rgbs=rgbs)
        return rays, targets

    monkeypatch.setattr(PixelSampler, "batch", batch)


def test_a_step_with_a_loss_that_is_not_finite_changes_no_parameter(
    capture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer, _ = make_trainer(capture)
    _run(trainer, 3)
    before = {name: value.clone() for name, value in trainer.tensors().items()}
    _nan_rgbs(monkeypatch, 3)
    reports: list[StepReport] = []
    trainer.run(4, reports.append)
    assert [report.skipped for report in reports] == [True]
    assert math.isnan(reports[0].terms["rgb"])
    assert not math.isnan(reports[0].terms["alpha"])
    assert differing(before, trainer.tensors()) == []
    trainer.run(5, reports.append)
    assert not reports[1].skipped
    assert "model.field.hash_ensemble.tables" in differing(before, trainer.tensors())


def test_a_gradient_that_is_not_finite_changes_no_parameter(capture: Path) -> None:
    """With a loss that is: an overflow in the backward pass."""
    trainer, _ = make_trainer(capture)
    _run(trainer, 3)
    before = {name: value.clone() for name, value in trainer.tensors().items()}
    weights = trainer.model.field.base_mlp.weights[0]
    overflow = weights.register_hook(lambda gradient: gradient * float("inf"))
    reports: list[StepReport] = []
    trainer.run(4, reports.append)
    overflow.remove()
    assert reports[0].skipped
    assert math.isfinite(reports[0].loss)
    assert differing(before, trainer.tensors()) == []


def test_bad_rays_are_found_where_they_come_from(
    capture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer, _ = make_trainer(capture)
    _run(trainer, 2)
    assert trainer.bad_rays(2) == BadRays([], [])
    _nan_rgbs(monkeypatch, 3, of_first_ray=True)
    first = tuple(trainer.sampler.batch(3)[0].images[0].tolist())
    assert trainer.bad_rays(3) == BadRays([first], [])
    with torch.no_grad():
        trainer.model.field.color_mlp.weights[2].fill_(torch.nan)
    drawn = set(map(tuple, trainer.sampler.batch(2)[0].images.tolist()))
    of_model = trainer.bad_rays(2).of_model
    assert of_model
    assert set(of_model) <= drawn


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e30])
def test_absurd_densities_are_counted_and_bounded(capture: Path, value: float) -> None:
    trainer, _ = make_trainer(capture)
    _run(trainer, 1)
    grid = trainer.model.grid
    half = grid.config.grid_resolution // 2

    def density(positions: torch.Tensor, slots: torch.Tensor) -> torch.Tensor:
        left = positions[:, 0] < grid.scene_box.mean(0)[0]
        return torch.where(left, value, 1.0)

    grid.update(0, density, 1, 0.1, torch.Generator().manual_seed(0))
    assert int(grid.n_exploded) == half * (2 * half) ** 2
    assert torch.isfinite(grid.occs).all()
    grid.reopen()
    assert torch.equal(grid.binaries, grid.visible)
    assert float(grid.occs.max()) < 1


def test_a_reopened_grid_stays_open_for_as_long_as_was_asked(capture: Path) -> None:
    trainer, _ = make_trainer(capture)
    _run(trainer, 3)
    grid = trainer.model.grid
    grid.occs.zero_()
    grid.set_binaries(torch.zeros_like(grid.binaries))
    trainer.reopen_grid(trainer.step + 8)
    interval = grid.config.occ_update_interval
    reports: list[StepReport] = []
    trainer.run(3 + 8 + interval, reports.append)
    shares = [report.occupied for report in reports]
    assert shares[:8] == [float(grid.visible.float().mean())] * 8
    assert shares[-1] != shares[0]
