"""Several processes train as one does: the same losses and the same parameters, to rounding."""

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import torch

from captures import PARTICIPANT, SEQUENCE
from micro import micro_config
from nersemble.config import resolve
from nersemble.data_manager.dataset import open_dataset
from nersemble.distributed import ALONE, World
from nersemble.engines import FusedEngine, TorchEngine
from nersemble.errors import ConfigError, TrainingError
from nersemble.fields.table_shard import TableShard
from nersemble.jobs.loading import build_model
from nersemble.training.loop import StepReport, TrainingLoop
from together import together

pytestmark = pytest.mark.slow

# On the CPU, kernels run in Triton's interpreter only.
HAS_TRITON = importlib.util.find_spec("triton") is not None and not torch.cuda.is_available()

Saved = dict[str, torch.Tensor]
Outcome = tuple[list[StepReport], Saved]

# An odd number of rays; without a limit on samples, which is each process's own.
PLAIN = {
    "n_train_rays": 65,
    "dist_loss_max_rays": 50,
    "occupancy_timesteps": "all",
    "lambda_time_smoothness_loss": 1.0,
}
COLORS = PLAIN | {"camera_color_correction": True}
# Few rays and samples: each program of a kernel takes the interpreter milliseconds.
FUSED = {
    "n_train_rays": 5,
    "grid_resolution": 4,
    "render_step_size": 0.8,
    "max_n_samples_per_batch": 8,
    "log2_hashmap_size": 6,
    "n_levels": 2,
    "window_hash_encodings_begin": 0,
    "window_hash_encodings_end": 1,
    "lambda_time_smoothness_loss": 1.0,
    "camera_color_correction": True,
}
ON_GPUS = {
    "n_train_rays": 2048,
    "grid_resolution": 32,
    "render_step_size": 0.05,
    "max_n_samples_per_batch": 18,
    "log2_hashmap_size": 16,
    "n_levels": 8,
}


# Two rays. Over random colours some codes' gradients cancel, and Adam makes steps of rounding.
FEW = PLAIN | {"n_train_rays": 2, "background_color": "white", "lambda_background_loss": 0}


@contextmanager
def trainer_on(
    root: Path, world: World, fused: bool, options: dict[str, object], on_gpu: bool = False
) -> Iterator[TrainingLoop]:
    device = torch.device("cuda" if on_gpu else "cpu")
    given = micro_config(**options)
    dataset = open_dataset(root, PARTICIPANT, SEQUENCE, given.data)
    config = resolve(given, dataset)
    model = build_model(PARTICIPANT, config, dataset.splits.n_timesteps, device)
    model.grid.cull(dataset.train_cameras)
    store = dataset.train_store(1)
    engine = FusedEngine() if fused else TorchEngine()
    with engine.trainer(
        config, model, lambda: store, dataset.train_cameras,
        frame_budget_bytes=2**30 if on_gpu else 0, world=world,
    ) as trainer:  # fmt: skip
        yield trainer


def outcome(
    world: World,
    root: Path,
    fused: bool,
    n_steps: int,
    options: dict[str, object],
    on_gpu: bool = False,
) -> Outcome:
    """Reports of some steps and what a checkpoint would hold."""
    reports: list[StepReport] = []
    with trainer_on(root, world, fused, options, on_gpu) as trainer:
        trainer.run(n_steps, reports.append)
        tensors = {name: tensor.cpu().clone() for name, tensor in trainer.tensors().items()}
    return reports, tensors


def several_outcomes(world: World, root: Path, folder: Path, with_fused: bool) -> None:
    """What the tests look at, computed in the same processes, since starting them is slow."""
    found: dict[str, object] = {
        "plain": outcome(world, root, False, 20, PLAIN),
        "few": outcome(world, root, False, 2, FEW),
        "colors": outcome(world, root, False, 2, COLORS),
        "resumed": _resumed(world, root, torch.load(folder / "one.pt")),
        "error": _error(world, root),
    }
    if with_fused:
        found["fused"] = outcome(world, root, True, 2, FUSED)
    torch.save(found, folder / f"rank-{world.rank}.pt")


def _resumed(world: World, root: Path, saved: Saved) -> Outcome:
    """Step 4 from a checkpoint of three steps in one process."""
    reports: list[StepReport] = []
    with trainer_on(root, world, False, PLAIN) as trainer:
        state = {name[6:]: value for name, value in saved.items() if name.startswith("model.")}
        name = "field.hash_ensemble.tables"
        state[name] = trainer.model.field.hash_ensemble.shard.own(state[name])
        trainer.model.load_state_dict(state)
        trainer.model.grid.set_binaries(trainer.model.grid.binaries.clone())
        trainer.restore(3, saved)
        trainer.run(4, reports.append)
        return reports, dict(trainer.tensors())


def _error(world: World, root: Path) -> str:
    """What is said where one process only has a parameter that is not finite."""
    with trainer_on(root, world, False, PLAIN) as trainer:
        if world.rank == 1:
            trainer.model.field.hash_ensemble.tables.data[0, 0, 0] = torch.nan
        with pytest.raises(TrainingError) as error:
            trainer.check_finite_parameters()
    return str(error.value)


def _assert_same(ours: Outcome, wanted: Outcome, rel: float) -> None:
    assert ours[1].keys() == wanted[1].keys()
    for mine, other in zip(ours[0], wanted[0], strict=True):
        assert mine.terms == pytest.approx(other.terms, rel=1e-4, abs=1e-9)
        figures = ("n_rays", "n_samples", "n_rays_dropped", "occupied")
        assert [getattr(mine, f) for f in figures] == [getattr(other, f) for f in figures]
    for name, value in wanted[1].items():
        largest = float(value.float().abs().max()) or 1.0
        error = float((ours[1][name].float() - value.float()).abs().max())
        assert error <= rel * largest, name


@pytest.fixture(scope="module")
def found(root: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    folder = tmp_path_factory.mktemp("plain")
    torch.save(outcome(ALONE, root, False, 3, PLAIN)[1], folder / "one.pt")
    together(2, several_outcomes, root, folder, HAS_TRITON)
    return [torch.load(folder / f"rank-{rank}.pt", weights_only=False) for rank in range(2)]


def test_two_processes_train_as_one(root: Path, found: list[dict[str, Any]]) -> None:
    _assert_same(found[0]["plain"], outcome(ALONE, root, False, 20, PLAIN), rel=1e-3)


def test_two_processes_learn_the_colours_of_cameras_as_one(
    root: Path, found: list[dict[str, Any]]
) -> None:
    _assert_same(found[0]["colors"], outcome(ALONE, root, False, 2, COLORS), rel=1e-3)


def test_all_processes_report_the_same(found: list[dict[str, Any]]) -> None:
    first, second = ([r.terms for r in one["plain"][0]] for one in found)
    assert first == second


def test_a_process_may_have_one_ray_without_samples(
    root: Path, found: list[dict[str, Any]]
) -> None:
    _assert_same(found[0]["few"], outcome(ALONE, root, False, 2, FEW), rel=1e-3)


def test_a_checkpoint_of_one_process_goes_on_in_two(
    root: Path, found: list[dict[str, Any]]
) -> None:
    reports, tensors = outcome(ALONE, root, False, 4, PLAIN)
    _assert_same(found[0]["resumed"], (reports[3:], tensors), rel=1e-3)


def test_a_parameter_that_is_not_finite_ends_all(found: list[dict[str, Any]]) -> None:
    for one in found:
        assert "hash_ensemble.tables is not finite" in one["error"]


@pytest.mark.skipif(not HAS_TRITON, reason="needs triton, and no GPU")
def test_two_processes_with_fused_kernels_train_as_one(
    root: Path, found: list[dict[str, Any]]
) -> None:
    """The tables' first moments are bfloat16, of which two may differ in the last bit."""
    _assert_same(found[0]["fused"], outcome(ALONE, root, True, 2, FUSED), rel=2**-8)


def gpu_outcome(world: World, root: Path, folder: Path) -> None:
    found = outcome(world, root, True, 10, ON_GPUS, on_gpu=True)
    torch.save(found, folder / f"rank-{world.rank}.pt")


@pytest.mark.gpu
@pytest.mark.skipif(torch.cuda.device_count() < 2, reason="needs two GPUs")
def test_two_gpus_train_as_one(root: Path, tmp_path: Path) -> None:
    """Sums on GPUs depend on their order, and Adam's first steps make little things large: two runs
    on one GPU are not equal either. A share that is missing would be an error of about 1."""
    wanted = outcome(ALONE, root, True, 10, ON_GPUS, on_gpu=True)
    together(2, gpu_outcome, root, tmp_path, gpus=True)
    ours = torch.load(tmp_path / "rank-0.pt", weights_only=False)
    for mine, other in zip(ours[0], wanted[0], strict=True):
        assert mine.loss == pytest.approx(other.loss, rel=0.02)
        assert mine.n_samples == pytest.approx(other.n_samples, rel=0.02)
    errors = {
        name: float((ours[1][name].double() - value.double()).norm() / value.double().norm())
        for name, value in wanted[1].items()
        if value.any()
    }
    assert max(errors.values()) < 0.25, errors


def test_shares_of_the_tables_are_equal_or_refused() -> None:
    shards = [TableShard(24, World(rank, 3)) for rank in range(3)]
    assert [(s.first, s.last) for s in shards] == [(0, 8), (8, 16), (16, 24)]
    with pytest.raises(ConfigError, match="--nproc_per_node"):
        TableShard(24, World(0, 5))


def test_more_processes_than_rays_are_refused(root: Path) -> None:
    with (
        pytest.raises(ConfigError, match="--n_train_rays 1"),
        trainer_on(root, World(0, 2), False, {"n_train_rays": 1}),
    ):
        pass
