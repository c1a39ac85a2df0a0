"""Learned colours of training cameras: what they record, and that the head takes no cast."""

import torch

from nersemble.rendering.camera_colors import CameraColors
from nersemble.rendering.composite import composite
from ray_samples import each_ray, random_samples


def _colors(n_cameras: int = 4, seed: int = 0) -> CameraColors:
    colors = CameraColors(n_cameras)
    generator = torch.Generator().manual_seed(seed)
    torch.nn.init.normal_(colors.corrections, 0.2, 0.3, generator=generator)
    return colors


def test_the_mean_over_the_cameras_changes_no_colour() -> None:
    corrections = _colors().of(torch.arange(4)).detach()
    assert float(corrections.std(0).min()) > 0.05
    torch.testing.assert_close(corrections.mean(0), torch.eye(4, 3))


def test_the_only_camera_records_the_head_as_it_is() -> None:
    torch.testing.assert_close(
        _colors(1).of(torch.zeros(2).long()), torch.eye(4, 3).expand(2, 4, 3)
    )


def test_cameras_record_the_head_and_not_what_is_behind_it() -> None:
    colors, samples, cameras = _colors(), random_samples([5, 0, 9]), torch.tensor([2, 0, 1])
    generator = torch.Generator().manual_seed(1)
    sigmas = torch.rand(len(samples), generator=generator)
    rgbs = torch.rand(len(samples), 3, generator=generator)
    rendered = composite(sigmas, rgbs, torch.zeros_like(rgbs), samples, clip_depth=False)
    recorded = colors(rendered, cameras)
    for ray, indices in enumerate(each_ray(samples)):
        wanted = torch.ones(3) * (1 - rendered.accumulations[ray])
        correction = colors.of(cameras[ray : ray + 1])[0]
        for i in indices:
            wanted += rendered.weights[i] * (rgbs[i] @ correction[:3] + correction[3])
        torch.testing.assert_close(recorded.rgbs[ray], wanted)
    assert recorded.rgbs[1].tolist() == [1, 1, 1]
    assert torch.equal(recorded.accumulations, rendered.accumulations)
