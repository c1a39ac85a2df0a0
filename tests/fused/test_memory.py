"""What training is said to need, and what is said where a card has less."""

import dataclasses
import re

import pytest

from nersemble.errors import ConfigError
from nersemble.fields.config import DeformationFieldConfig, FieldConfig, HashEnsembleConfig
from nersemble.fused.memory import (
    GIB,
    TrainingSizes,
    check_fits,
    estimate_training_bytes,
    fitted,
)
from nersemble.marching.config import MarcherConfig
from nersemble.rays.config import PixelSamplerConfig
from nersemble.rendering.config import HeadModelConfig
from nersemble.training.memory import TrainingMemory

SIZES = TrainingSizes(
    n_timesteps=100,
    n_images=1200,
    image_shape=(802, 550),
)
CARD = 80 * GIB


def _model(
    *, deformation: bool = True, samples_power: int = 19, **ensemble: int | bool
) -> HeadModelConfig:
    settings = {"latent_dim_time": ensemble.get("n_hash_encodings", 32)} | ensemble
    return HeadModelConfig(
        dynamic_field=FieldConfig(
            HashEnsembleConfig(**settings),
            DeformationFieldConfig(use_deformation_field=deformation),
        ),
        marcher=MarcherConfig(max_n_samples_per_batch=samples_power),
    )


def _estimate(
    model: HeadModelConfig | None = None,
    sampler: PixelSamplerConfig | None = None,
    sizes: TrainingSizes = SIZES,
    *,
    resident: bool = False,
) -> TrainingMemory:
    return estimate_training_bytes(
        model or _model(), sampler or PixelSamplerConfig(), sizes, resident_frames=resident
    )


def _error(free: int, *, model: HeadModelConfig | None = None, sizes: TrainingSizes = SIZES) -> str:
    with pytest.raises(ConfigError) as caught:
        check_fits(model or _model(), PixelSamplerConfig(), sizes, free, CARD)
    return str(caught.value)


def _suggested(message: str) -> dict[str, int]:
    return {name: int(value) for name, value in re.findall(r"--(\w+) (\d+)", message)}


def _applied(options: dict[str, int]) -> TrainingMemory:
    """The default settings with these options, put together by hand."""
    changes = dict(options)
    power = changes.pop("max_n_samples_per_batch", 19)
    sampler = PixelSamplerConfig(timesteps_per_batch=changes.pop("timesteps_per_batch", 24))
    return _estimate(_model(samples_power=power, **changes), sampler)


def test_the_parts_of_the_default_settings() -> None:
    memory = _estimate(resident=True)
    numbers = 2 * HashEnsembleConfig().grid.n_entries
    # Five levels are dense, eleven have 2^19 entries.
    assert numbers == pytest.approx(2 * 11 * 2**19, rel=0.2)
    assert memory.tables == memory.moments == 32 * numbers * 2
    assert memory.grids == 24 * numbers * 2
    assert memory.grid_gradients == 24 * numbers * 4
    # The grids' memory has room for the activations.
    assert memory.deformation == 0
    assert memory.samples == 2**19 * (16 * 12 + 2 * 2 * 32 + 120) + 2**20 * (2 * 32 + 80)
    assert memory.frames == 1200 * 802 * 550 * 6
    assert memory.total == pytest.approx(1.05 * sum(dataclasses.astuple(memory)))
    # The issue allows 8 GiB for these settings.
    assert 4 * GIB < _estimate().total < 8 * GIB


def test_activations_need_memory_where_the_grids_have_no_room_for_them() -> None:
    small = _estimate(_model(log2_hashmap_size=14))
    assert small.grids < 6 * 128 * 2 * 2**17 == small.deformation


def test_memory_does_not_grow_with_the_timesteps_but_by_the_frames() -> None:
    many = dataclasses.replace(SIZES, n_timesteps=1118)
    assert _estimate(sizes=many) == _estimate()
    one = dataclasses.replace(SIZES, n_timesteps=1)
    assert _estimate(sizes=one).grids * 24 == _estimate().grids


def test_fewer_images_than_timesteps_limit_the_grids() -> None:
    few = _estimate(sampler=PixelSamplerConfig(images_per_batch=6))
    assert few.grids * 4 == _estimate().grids


def test_parts_that_are_switched_off_need_nothing() -> None:
    assert _estimate(_model(deformation=False)).deformation == 0
    single = _estimate(_model(use_hash_ensemble=False))
    grid = _model(use_hash_ensemble=False).dynamic_field.hash_ensemble.grid
    assert single.tables == 2 * 2 * grid.n_entries


def test_frames_are_resident_where_a_quarter_of_the_free_memory_holds_them() -> None:
    everything = _estimate(resident=True)

    def frames(free: int) -> int:
        return check_fits(_model(), PixelSamplerConfig(), SIZES, free, CARD).frames

    assert frames(CARD) == everything.frames
    assert frames(max(4 * everything.frames, everything.total)) == everything.frames
    assert frames(4 * everything.frames - 1) == 0
    # A quarter would hold these, but then the rest would not fit.
    few = dataclasses.replace(SIZES, n_images=400)
    free = _estimate(sizes=few, resident=True).total - 1
    assert 4 * _estimate(sizes=few, resident=True).frames < free
    assert check_fits(_model(), PixelSamplerConfig(), few, free, CARD).frames == 0


def test_what_fits_exactly_is_accepted() -> None:
    needed = _estimate().total
    assert check_fits(_model(), PixelSamplerConfig(), SIZES, needed, needed) == _estimate()
    assert "Training needs" in _error(needed - 1)


@pytest.mark.parametrize("free_tenths", range(12, 44, 4))
def test_the_options_named_fit_and_leave_alone_what_they_can(free_tenths: int) -> None:
    free = free_tenths * GIB // 10
    message = _error(free)
    assert f"{_estimate().total / GIB:.1f} GiB of GPU memory" in message
    assert f"{free / GIB:.1f} GiB of the card's 80.0 GiB are free" in message
    options = _suggested(message)
    assert options
    assert _applied(options).total <= free
    # Each option is needed: with its next larger value, and the others as named, it does not fit.
    larger = {
        "max_n_samples_per_batch": lambda v: v + 1,
        "timesteps_per_batch": lambda v: {4: 8, 8: 16, 16: 24}[v],
        "n_hash_encodings": lambda v: 2 * v,
        "log2_hashmap_size": lambda v: v + 1,
    }
    assert list(options) == [name for name in larger if name in options]
    for name, value in options.items():
        assert _applied(options | {name: larger[name](value)}).total > free
    # A later option is touched only where all earlier ones at their smallest do not help.
    order = list(larger)
    smallest = {"max_n_samples_per_batch": 16, "timesteps_per_batch": 4, "n_hash_encodings": 4}
    last = order.index(list(options)[-1])
    earlier = {name: smallest[name] for name in order[:last]}
    if earlier:
        assert _applied(earlier).total > free


def test_a_little_too_small_a_card_only_needs_fewer_samples() -> None:
    assert _suggested(_error(_estimate().total - 1)) == {"max_n_samples_per_batch": 18}


def test_a_card_that_is_too_small_for_anything_is_told_so() -> None:
    message = _error(GIB // 2)
    assert "no smaller options fit" in message
    assert not _suggested(message)


def test_options_that_do_nothing_are_not_named() -> None:
    small = dataclasses.replace(SIZES, n_timesteps=2)
    model = _model(samples_power=14, use_hash_ensemble=False)
    free = _estimate(model, sizes=small).total - 1
    assert set(_suggested(_error(free, model=model, sizes=small))) == {"log2_hashmap_size"}


def test_nothing_smaller_to_try() -> None:
    small = dataclasses.replace(SIZES, n_timesteps=2)
    model = _model(samples_power=14, n_hash_encodings=4, log2_hashmap_size=14)
    message = _error(GIB // 2, model=model, sizes=small)
    assert "no smaller options fit" in message
    assert not _suggested(message)


def test_what_is_fitted_is_what_the_error_names() -> None:
    model, sampler = _model(), PixelSamplerConfig()
    for free in (int(gib * GIB) for gib in (2, 3, 4)):
        found = fitted(model, sampler, SIZES, free)
        assert found is not None
        assert dict(found.options) == _suggested(_error(free).partition("with ")[2])
        computed = estimate_training_bytes(found.model, found.sampler, SIZES, resident_frames=False)
        assert computed == found.memory == _applied(dict(found.options))
        assert computed.total <= free
        ensemble = found.model.dynamic_field.hash_ensemble
        assert ensemble.latent_dim_time == ensemble.n_hash_encodings


def test_what_fits_already_is_left_alone() -> None:
    model, sampler = _model(), PixelSamplerConfig()
    found = fitted(model, sampler, SIZES, CARD)
    assert found is not None
    assert (found.model, found.sampler, found.options) == (model, sampler, {})


def test_nothing_is_fitted_to_a_card_that_is_full() -> None:
    assert fitted(_model(), PixelSamplerConfig(), SIZES, GIB // 4) is None
