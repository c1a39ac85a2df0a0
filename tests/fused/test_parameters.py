"""Parameters in blocks learn as they would alone, and their state in checkpoints is theirs."""

import torch
from torch import Tensor, nn

from nersemble.fused.parameters import FlatParameters
from nersemble.training.optimizers import Learnable, OptimizerConfig, learnables, make_optimizer
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
    flat: FlatParameters,
    parameters: dict[str, nn.Parameter],
    optimizer: torch.optim.Adam,
    step: int,
) -> None:
    unused = (UNUSED,) if step == 0 else ()
    flat.begin(unused)
    assert not flat.gradients.any()
    for name, gradient in _gradients(parameters, step).items():
        if name not in unused:
            there = parameters[name].grad
            assert there is not None
            there += gradient
    optimizer.step()


def test_blocks_learn_as_their_parameters_alone() -> None:
    """Also where one has no gradient at first, and counts its steps from then on."""
    ones, others = _small_parameters(), _small_parameters()
    alone, together = _by_name(ones), _by_name(others)
    flat = FlatParameters(others)
    plain = make_optimizer(ones, OptimizerConfig())
    ours = make_optimizer(flat.blocks.values(), OptimizerConfig())
    assert len(flat.blocks) < len(alone) / 2
    for step in range(3):
        _step_alone(alone, plain, step)
        _step_in_blocks(flat, together, ours, step)
    moments = flat.moments(ours)
    for name, parameter in alone.items():
        torch.testing.assert_close(together[name].data, parameter.data)
        for moment, value in plain.state[parameter].items():
            torch.testing.assert_close(moments[name][moment], value)
    assert float(moments[UNUSED]["step"]) == 2


def test_a_checkpoint_s_moments_go_on() -> None:
    ones, others = _small_parameters(), _small_parameters()
    alone, together = _by_name(ones), _by_name(others)
    plain = make_optimizer(ones, OptimizerConfig())
    for step in range(2):
        _step_alone(alone, plain, step)
    for name, parameter in together.items():
        parameter.data.copy_(alone[name].data)
    flat = FlatParameters(others)
    ours = make_optimizer(flat.blocks.values(), OptimizerConfig())
    flat.set_moments(ours, {name: plain.state[p] for name, p in alone.items()})
    _step_alone(alone, plain, 2)
    _step_in_blocks(flat, together, ours, 2)
    for name, parameter in alone.items():
        torch.testing.assert_close(together[name].data, parameter.data)
    moments = flat.moments(ours)
    for name, parameter in alone.items():
        torch.testing.assert_close(moments[name]["step"], plain.state[parameter]["step"])


def test_without_steps_there_are_no_moments() -> None:
    flat = FlatParameters(_small_parameters())
    ours = make_optimizer(flat.blocks.values(), OptimizerConfig())
    assert all(not values for values in flat.moments(ours).values())
    head = make_head()
    plain = make_optimizer(learnables(head), OptimizerConfig())
    assert all(not values for values in adam_moments(plain, head).values())
