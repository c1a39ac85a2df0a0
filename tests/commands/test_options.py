"""The command lines: every option of the original, and no change by accident."""

import dataclasses
import re
import typing
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from nersemble.cli import COMMANDS, commands, main
from nersemble.command_line.options import options_of_command
from nersemble.command_line.parsing import command_line_of
from nersemble.commands.evaluate import parse_evaluate
from nersemble.commands.render import parse_render
from nersemble.commands.train import parse_train
from nersemble.commands.view import parse_view
from nersemble.config import options_of
from source_tree import ROOT

SNAPSHOT = Path(__file__).with_name("options.txt")

PARSERS: dict[str, tuple[Callable[[Sequence[str]], Any], list[str]]] = {
    "train": (parse_train, ["18", "EMO-1-shout+laugh"]),
    "evaluate": (parse_evaluate, ["NERS-1"]),
    "render": (parse_render, ["NERS-1"]),
    "view": (parse_view, ["NERS-1"]),
}

# method.md, Evaluation, in its order.
ORIGINAL: dict[str, dict[str, Any]] = {
    "train": {
        "name": "",
        "start_timestep": 0,
        "n_timesteps": -1,
        "skip_timesteps": 1,
        "max_cached_images": 10000,
        "lr_main": 5e-3,
        "lr_deformation_field": 1e-3,
        "lr_embeddings": 5e-3,
        "lambda_alpha_loss": 1e-2,
        "lambda_near_loss": 1e-4,
        "lambda_empty_loss": 1e-2,
        "lambda_depth_loss": 1e-4,
        "lambda_dist_loss": 1e-4,
        "window_hash_encodings_begin": 40000,
        "window_hash_encodings_end": 80000,
        "window_deform_begin": 0,
        "window_deform_end": 20000,
        "use_hash_ensemble": True,
        "n_hash_encodings": 32,
        "use_deformation_field": True,
        "latent_dim_time_deform": 128,
        "mlp_num_layers": 6,
        "mlp_layer_width": 128,
        "steps_per_eval_image": 20000,
        "steps_per_eval_all_images": 50000,
        "cone_angle": 0,
        "alpha_thre": 1e-2,
        "occ_thre": 1e-2,
        "n_train_rays": 4096,
        "grid_levels": 1,
        "disable_occupancy_grid": False,
        "max_n_samples_per_batch": -1,
        "use_view_frustum_culling": True,
        "view_frustum_culling": 2,
        "resume_run": "",
        "resume_checkpoint": -1,
    },
    "evaluate": {
        "checkpoint": -1,
        "n_rays_eval": 8192,
        "max_eval_timesteps": 15,
        "skip_timesteps": -1,
        "use_occupancy_grid_filtering": True,
        "occupancy_grid_filtering_threshold": 0.05,
        "occupancy_grid_filtering_sigma_erosion": 7,
    },
    "render": {
        "seconds": 4,
        "fps": 24,
        "n_rays": 8192,
        "downscale_factor": 4,
        "render_depth": False,
        "render_deformations": False,
        "use_occupancy_grid_filtering": False,
        "occupancy_grid_filtering_threshold": 0.05,
        "occupancy_grid_filtering_sigma_erosion": 7,
    },
}
# Ten times the weight leaves fewer floaters and a head that is not filled (docs/quirks.md).
# Videos show no floaters.
OTHER_BY_DEFAULT = {
    "train": {"lambda_dist_loss": 1e-3},
    "render": {"use_occupancy_grid_filtering": True},
}
# Fixed numbers of the original that are options here (method.md, Schedules and Evaluation).
FIXED_IN_THE_ORIGINAL = {"seed": 19980801, "max_steps": 300_000, "steps_per_save": 50_000}


def _parse(command: str, *options: str) -> Any:
    parser, positional = PARSERS[command]
    return parser([*positional, *options])


def _values(command: str, *options: str) -> dict[str, Any]:
    return options_of(_parse(command, *options))


@pytest.mark.parametrize("preset", ["default", "paper"])
@pytest.mark.parametrize("command", list(ORIGINAL))
def test_every_option_of_the_original_has_its_default(command: str, preset: str) -> None:
    values = _values(command, "--preset", preset)
    expected = ORIGINAL[command] | (FIXED_IN_THE_ORIGINAL if command == "train" else {})
    if preset == "default":
        expected |= OTHER_BY_DEFAULT.get(command, {})
    assert {name: values[name] for name in expected} == expected


def test_a_checkpoint_may_stand_behind_the_run() -> None:
    assert parse_evaluate(["NERS-1", "20000"]).checkpoint == 20000
    assert parse_evaluate(["NERS-1", "20000", "--skip_timesteps", "3"]).checkpoint == 20000


def test_the_tables_fix_the_length_of_the_time_code() -> None:
    for preset in ("default", "paper"):
        parsed = parse_train(["18", "X", "--preset", preset, "--latent_dim_time", "32"])
        assert parsed.config.model.dynamic_field.hash_ensemble.n_hash_encodings == 32
    parse_train(["18", "X", "--n_hash_encodings", "8", "--latent_dim_time", "8"])


def test_one_grid_instead_of_the_ensemble_grows_as_in_the_original() -> None:
    for option in ("--no-use_hash_ensemble", "--no-use-hash-ensemble"):
        parsed = parse_train(["18", "X", option])
        ensemble = parsed.config.model.dynamic_field.hash_ensemble
        assert (ensemble.n_tables, ensemble.grid.n_levels) == (1, 16)
        assert ensemble.grid.growth == 1.381913


def test_a_limit_on_samples_is_a_power_of_two() -> None:
    marcher = parse_train(["18", "X", "--max_n_samples_per_batch", "20"]).config.model.marcher
    assert marcher.max_samples == 2**20
    assert parse_train(["18", "X"]).config.model.marcher.max_samples is None


@pytest.mark.parametrize("command", list(PARSERS))
def test_the_common_options_are_everywhere(command: str) -> None:
    roots = ["--data_path", "/d", "--models-path=/m", "--renders_path", "/r"]
    parsed = _parse(command, *roots, "--device", "cpu", "--preset", "paper")
    folders = (parsed.roots.data_path, parsed.roots.models_path, parsed.roots.renders_path)
    assert folders == (Path("/d"), Path("/m"), Path("/r"))
    assert (parsed.compute.device, parsed.preset) == ("cpu", "paper")


# What stands on the command line is what arrives, in either spelling


def _spelled(values: dict[str, Any], dash: str) -> list[str]:
    """Options with these values; None has no spelling, and the caller does not need any."""
    argv = []
    for name, value in values.items():
        option = name.replace("_", dash)
        if isinstance(value, bool):
            argv.append(f"--{option}" if value else f"--no-{option}")
        elif isinstance(value, tuple):
            argv += [f"--{option}", *map(str, value)]
        elif value is not None:
            argv += [f"--{option}", str(value)]
    return argv


@pytest.mark.parametrize("dash", ["_", "-"])
@pytest.mark.parametrize("wanted", ["paper", "tiny"])
def test_a_preset_can_be_written_out(wanted: str, dash: str) -> None:
    expected = _parse("train", "--preset", wanted)
    values = options_of(expected.config)
    argv = _spelled({k: v for k, v in values.items() if v != ()}, dash)
    assert _parse("train", *argv).config == expected.config


@pytest.mark.parametrize("dash", ["_", "-"])
@pytest.mark.parametrize("command", ["evaluate", "render"])
def test_other_values_arrive(command: str, dash: str) -> None:
    defaults = {k: v for k, v in options_of(_parse(command).config).items() if v is not None}
    changed = {
        name: not value if isinstance(value, bool) else type(value)(abs(value) / 2 + 1)
        for name, value in defaults.items()
        if name != "occupancy_grid_filtering_threshold"
    }
    parsed = options_of(_parse(command, *_spelled(changed, dash)).config)
    assert {name: parsed[name] for name in changed} == changed
    assert all(changed[name] != defaults[name] for name in changed)


# Nothing else is accepted


@pytest.mark.parametrize(
    "argv",
    [
        ["train", "18", "X", "--max_step", "4"],
        ["train", "18", "X", "--lr-mai", "0.1"],
        ["train", "18", "X", "--use_hash"],
        ["train", "18", "X", "--config.loop.max-steps", "4"],
        ["train", "18", "X", "Y"],
        ["train", "18"],
        ["train", "eighteen", "X"],
        ["train", "18", "X", "--n_timesteps", "1.5"],
        ["train", "18", "X", "--preset"],
        ["evaluate", "NERS-1", "--max_eval", "3"],
        ["evaluate", "NERS-1", "newest"],
        ["evaluate"],
        ["render", "NERS-1", "--fp", "3"],
        ["render", "NERS-1", "--preset", "papre"],
    ],
    ids=" ".join,
)
def test_abbreviated_and_unknown_options_are_errors(
    argv: list[str], error_line: Callable[[int], str]
) -> None:
    assert error_line(main(argv)).startswith("error: ")


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["train", "18"], "SEQUENCE is missing"),
        (["evaluate"], "RUN is missing"),
        (["data", "convert", "a", "1", "X"], "--calibration is missing"),
        (["train", "18", "X", "Y"], "does not expect 'Y'"),
        (["train", "18", "X", "--max_step", "4"], "--max_step (did you mean --max_steps?)"),
        (["train", "18", "X", "--n-timestep", "4"], "did you mean --n_timesteps?"),
        (["evaluate", "NERS-1", "--no-reprt"], "did you mean --no_report?"),
        (["train", "eighteen", "X"], "ID is 'eighteen', but must be a whole number"),
        (["train", "18", "X", "--n_timesteps", "1.5"], "--n_timesteps is '1.5', but must be"),
        (["train", "18", "X", "--lr_main", "fast"], "--lr_main is 'fast', but must be a number"),
        (["train", "18", "X", "--name"], "--name needs a value"),
        (["train", "18", "X", "--lr_main", "--resume"], "--lr_main needs a value"),
        (["evaluate", "NERS-1", "newest"], "CHECKPOINT is 'newest'"),
        (["render", "NERS-1", "--background", "blak"], "blak does not exist (did you mean black?)"),
        (["completion", "bsh"], "SHELL bsh does not exist (did you mean bash?)"),
        (["train", "18", "X", "-n"], "has no option -n"),
        (["evaluate", "NERS-1", "--report", "False"], "write --no-report (or --report=false)"),
        (["evaluate", "NERS-1", "--report", "true"], "write --report (or --report=true)"),
        (["evaluate", "NERS-1", "--report=maybe"], "write --report, --no-report or"),
        (["evaluate", "NERS-1", "--no-report=false"], "write --report, --no-report or"),
        (["data", "convert", "a", "1", "X", "--size", "9"], "--size needs 2 values: --size N N"),
        (["export", "NERS-1", "--timesteps", "0", "last"], "--timesteps is 'last'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_wrong_word_gets_a_sentence_of_its_own(
    argv: list[str], said: str, error_line: Callable[[int], str]
) -> None:
    assert said in error_line(main(argv))


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["--report"], True),
        (["--no-report"], False),
        (["--no_report"], False),
        (["--report=false"], False),
        (["--report=True"], True),
        (["--report=0"], False),
    ],
)
def test_a_switch_has_several_spellings(words: list[str], wanted: bool) -> None:
    assert parse_evaluate(["NERS-1", *words]).report.report is wanted


def test_the_run_may_stand_behind_options() -> None:
    parsed = parse_evaluate(["--eval_cameras", "222200046", "--no-report", "NERS-1"])
    assert (parsed.run, parsed.eval_cameras) == ("NERS-1", ("222200046",))


@pytest.mark.parametrize("command", ["train", "evaluate"])
def test_an_unknown_preset_lists_the_known_ones(
    command: str, error_line: Callable[[int], str]
) -> None:
    message = error_line(main([command, *PARSERS[command][1], "--preset", "papre"]))
    assert "--preset papre does not exist" in message
    known = ("default", "paper", "tiny") + (("run",) if command == "evaluate" else ())
    assert all(name in message for name in known), message


def test_an_unknown_command_lists_the_known_ones(error_line: Callable[[int], str]) -> None:
    message = error_line(main(["trian", "18"]))
    assert "'trian'" in message
    assert "train, evaluate, render" in message


def test_a_bare_call_says_how_to_go_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    out = capsys.readouterr().out
    assert all(re.search(rf"^  {name} ", out, re.MULTILINE) for name in PARSERS)


# The whole list of options


def _lines() -> Iterator[str]:
    for command in PARSERS:
        default, paper = _parse(command), _parse(command, "--preset", "paper")
        yield from (f"{command} {line}" for line in _described(default, paper))


def _described(default: Any, paper: Any) -> Iterator[str]:
    kinds = typing.get_type_hints(type(default))
    words = {o.name: o.argument for o in options_of_command(type(default)) if o.argument}
    for entry in dataclasses.fields(default):
        value, other = getattr(default, entry.name), getattr(paper, entry.name)
        kind = kinds[entry.name]
        if dataclasses.is_dataclass(value):
            yield from _described(value, other)
        elif entry.name in words:
            yield f"{words[entry.name]}: {kind.__name__}"
        else:
            differs = f"  (paper: {other!r})" if other != value and entry.name != "preset" else ""
            yield f"--{entry.name}: {_type_name(kind)} = {value!r}{differs}"


def _type_name(hint: Any) -> str:
    options = typing.get_args(hint)
    if typing.get_origin(hint) is typing.Literal:
        return "|".join(options)
    if typing.get_origin(hint) is tuple:
        return f"{options[0].__name__}..."
    return "|".join(kind.__name__ for kind in options or (hint,)).replace("NoneType", "None")


def test_the_list_of_options_is_the_committed_one() -> None:
    now = "\n".join(_lines()) + "\n"
    assert SNAPSHOT.read_text(encoding="utf-8") == now, (
        "The command line has changed. If that was meant, regenerate the list with\n"
        f"    PYTHONPATH=tests python {Path(__file__).relative_to(ROOT)}\n"
        "and look at the difference: a renamed option or another default breaks people's scripts."
    )


def _help(command: str, word: str, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as caught:
        main([*command.split(), word])
    assert caught.value.code == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("command", COMMANDS)
def test_help_names_every_option(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    shown = _help(command, "--help-all", capsys)
    assert f"Example: nersemble {command}" in shown, "there is no example"
    for option in command_line_of(commands()[command][0]).options:
        name = option.argument or f"--{option.name}"
        assert re.search(rf"^  {name}\b", shown, re.MULTILINE), name
        assert option.help, f"{name} has no sentence"
    assert max(map(len, shown.splitlines())) < 100


def test_help_of_train_has_what_people_use_and_says_where_the_rest_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    shown = _help("train", "--help", capsys)
    options = re.findall(r"^  --\w+", shown, re.MULTILINE)
    assert 25 <= len(options) <= 40
    assert {"  --max_steps", "  --preset", "  --data_path"} <= set(options)
    assert "more options: nersemble train --help-all" in shown
    assert len(_help("train", "--help_all", capsys)) > 2 * len(shown)


def test_brackets_say_what_may_be_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    first = {c: _help(c, "-h", capsys).splitlines()[0] for c in COMMANDS}
    assert first["evaluate"] == "usage: nersemble evaluate [OPTIONS] RUN [CHECKPOINT]"
    assert first["report"] == "usage: nersemble report [OPTIONS] RUN [RUN ...]"
    assert first["train"] == "usage: nersemble train [OPTIONS] ID SEQUENCE"
    assert first["data convert"].endswith("SOURCE ID SEQUENCE --calibration PATH")


if __name__ == "__main__":
    SNAPSHOT.write_text("\n".join(_lines()) + "\n", encoding="utf-8")
