"""Which parameter learns how fast, and when that changes."""

import math
from typing import Any

import pytest
import torch
from torch import nn

from nersemble.errors import ConfigError
from nersemble.fields.config import DeformationFieldConfig, FieldConfig, HashEnsembleConfig
from nersemble.rendering.config import HeadModelConfig
from nersemble.rendering.head_model import HeadModel
from nersemble.training.config import OptimizerConfig
from nersemble.training.optimizers import learnables, make_optimizer, set_rates
from small_heads import BOX, make_head

_CODES = {"hash_ensemble.codes", "deformation.codes"}


def _groups(head: HeadModel, optimizer: torch.optim.Optimizer) -> dict[str, set[str]]:
    """Names of the field's parameters in each group."""
    names = {parameter: name for name, parameter in head.field.named_parameters()}
    return {
        group["name"]: {names[parameter] for parameter in group["params"]}
        for group in optimizer.param_groups
    }


# Section 5 of the specification: 0.8, 0.5 and 0.8 every 20 000 steps.
@pytest.mark.parametrize(
    ("step", "fields", "deformation", "embeddings"),
    [
        (0, 5e-3, 1e-3, 5e-3),
        (19_999, 5e-3, 1e-3, 5e-3),
        (20_000, 4e-3, 5e-4, 4e-3),
        (39_999, 4e-3, 5e-4, 4e-3),
        (40_000, 3.2e-3, 2.5e-4, 3.2e-3),
        (299_999, 2.199e-4, 6.1035e-8, 2.199e-4),
    ],
)
def test_learning_rates_of_the_paper(
    step: int, fields: float, deformation: float, embeddings: float
) -> None:
    optimizer = make_optimizer(learnables(make_head()), OptimizerConfig())
    set_rates(optimizer, OptimizerConfig().rates_at(step))
    rates = {group["name"]: group["lr"] for group in optimizer.param_groups}
    assert rates["fields"] == pytest.approx(fields, rel=1e-3)
    assert rates["deformation"] == pytest.approx(deformation, rel=1e-3)
    assert rates["embeddings"] == pytest.approx(embeddings, rel=1e-3)


def test_rates_depend_on_the_step_alone() -> None:
    config = OptimizerConfig(lr_decay_steps=10)
    walked, resumed = (make_optimizer(learnables(make_head()), config) for _ in range(2))
    for step in range(35):
        set_rates(walked, config.rates_at(step))
    set_rates(resumed, config.rates_at(34))
    for one, other in zip(walked.param_groups, resumed.param_groups, strict=True):
        assert one["lr"] == other["lr"]


@pytest.mark.parametrize(("max_steps", "last"), [(300_000, 0.8**14), (1500, 0.8**14), (3, 0.8**2)])
def test_rates_of_a_short_training_fall_as_far(max_steps: int, last: float) -> None:
    config = OptimizerConfig(lr_decay_steps=-1).over(max_steps)
    assert config.rates_at(0)["fields"] == config.lr_main
    assert config.rates_at(max_steps - 1)["fields"] == pytest.approx(config.lr_main * last)
    assert OptimizerConfig(lr_decay_steps=7).over(max_steps).lr_decay_steps == 7


def test_every_parameter_is_in_the_group_of_its_kind() -> None:
    head = make_head()
    groups = _groups(head, make_optimizer(learnables(head), OptimizerConfig()))
    everything = {name for name, _ in head.field.named_parameters()}
    assert groups["embeddings"] == _CODES
    assert groups["deformation"] == {
        name
        for name in everything - _CODES
        if name.split(".")[:2] in (["deformation", "layers"],)
        or name.split(".")[1] in ("rotation_head", "translation_head")
    }
    assert {"hash_ensemble.tables", "base_mlp.weights.0", "color_mlp.weights.2"} <= groups["fields"]
    assert set().union(*groups.values()) == everything
    assert sum(len(names) for names in groups.values()) == len(everything)


def test_without_deformation_there_is_no_such_group() -> None:
    config = HeadModelConfig(
        FieldConfig(
            HashEnsembleConfig(n_hash_encodings=1, n_levels=2, log2_hashmap_size=6),
            DeformationFieldConfig(use_deformation_field=False),
        )
    )
    head = HeadModel(config, BOX, 2, torch.Generator().manual_seed(0))
    optimizer = make_optimizer(learnables(head), OptimizerConfig())
    assert _groups(head, optimizer).keys() == {"fields", "embeddings"}
    set_rates(optimizer, OptimizerConfig().rates_at(20_000))


class _Gains(nn.Module):
    """A parameter in a module that is in another one; only the outer one may name its group."""

    def __init__(self, group: str | None) -> None:
        super().__init__()
        self.inner = nn.Linear(2, 1, bias=False)
        if group is not None:
            self.parameter_group = lambda name: {"inner.weight": group}[name]


def test_parameters_elsewhere_in_a_model_have_whole_names_and_their_module_s_group() -> None:
    head = make_head()
    head.gains = _Gains("embeddings")
    found = {learnable.name: learnable for learnable in learnables(head)}
    assert found["gains.inner.weight"].group == "embeddings"
    assert found["gains.inner.weight"].parameter is head.gains.inner.weight
    assert found["hash_ensemble.codes"].parameter is head.field.hash_ensemble.codes


def test_a_parameter_without_a_group_is_refused_by_name() -> None:
    head = make_head()
    head.gains = _Gains(None)
    with pytest.raises(ValueError, match="inner"):
        learnables(head)


def test_a_step_moves_each_group_at_its_own_rate() -> None:
    head = make_head()
    config = OptimizerConfig(lr_main=1e-2, lr_deformation_field=1e-3, lr_embeddings=1e-4)
    optimizer = make_optimizer(learnables(head), config)
    before = {name: value.clone() for name, value in head.field.named_parameters()}
    for parameter in head.field.parameters():
        parameter.grad = torch.full_like(parameter, 3.0)
    optimizer.step()
    rates = {"hash_ensemble.tables": 1e-2, "color_mlp.weights.0": 1e-2}
    rates |= {"deformation.layers.0.weight": 1e-3, "deformation.rotation_head.bias": 1e-3}
    rates |= dict.fromkeys(_CODES, 0.0001)
    after = dict(head.field.named_parameters())
    for name, rate in rates.items():
        # Adam's first step is the rate, whatever the size of the gradient.
        moved = before[name] - after[name].detach()
        torch.testing.assert_close(moved, torch.full_like(moved, rate), rtol=1e-2, atol=1e-6)


def test_tiny_gradients_count_as_in_the_paper() -> None:
    # eps 1e-15: entries of the tables are seldom touched, and then by little.
    head = make_head()
    optimizer = make_optimizer(learnables(head), OptimizerConfig(lr_main=1e-2))
    tables = head.field.hash_ensemble.tables
    before = tables.detach().clone()
    tables.grad = torch.zeros_like(tables)
    tables.grad[0, 0] = 1e-12
    optimizer.step()
    moved = before - tables.detach()
    assert moved[0, 0].tolist() == pytest.approx([1e-2, 1e-2], rel=1e-2)
    assert moved.count_nonzero() == 2  # no weight decay


def test_adams_memory_is_the_standard_one() -> None:
    head = make_head()
    optimizer = make_optimizer(learnables(head), OptimizerConfig(lr_main=1e-2))
    matrix = head.field.base_mlp.weights[0]
    with torch.no_grad():
        matrix.zero_()
    for gradient in (1.0, -2.0):
        matrix.grad = torch.full_like(matrix, gradient)
        optimizer.step()
    first = 1e-2
    mean = (0.9 * 0.1 * 1.0 + 0.1 * -2.0) / (1 - 0.9**2)
    square = (0.999 * 0.001 * 1.0 + 0.001 * 4.0) / (1 - 0.999**2)
    wanted = -first - 1e-2 * mean / math.sqrt(square)
    assert float(matrix[0, 0].detach()) == pytest.approx(wanted, rel=1e-4)


@pytest.mark.parametrize(
    "options",
    [
        {"lr_main": -1e-3},
        {"lr_deformation_field": -1.0},
        {"lr_embeddings": -1.0},
        {"lr_decay_steps": 0},
        {"lr_decay_steps": -2},
    ],
)
def test_options_out_of_range_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=f"--{next(iter(options))}"):
        OptimizerConfig(**options)


def test_spans_halve_the_rates_of_their_steps() -> None:
    config = OptimizerConfig()
    usual = config.rates_at(0)
    slow = ((10, 20), (15, 30))
    factors = {9: 1.0, 10: 0.5, 14: 0.5, 15: 0.25, 19: 0.25, 20: 0.5, 29: 0.5, 30: 1.0}
    for step, factor in factors.items():
        rates = config.rates_at(step, slow)
        assert rates == {name: rate * factor for name, rate in usual.items()}
