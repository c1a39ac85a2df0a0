"""Parameters in blocks learn as they would alone, and their state in checkpoints is theirs."""

import subprocess
import sys

import torch
from torch import Tensor, nn

from nersemble.fused.parameters import FlatParameters
from nersemble.training.config import OptimizerConfig
from nersemble.training.optimizers import Learnable, learnables, make_optimizer
from nersemble.training.state import adam_moments
from small_heads import make_head

UNUSED = "hash_ensemble.codes"


def _small_parameters() -> list[Learnable]:
    return [found for found in learnables(make_head()) if found.name != "hash_ensemble.tables"]


def _by_name(parameters: list[Learnable]) -> dict[str, nn.Parameter]:
    return {found.name: found.parameter for found in parameters}


def _gradients(parameters: dict[str, nn.Parameter], step: int) -> dict[str, Tensor]:
    generator = torch.Generator().manual_seed(step)
    return {n: torch.randn(p.shape, generator=generator) for n, p in parameters.items()}


def _step_alone(
    parameters: dict[str, nn.Parameter], optimizer: torch.optim.Adam, step: int
) -> None:
    for name, gradient in _gradients(parameters, step).items():
        parameters[name].grad = None if step == 0 and name == UNUSED else gradient
    optimizer.step()


def _step_in_blocks(
    flat: FlatParameters, parameters: dict[str, nn.Parameter], step: int, skip: float = 0.0
) -> None:
    unused = (UNUSED,) if step == 0 else ()
    flat.begin(unused)
    assert not flat.gradients.any()
    for name, gradient in _gradients(parameters, step).items():
        if name not in unused:
            there = parameters[name].grad
            assert there is not None
            there += gradient
    flat.step(OptimizerConfig().rates_at(0), torch.tensor([skip]))


def test_blocks_learn_as_their_parameters_alone() -> None:
    """Also where one has no gradient at first, and counts its steps from then on."""
    ones, others = _small_parameters(), _small_parameters()
    alone, together = _by_name(ones), _by_name(others)
    flat = FlatParameters(others)
    plain = make_optimizer(ones, OptimizerConfig())
    for step in range(3):
        _step_alone(alone, plain, step)
        _step_in_blocks(flat, together, step)
    moments = flat.moments()
    for name, parameter in alone.items():
        torch.testing.assert_close(together[name].data, parameter.data)
        for moment, value in plain.state[parameter].items():
            torch.testing.assert_close(moments[name][moment], value)
    assert float(moments[UNUSED]["step"]) == 2


def test_a_step_to_be_skipped_changes_nothing() -> None:
    small = _small_parameters()
    parameters, flat = _by_name(small), FlatParameters(small)
    _step_in_blocks(flat, parameters, 1)
    before = {name: parameter.detach().clone() for name, parameter in parameters.items()}
    moments = {n: {m: v.clone() for m, v in of.items()} for n, of in flat.moments().items()}
    _step_in_blocks(flat, parameters, 2, skip=1.0)
    for name, parameter in parameters.items():
        assert torch.equal(parameter.data, before[name])
        for moment, value in flat.moments()[name].items():
            assert torch.equal(value, moments[name][moment])


def test_a_checkpoint_s_moments_go_on() -> None:
    ones, others = _small_parameters(), _small_parameters()
    alone, together = _by_name(ones), _by_name(others)
    plain = make_optimizer(ones, OptimizerConfig())
    for step in range(2):
        _step_alone(alone, plain, step)
    for name, parameter in together.items():
        parameter.data.copy_(alone[name].data)
    flat = FlatParameters(others)
    flat.set_moments({name: plain.state[p] for name, p in alone.items()})
    _step_alone(alone, plain, 2)
    _step_in_blocks(flat, together, 2)
    for name, parameter in alone.items():
        torch.testing.assert_close(together[name].data, parameter.data)
    moments = flat.moments()
    for name, parameter in alone.items():
        torch.testing.assert_close(moments[name]["step"], plain.state[parameter]["step"])


def test_a_step_imports_no_compiler() -> None:
    """torch's takes seconds, and making one of torch's optimizers imports it."""
    program = """
import sys, torch
from nersemble.fused.parameters import FlatParameters
from nersemble.training.optimizers import Learnable
values = torch.nn.Parameter(torch.zeros(3))
flat = FlatParameters([Learnable("values", "fields", values)])
flat.begin()
values.grad += 1
flat.step({"fields": 0.5}, torch.zeros(1))
assert values.tolist() != [0.0] * 3
assert "torch._dynamo" not in sys.modules
"""
    subprocess.run([sys.executable, "-W", "ignore", "-c", program], check=True)


def test_without_steps_there_are_no_moments() -> None:
    flat = FlatParameters(_small_parameters())
    assert all(not values for values in flat.moments().values())
    head = make_head()
    plain = make_optimizer(learnables(head), OptimizerConfig())
    assert all(not values for values in adam_moments(plain, head).values())
