"""Steps through a graph equal those that are launched one by one, bit for bit.

On a CPU a stand-in calls the captured step again, as it was: what a step takes from the host as a
number, and not from memory, is then that of the captured step.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch
from torch import Tensor

from captures import PARTICIPANT, SEQUENCE
from micro import differing, micro_config
from nersemble.config import resolve
from nersemble.data_manager.dataset import open_dataset
from nersemble.engines import FusedEngine
from nersemble.jobs.loading import build_model

pytest.importorskip("triton")
from nersemble.fused.step_graph import StepGraph, Work, cuda_capture
from nersemble.fused.trainer import FusedTrainer

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
N_STEPS = 16
# Few rays and samples: each program of a kernel takes the interpreter milliseconds.
OPTIONS = {
    "n_train_rays": 6,
    "images_per_batch": 3,
    "timesteps_per_batch": 3,
    "grid_resolution": 4,
    "occ_warmup_steps": 2,
    "occ_update_interval": 6,
    "render_step_size": 0.5,
    "max_n_samples_per_batch": 8,
    "log2_hashmap_size": 5,
    "n_hash_encodings": 4,
    # Table 0 alone, then the codes fade in, then all tables open, while the other schedules run.
    "window_hash_encodings_begin": 4,
    "window_hash_encodings_end": 12,
    "window_deform_end": 14,
    "eps_depth_end_step": 14,
    "lr_decay_steps": 10,
    "lambda_time_smoothness_loss": 10.0,
    "background_color": "random",
}


@contextmanager
def _trainer(root: Path) -> Iterator[FusedTrainer]:
    given = micro_config(**OPTIONS)
    dataset = open_dataset(root, PARTICIPANT, SEQUENCE, given.data)
    config = resolve(given, dataset)
    model = build_model(PARTICIPANT, config, dataset.splits.n_timesteps, DEVICE)
    model.grid.cull(dataset.train_cameras)
    with FusedEngine().trainer(
        config,
        model,
        lambda: dataset.train_store(1),
        dataset.train_cameras,
        frame_budget_bytes=2**30,
    ) as trainer:
        assert isinstance(trainer, FusedTrainer)
        yield trainer


class StandIn:
    """Captures as a GPU does, by what can be seen. replayed: steps done by what was captured."""

    def __init__(self, trainer: FusedTrainer) -> None:
        self._trainer = trainer
        self.replayed: list[int] = []

    def __call__(self, work: Work) -> Work:
        captured = self._trainer.step

        def replay() -> Tensor:
            now = self._trainer.step
            self.replayed.append(now)
            self._trainer.go_to(captured)
            try:
                return work()
            finally:
                self._trainer.go_to(now)

        return replay


def _train(
    root: Path, capture_of: Callable[[FusedTrainer], Callable[[Work], Work]] | None
) -> tuple[dict[str, Tensor], list[dict[str, float]]]:
    """All tensors of a checkpoint, and the losses of all steps."""
    losses: dict[int, dict[str, float]] = {}
    with _trainer(root) as trainer:
        trainer.graph = StepGraph(capture_of(trainer) if capture_of else None)
        trainer.run(N_STEPS, lambda r: losses.setdefault(r.measured_step, dict(r.terms)))
        tensors = {name: tensor.clone() for name, tensor in trainer.tensors().items()}
    return tensors, [losses[step] for step in sorted(losses)]


@pytest.mark.skipif(DEVICE.type == "cuda", reason="a GPU has graphs of its own")
def test_replayed_steps_are_those_that_are_launched(root: Path) -> None:
    """Over opening windows, occupancy updates and a change of the rates."""
    stand_ins: list[StandIn] = []

    def stand_in(trainer: FusedTrainer) -> StandIn:
        stand_ins.append(StandIn(trainer))
        return stand_ins[0]

    launched, losses = _train(root, None)
    replayed, same_losses = _train(root, stand_in)
    assert differing(launched, replayed) == []
    assert losses == same_losses
    # The first two steps after each change are launched.
    assert stand_ins[0].replayed == [2, 3, 4, 7, 8, 9, 12, 13, 14, 15]


@pytest.mark.gpu
@pytest.mark.skipif(DEVICE.type == "cpu", reason="needs a CUDA device")
def test_a_graph_steps_as_launches_do(root: Path) -> None:
    """Up to the order in which sums are added up."""
    captures: list[int] = []

    def counting(trainer: FusedTrainer) -> Callable[[Work], Work]:
        def count(work: Work) -> Work:
            captures.append(trainer.step)
            return cuda_capture(work)

        return count

    _, launched = _train(root, None)
    _, replayed = _train(root, counting)
    assert len(captures) == 3
    for step, (one, other) in enumerate(zip(launched, replayed, strict=True)):
        # Adam's first steps are as long for a gradient of rounding errors as for any other.
        tolerance = 0.02 if step < 5 else 0.1
        for name, value in one.items():
            assert other[name] == pytest.approx(value, rel=tolerance, abs=1e-5), (step, name)


def test_work_that_cannot_be_captured_is_launched() -> None:
    attempts, done = [], []

    def capture(work: Work) -> Work:
        attempts.append(work)
        raise RuntimeError("operation not permitted when stream is capturing")

    def work() -> Tensor:
        done.append(True)
        return torch.zeros(1)

    graph = StepGraph(capture)
    for _ in range(5):
        graph.run("same", work)
    assert (len(attempts), len(done)) == (1, 5)
