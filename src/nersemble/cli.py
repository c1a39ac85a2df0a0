"""``nersemble COMMAND``: the same functions as the scripts."""

import sys
from collections.abc import Sequence

from nersemble.commands import (
    benchmark,
    completion,
    data,
    demo,
    doctor,
    estimate,
    evaluate,
    export,
    fleet,
    interop,
    render,
    report,
    results,
    train,
    view,
)
from nersemble.commands.options import EntryPoint, run_command
from nersemble.errors import ConfigError


def _complete(argv: Sequence[str]) -> None:
    completion.main(argv, commands())


_COMMANDS: dict[str, tuple[EntryPoint, str]] = {
    "train": (train.main, "train a head: ID SEQUENCE --name NAME"),
    "evaluate": (evaluate.main, "compare a run with its held-out cameras: NERS-N"),
    "render": (render.main, "render a run as a video: NERS-N"),
    "view": (view.main, "serve a page that shows a run live: NERS-N"),
    "export": (export.main, "write a run's surface as mesh or points: NERS-N"),
    "import-model": (interop.import_main, "make a run of a folder of the original: PATH"),
    "export-model": (interop.export_main, "write a run as the original's checkpoint: NERS-N"),
    "report": (report.main, "one HTML page that compares runs: NERS-N NERS-M --out FILE"),
    "results": (results.main, "the paper's ten sequences beside the published figures"),
    "benchmark": (benchmark.main, "train for the NVS benchmark and make a submission"),
    "fleet": (fleet.main, "train, evaluate and render all runs of a plan, on Slurm or here"),
    "demo": (demo.main, "all of it on a synthetic head, in three minutes without a GPU"),
    "data": (data.main, "make or list captures"),
    "estimate": (estimate.main, "what a training takes, before it is started: ID SEQUENCE"),
    "doctor": (doctor.main, "whether this machine has what is needed"),
    "completion": (_complete, "let a shell complete commands and options: bash, zsh or tcsh"),
}
_GROUPS = {"benchmark": benchmark.ACTIONS, "data": data.ACTIONS}


def commands() -> dict[str, tuple[EntryPoint, str]]:
    """Every command by its words, such as "data list", with what it is for."""
    found = {name: command for name, command in _COMMANDS.items() if name not in _GROUPS}
    for group, actions in _GROUPS.items():
        found |= {f"{group} {name}": action for name, action in actions.items()}
    return found


def _usage() -> str:
    rows = "\n".join(f"  {name:14s}{text}" for name, (_, text) in _COMMANDS.items())
    return f"usage: nersemble COMMAND ...\n\n{rows}\n\nEach command has --help."


def dispatch(argv: Sequence[str]) -> None:
    """Runs the command that the first argument names."""
    name, rest = (argv[0] if argv else "--help"), list(argv[1:])
    if name in ("-h", "--help"):
        print(_usage())
        return
    if name not in _COMMANDS:
        raise ConfigError(f"There is no command {name!r}: choose {', '.join(_COMMANDS)}.")
    _COMMANDS[name][0](rest)


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of the console script."""
    return run_command(dispatch, argv)


if __name__ == "__main__":
    sys.exit(main())
