"""The losses against alpha maps that are wrong here and there, on rays that share no parameters."""

import torch
from torch import Tensor

from nersemble.losses.config import LossConfig
from nersemble.losses.terms import compute_losses
from nersemble.marching.samples import RaySamples
from nersemble.presets import PRESETS
from nersemble.rays.batch import Targets
from nersemble.rendering.composite import CompositedRays, composite

_N = 120
_HEAD = torch.arange(_N) < _N // 2
_WALL = 0.45
"""Colour behind the head, which a pixel shows where its label says head and there is none."""


def _samples() -> RaySamples:
    """Each ray has one in front of the head and one on it."""
    starts = torch.tensor([4.0, 5.0]).repeat(_N)
    return RaySamples(
        torch.arange(_N).repeat_interleave(2), starts, starts + 0.5, torch.arange(_N + 1) * 2
    )


def _trained(losses: LossConfig, background: str, n_wrong: int) -> CompositedRays:
    """Densities and colours after 500 steps; in each, the labels of another few rays are wrong."""
    generator = torch.Generator().manual_seed(0)
    skin = 0.2 + 0.5 * torch.rand(_N, 3, generator=generator)
    samples = _samples()
    sigmas = torch.zeros(2 * _N, requires_grad=True)
    colors = torch.zeros(2 * _N, 3, requires_grad=True)
    optimizer = torch.optim.Adam([sigmas, colors], 0.05)

    def rendered() -> CompositedRays:
        zeros = torch.zeros(2 * _N, 3)
        return composite(sigmas.exp(), colors.sigmoid(), zeros, samples, clip_depth=False)

    for step in range(500):
        label = _HEAD.clone()
        wrong = torch.randperm(_N, generator=generator)[:n_wrong]
        label[wrong] = ~label[wrong]
        photo = torch.where(_HEAD[:, None], skin, torch.tensor(_WALL))
        over_white = torch.where(label[:, None], photo, torch.tensor(1.0))
        behind = torch.ones(_N, 3)
        if background == "random":
            behind = torch.rand(_N, 3, generator=generator)
        targets = Targets(over_white, label.float(), torch.zeros(_N), behind)
        optimizer.zero_grad()
        compute_losses(rendered(), samples, targets, losses, step).total.backward()
        optimizer.step()
    with torch.no_grad():
        return rendered()


def _errors(rendered: CompositedRays) -> tuple[float, float]:
    """How far accumulations are from 1 on the head and from 0 beside it, in the mean."""
    off: Tensor = (rendered.accumulations - _HEAD.float()).abs()
    return float(off[_HEAD].mean()), float(off[~_HEAD].mean())


def test_five_percent_of_wrong_labels_cost_less_than_with_the_paper_s_terms() -> None:
    config, paper = PRESETS["default"], PRESETS["paper"]
    now = _errors(_trained(config.losses, config.sampler.background_color, _N // 20))
    before = _errors(_trained(paper.losses, paper.sampler.background_color, _N // 20))
    assert now[0] < before[0]
    assert now[1] < before[1]
    # The head stays opaque, and beside it is next to nothing.
    assert now[0] < 0.03
    assert now[1] < 0.1
