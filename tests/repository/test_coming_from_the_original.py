"""docs/coming-from-the-original.md: every option of the original, and only options that we have."""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from nersemble.commands.data import ListArguments, SynthesizeArguments
from nersemble.commands.demo import DemoArguments
from nersemble.commands.evaluate import parse_evaluate
from nersemble.commands.export_model import parse_export_model
from nersemble.commands.import_model import parse_import_model
from nersemble.commands.render import parse_render
from nersemble.commands.results import parse_results
from nersemble.commands.train import parse_train
from nersemble.config import options_of
from source_tree import ROOT

PAGE = ROOT / "docs" / "coming-from-the-original.md"

# method.md, Evaluation: every option with its default there; None is no value.
ORIGINAL: dict[str, dict[str, Any]] = {
    "train": {
        "name": None, "vis": "wandb", "start_timestep": 0, "n_timesteps": -1, "skip_timesteps": 1,
        "max_cached_images": 10000, "lr_main": 5e-3, "lr_deformation_field": 1e-3,
        "lr_embeddings": 5e-3, "lambda_alpha_loss": 1e-2, "lambda_near_loss": 1e-4,
        "lambda_empty_loss": 1e-2, "lambda_depth_loss": 1e-4, "lambda_dist_loss": 1e-4,
        "window_hash_encodings_begin": 40000, "window_hash_encodings_end": 80000,
        "window_deform_begin": 0, "window_deform_end": 20000, "use_hash_ensemble": True,
        "n_hash_encodings": 32, "latent_dim_time": 32, "use_deformation_field": True,
        "latent_dim_time_deform": 128, "mlp_num_layers": 6, "mlp_layer_width": 128,
        "steps_per_eval_image": 20000, "steps_per_eval_all_images": 50000, "cone_angle": 0.0,
        "alpha_thre": 1e-2, "occ_thre": 1e-2, "n_train_rays": 4096, "grid_levels": 1,
        "disable_occupancy_grid": False, "max_n_samples_per_batch": -1,
        "use_view_frustum_culling": True, "view_frustum_culling": 2, "resume_run": None,
        "resume_checkpoint": None,
    },
    "evaluate": {
        "checkpoint": None, "n_rays_eval": 8192, "max_eval_timesteps": 15, "skip_timesteps": None,
        "use_occupancy_grid_filtering": True, "occupancy_grid_filtering_threshold": 0.05,
        "occupancy_grid_filtering_sigma_erosion": 7,
    },
    "render": {
        "seconds": 4, "fps": 24, "n_rays": 8192, "downscale_factor": 4, "render_depth": False,
        "render_deformations": False, "use_occupancy_grid_filtering": False,
        "occupancy_grid_filtering_threshold": 0.05, "occupancy_grid_filtering_sigma_erosion": 7,
    },
}  # fmt: skip
# Numbers without an option there (method.md, Spaces, Ray marching, Schedules and Evaluation).
FIXED = {
    "max_steps": 300_000, "seed": 19980801, "steps_per_save": 50_000, "keep_checkpoints": 1,
    "images_per_batch": 24, "grid_resolution": 128, "render_step_size": 0.011, "near_plane": 0.2,
    "far_plane": 1000.0,
}  # fmt: skip
SECTIONS = {"train": "Of training", "evaluate": "Of evaluation", "render": "Of rendering"}
# Where `--preset paper` has another value than the original: -1 follows the number of tables, and
# one checkpoint more may not hurt.
NOT_FOLLOWED = {("train", "latent_dim_time", 32, -1), ("train", "keep_checkpoints", 1, 2)}

_OPTION = re.compile(r"(?<![\w-])--([a-z][a-z0-9_-]*)")


def _commands(*preset: str) -> dict[str, dict[str, Any]]:
    return {
        "train": options_of(parse_train(["1", "X", *preset])),
        "evaluate": options_of(parse_evaluate(["X", *preset])),
        "render": options_of(parse_render(["X", *preset])),
    }


@lru_cache
def _ours() -> dict[str, dict[str, Any]]:
    """All options of each command, by name, with their defaults."""
    return _commands() | {
        "import-model": options_of(parse_import_model(["X"])),
        "export-model": options_of(parse_export_model(["X", "--out", "Y"])),
        "results": options_of(parse_results([])),
        "demo": options_of(DemoArguments()),
        "data synthesize": options_of(SynthesizeArguments()),
        "data list": options_of(ListArguments()),
    }


@lru_cache
def _text() -> str:
    return PAGE.read_text(encoding="utf-8")


def _section(heading: str) -> str:
    """From a heading to the next one."""
    _, found, rest = _text().partition(f" {heading}\n")
    assert found, f"the page has no heading {heading!r}"
    body: str = re.split(r"^#+ ", rest, maxsplit=1, flags=re.MULTILINE)[0]
    return body


def _rows(text: str) -> Iterator[list[str]]:
    """The cells of tables, without heads and rules."""
    lines = text.splitlines()
    for before, line in zip(["", *lines], lines, strict=False):
        after_rule = before.startswith("|")
        if line.startswith("|") and after_rule and not set(line) <= set("|- "):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def _tables(command: str) -> dict[str, tuple[str, str]]:
    """What the page says of each option: its default there, and here."""
    rows = list(_rows(_section(SECTIONS[command])))
    names = [row[0].strip("`").removeprefix("--").lower() for row in rows]
    assert len(set(names)) == len(names), "an option has two rows"
    return {name: (row[1], row[2]) for name, row in zip(names, rows, strict=True)}


def _shown(value: Any) -> str:
    return "none" if value in (None, "") else f"`{value}`"


def _expected(command: str) -> dict[str, Any]:
    return ORIGINAL[command] | (FIXED if command == "train" else {})


def _exists(name: str, options: dict[str, Any]) -> bool:
    name = name.replace("-", "_")
    return name in options or isinstance(options.get(name.removeprefix("no_")), bool)


@pytest.mark.parametrize("command", list(ORIGINAL))
def test_every_option_of_the_original_has_a_row_with_its_default(command: str) -> None:
    there = {name: shown for name, (shown, _) in _tables(command).items()}
    assert there == {name: _shown(value) for name, value in _expected(command).items()}


@pytest.mark.parametrize("command", list(ORIGINAL))
def test_our_defaults_are_those_of_the_parsers(command: str) -> None:
    here = {name: shown for name, (_, shown) in _tables(command).items()}
    assert here == {name: _shown(_ours()[command][name]) for name in here}


@pytest.mark.parametrize("command", list(ORIGINAL))
def test_the_paper_preset_has_the_defaults_of_the_original(command: str) -> None:
    values = _commands("--preset", "paper")[command]
    different = {
        (command, name, value, values[name])
        for name, value in _expected(command).items()
        if value != values[name] and (value is not None or values[name] not in ("", -1))
    }
    assert different == {entry for entry in NOT_FOLLOWED if entry[0] == command}


def test_every_option_on_the_page_is_one_of_ours() -> None:
    missing = []
    for span in re.findall(r"`([^`\n]+)`", _text()):
        named = [command for command in _ours() if span.startswith(f"nersemble {command}")]
        candidates = named or list(_ours())
        missing += [
            f"{' or '.join(named) or 'no command'} has no --{name}"
            for name in _OPTION.findall(span)
            if not any(_exists(name, _ours()[command]) for command in candidates)
        ]
    assert not missing, "\n".join(missing)


def test_the_old_ways_are_what_the_paper_preset_sets() -> None:
    """Each option whose value the preset changes has a row, and the row has that value."""
    paper, default = (parse_train(["1", "X", *p]).config for p in (["--preset", "paper"], []))
    before, after = options_of(default), options_of(paper)
    rows = {row[2] for row in _rows(_section("What computes differently")) if len(row) == 3}
    changed = {name: value for name, value in after.items() if value != before[name]}
    spelled = {f"--{name}" if v is True else f"--{name} {v}" for name, v in changed.items()}
    written = {row.strip("`").removesuffix(".0") for row in rows}
    assert {option.removesuffix(".0") for option in spelled} <= written
    given = [option.split() for option in written if re.fullmatch(r"--\w+( [\w.]+)?", option)]
    argv = [word for words in given if _exists(words[0][2:], before) for word in words]
    assert parse_train(["1", "X", *argv]).config == paper


def test_every_quirk_of_the_list_is_here() -> None:
    quirks = (ROOT / "docs" / "quirks.md").read_text(encoding="utf-8")
    section = quirks.partition("## Quirks that are options\n")[2].partition("\n## ")[0]
    names = {name for row in _rows(section) for name in _OPTION.findall(row[0])}
    assert names
    assert names <= set(_OPTION.findall(_section("What computes differently")))


def test_relative_links_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", _text())
    paths = [link.partition("#")[0] for link in links if not re.match(r"[a-z]+:|#", link)]
    assert paths
    assert [path for path in paths if not (PAGE.parent / path).exists()] == []
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert str(Path("docs") / PAGE.name) in readme
