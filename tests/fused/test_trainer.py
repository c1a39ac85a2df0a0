"""Training through fused kernels: the same steps as in plain torch, and checkpoints for both."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from captures import PARTICIPANT, SEQUENCE
from micro import differing, micro_config
from nersemble import engines
from nersemble.config import resolve
from nersemble.data_manager.dataset import Dataset, open_dataset
from nersemble.engines import FusedEngine, TorchEngine
from nersemble.errors import DivergedError, TrainingError
from nersemble.evaluation.metrics import psnr
from nersemble.jobs import health
from nersemble.jobs.loading import build_model
from nersemble.losses.patches import PatchLosses, PatchTerm
from nersemble.training.loop import StepReport, TrainingLoop

pytest.importorskip("triton")
from nersemble.fused.kernels.launching import collecting
from nersemble.fused.losses import tie_codes
from nersemble.fused.renderer import FusedRenderer
from nersemble.fused.sampler import BlankBatches
from nersemble.fused.trainer import FusedTrainer

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
# Few rays and samples: each program of a kernel takes the interpreter milliseconds.
OPTIONS = {
    "n_train_rays": 24,
    "grid_resolution": 8,
    "occ_warmup_steps": 2,
    "render_step_size": 0.4,
    "max_n_samples_per_batch": 9,
    "log2_hashmap_size": 6,
    "window_hash_encodings_begin": 1,
    "window_hash_encodings_end": 4,
    "lambda_time_smoothness_loss": 100.0,
}


def _dataset(root: Path) -> Dataset:
    return open_dataset(root, PARTICIPANT, SEQUENCE, micro_config(**OPTIONS).data)


@contextmanager
def trainer_on(
    root: Path, *, fused: bool, frame_budget_bytes: int = 0, **changes: object
) -> Iterator[TrainingLoop]:
    """Frames stay on the host by default, where both engines draw the same rays."""
    given = micro_config(**(OPTIONS | changes))
    dataset = open_dataset(root, PARTICIPANT, SEQUENCE, given.data)
    config = resolve(given, dataset)
    model = build_model(PARTICIPANT, config, dataset.splits.n_timesteps, DEVICE)
    model.grid.cull(dataset.train_cameras)
    store = dataset.train_store(1)
    engine = FusedEngine() if fused else TorchEngine()
    with engine.trainer(
        config, model, lambda: store, dataset.train_cameras, frame_budget_bytes=frame_budget_bytes
    ) as trainer:
        yield trainer


def train(trainer: TrainingLoop, n_steps: int) -> list[StepReport]:
    """Takes steps; what each reported about itself (the last ones may not have reported yet)."""
    reports: dict[int, StepReport] = {}
    trainer.run(trainer.step + n_steps, lambda r: reports.setdefault(r.measured_step, r))
    return [reports[step] for step in sorted(reports)]


@pytest.mark.parametrize("camera_colors", [False, True])
def test_steps_are_those_of_plain_torch(root: Path, camera_colors: bool) -> None:
    """Losses agree step by step; so the updates between them do."""
    results = []
    for fused in (False, True):
        with trainer_on(root, fused=fused, camera_color_correction=camera_colors) as trainer:
            results.append(train(trainer, 3))
    assert [r.n_rays for r in results[1]] == [r.n_rays for r in results[0]]
    for plain, ours in zip(*results, strict=True):
        assert ours.n_samples == pytest.approx(plain.n_samples, rel=0.05)
        assert ours.occupied == pytest.approx(plain.occupied, rel=0.05)
        for name, value in plain.terms.items():
            assert ours.terms[name] == pytest.approx(value, rel=0.02, abs=1e-5), name


PATCHES = {"patch_size": 3, "patch_start_step": 1, "lambda_patch_ssim": 0.2}


@pytest.fixture
def small_patches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Patches of few rays, compared by what needs no window."""

    def roughness(rendered: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
        return (rendered.diff(dim=-1) - wanted.diff(dim=-1)).square().mean((1, 2, 3))

    losses = PatchLosses(3, (PatchTerm("patch_ssim", 0.2, roughness),))
    monkeypatch.setattr(engines, "_patch_losses", lambda *_: losses)


@pytest.mark.usefixtures("small_patches")
@pytest.mark.parametrize("camera_colors", [False, True])
def test_patches_are_compared_as_in_plain_torch(root: Path, camera_colors: bool) -> None:
    results = []
    changes = PATCHES | {"camera_color_correction": camera_colors}
    for fused in (False, True):
        with trainer_on(root, fused=fused, **changes) as trainer:
            results.append(train(trainer, 3))
    assert [r.terms["patch_ssim"] > 0 for r in results[0]] == [False, True, True]
    for plain, ours in zip(*results, strict=True):
        assert ours.terms.keys() == plain.terms.keys()
        for name, value in plain.terms.items():
            assert ours.terms[name] == pytest.approx(value, rel=0.02, abs=1e-5), name


def test_the_gradient_of_tied_codes_is_autograd_s() -> None:
    found = []
    for fused in (False, True):
        torch.manual_seed(0)
        codes = [torch.nn.Parameter(torch.randn(t, 3, device=DEVICE)) for t in (4, 1, 2)]
        if fused:
            term = tie_codes(codes, 0.3)
        else:
            term = 0.3 * sum((c.diff(dim=0) ** 2).sum() / max(len(c) - 1, 1) for c in codes)
            term.backward()
        found.append([term.detach().view(1), *(c.grad for c in codes)])
    for plain, ours in zip(*found, strict=True):
        torch.testing.assert_close(ours, plain)


def test_a_checkpoint_of_either_back_end_serves_both(root: Path) -> None:
    with trainer_on(root, fused=True, camera_color_correction=True) as first:
        train(first, 2)
        saved = {name: tensor.clone() for name, tensor in first.tensors().items()}
        state = {n: t for n, t in saved.items() if n.startswith("model.")}
        pictures = [_picture(root, first, moment) for moment in (1, 1.5)]
    with trainer_on(root, fused=False, camera_color_correction=True) as plain:
        names = {n.removeprefix("model."): t.to(DEVICE) for n, t in state.items()}
        plain.model.load_state_dict(names)
        plain.model.grid.set_binaries(plain.model.grid.binaries.clone())
        plain.restore(2, saved)
        same = [_picture(root, plain, moment) for moment in (1, 1.5)]
        continued = train(plain, 1)
        back = {name: tensor.clone() for name, tensor in plain.tensors().items()}
    for ours, theirs in zip(pictures, same, strict=True):
        assert psnr(ours, theirs) > 45
    assert (saved["optimizer.camera_colors.corrections.exp_avg"] != 0).any()
    # The codes have no moments before their window opens.
    assert {n: back[n].shape for n in saved} == {n: t.shape for n, t in saved.items()}
    with trainer_on(root, fused=True, camera_color_correction=True) as second:
        second.restore(3, back)
        for name, taken in second.tensors().items():
            if "tables.exp" in name:
                # Four bits of each are kept.
                error = (taken.cpu().float() - back[name].cpu().float()).norm()
                assert error < 0.1 * back[name].cpu().norm(), name
    assert continued[0].measured_step == 3


def _picture(root: Path, trainer: TrainingLoop, moment: float) -> np.ndarray:
    dataset: Dataset = open_dataset(root, PARTICIPANT, SEQUENCE, micro_config(**OPTIONS).data)
    camera = dataset.eval_cameras[0].resized(6, 8)
    image = trainer.renderer.image(camera, moment, trainer.windows, 1000)
    picture: np.ndarray = image.rgb.cpu().numpy()
    return picture


def test_a_resumed_run_has_the_same_numbers(root: Path) -> None:
    """The tables' two halves and rounded moments pass through a checkpoint unchanged."""
    with trainer_on(root, fused=True) as whole:
        train(whole, 2)
        saved = {name: tensor.clone() for name, tensor in whole.tensors().items()}
    with trainer_on(root, fused=False) as other:
        names = {n[6:]: t.to(DEVICE) for n, t in saved.items() if n.startswith("model.")}
        other.model.load_state_dict(names)
        tables = FusedRenderer(other.model).field.tables.joined("cpu")
    assert differing({"tables": tables},
                     {"tables": saved["model.field.hash_ensemble.tables"]}) == []  # fmt: skip


@pytest.mark.usefixtures("small_patches")
@pytest.mark.parametrize("resident", [False, True])
def test_a_rehearsal_without_pictures_launches_what_all_steps_launch(
    root: Path, resident: bool
) -> None:
    """With the same types and constants, also where patches begin, and no parameter changes."""
    variants: list[set[object]] = [set(), set()]
    budget = 2**30 if resident else 0

    def note(kernel: Any, grid: Any, arguments: Any, options: Any) -> None:
        types = [
            (a.dtype, a.data_ptr() % 16) if isinstance(a, torch.Tensor) else type(a)
            for a in arguments
        ]
        variants[running].add((kernel.fn.__name__, *types, *sorted(options.items())))
        if running:
            kernel[grid](*arguments, **options)

    with (
        trainer_on(root, fused=True, frame_budget_bytes=budget, **PATCHES) as trainer,
        collecting(note),
    ):
        assert isinstance(trainer, FusedTrainer)
        before = {name: tensor.clone() for name, tensor in trainer.tensors().items()}
        running = False
        sampler, seed = micro_config(**OPTIONS).sampler, trainer.config.loop.seed
        blank = BlankBatches(sampler, trainer.model.field.n_timesteps, seed, DEVICE)
        FusedTrainer(trainer.config, trainer.renderer, blank).rehearse()
        assert differing(trainer.tensors(), before) == []
        running = True
        train(trainer, 6)
    assert len(variants[1]) > 20 + resident
    assert variants[1] - variants[0] == set()


@pytest.mark.gpu
@pytest.mark.skipif(DEVICE.type == "cpu", reason="needs a CUDA device")
def test_kernels_are_compiled_in_threads_only(root: Path, tmp_path: Path) -> None:
    knobs = pytest.importorskip("triton.knobs")
    compiled: dict[bool, list[str]] = {True: [], False: []}
    here = threading.current_thread()

    def listener(*, src: Any, **_: Any) -> None:
        compiled[threading.current_thread() is here].append(src.name)

    with knobs.compilation.scope(), knobs.cache.scope():
        knobs.cache.dir = str(tmp_path)
        knobs.compilation.listener = listener
        # No other test has tables of this size, so that not all kernels are in memory.
        with trainer_on(root, fused=True, log2_hashmap_size=7) as trainer:
            train(trainer, 6)
    assert "update_kernel" in compiled[False]
    assert compiled[True] == []


def test_a_gradient_that_overflows_touches_no_parameter(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Although the loss is finite."""
    original = FusedTrainer._sum_over_processes

    def overflow(trainer: FusedTrainer, *arguments: Any) -> torch.Tensor:
        numbers = original(trainer, *arguments)
        trainer.model.field.base_mlp.weights[0].grad[0, 0] = torch.inf  # type: ignore[index]
        return numbers

    with trainer_on(root, fused=True) as trainer:
        train(trainer, 1)
        before = {name: tensor.clone() for name, tensor in trainer.tensors().items()}
        with monkeypatch.context() as patch:
            patch.setattr(FusedTrainer, "_sum_over_processes", overflow)
            report = train(trainer, 1)[-1]
        changed = differing(trainer.tensors(), before)
    assert report.skipped
    assert np.isfinite(report.loss)
    assert not [n for n in changed if not n.endswith(".step") and not n.startswith("model.grid")]


def test_a_loss_that_is_not_finite_touches_no_parameter(root: Path) -> None:
    with trainer_on(root, fused=True) as trainer:
        train(trainer, 1)
        with torch.no_grad():
            trainer.model.field.color_mlp.weights[2].fill_(torch.nan)
        before = {name: tensor.clone() for name, tensor in trainer.tensors().items()}
        first = train(trainer, 1)[-1]
        assert first.skipped
        assert trainer.bad_rays(trainer.step - 1).of_model
        changed = differing(trainer.tensors(), before)
    # Only counters, the occupancy grid, which had been updated before, and what equals nothing.
    unequal = {"model.field.color_mlp.weights.2"}
    kept = [n for n in changed if not n.endswith(".step") and not n.startswith("model.grid")]
    assert set(kept) == unequal


@pytest.mark.parametrize("fused", [True, False])
def test_steps_without_samples_are_seen_by_the_health(
    root: Path, monkeypatch: pytest.MonkeyPatch, fused: bool
) -> None:
    monkeypatch.setattr(health, "EMPTY_STEPS", 4)
    with trainer_on(root, fused=fused, render_step_size=900, occ_update_interval=1000) as trainer:
        watched = health.Health(trainer, _dataset(root))
        with pytest.raises(TrainingError, match="--render_step_size is 900"):
            trainer.run(8, watched.look)
        assert trainer.step == 4


@pytest.mark.parametrize("fused", [True, False])
def test_rates_that_are_too_high_are_seen_by_the_health(
    root: Path, monkeypatch: pytest.MonkeyPatch, fused: bool
) -> None:
    monkeypatch.setattr(health, "EMPTY_STEPS", 3)
    with trainer_on(root, fused=fused, lr_main=100, alpha_thre=0.01) as trainer:
        watched = health.Health(trainer, _dataset(root))
        with pytest.raises(DivergedError):
            trainer.run(20, watched.look)
