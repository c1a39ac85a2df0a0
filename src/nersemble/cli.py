"""``nersemble COMMAND``: finds a command by its name and imports only that one."""

from collections.abc import Sequence
from importlib import import_module

import nersemble
from nersemble.boundary import EntryPoint, run_command
from nersemble.errors import ConfigError, did_you_mean

COMMANDS: dict[str, tuple[str, str]] = {
    "train": ("commands.train:main", "train a model of a head: ID SEQUENCE --name NAME"),
    "evaluate": ("commands.evaluate:main", "evaluate a run on its held-out cameras: NERS-N"),
    "render": ("commands.render:main", "render a run as a video: NERS-N"),
    "view": ("commands.view:main", "show a run in the browser: NERS-N"),
    "export": ("commands.export:main", "export a run's surface as a mesh or points: NERS-N"),
    "import-model": ("commands.import_model:main", "import a model of the original: PATH"),
    "export-model": (
        "commands.export_model:main",
        "export a run for the original: NERS-N",
    ),
    "report": (
        "commands.report:main",
        "write an HTML page that compares runs: NERS-N NERS-M --out FILE",
    ),
    "results": ("commands.results:main", "compare with the paper's figures on its ten sequences"),
    "benchmark train": ("commands.benchmark:train_main", "train with all cameras: ID SEQUENCE"),
    "benchmark submit": (
        "commands.benchmark:submit_main",
        "render the hidden cameras and write the zip",
    ),
    "benchmark check": ("commands.benchmark:check_main", "check a submission"),
    "fleet": (
        "commands.fleet:main",
        "train, evaluate and render all runs of a plan, on Slurm or here",
    ),
    "demo": ("commands.demo:main", "all steps on a synthetic head, in three minutes without a GPU"),
    "runs": ("commands.runs:main", "list the runs with their progress and scores"),
    "data synthesize": ("commands.data:synthesize_main", "make a capture of a procedural head"),
    "data convert": ("commands.data:convert_main", "make a capture from your own recordings"),
    "data list": ("commands.data:list_main", "list the captures"),
    "data check": ("commands.data:check_main", "read every picture and show what is usable"),
    "data mask": ("commands.data:mask_main", "make alpha maps"),
    "data pack": ("commands.data:pack_main", "decode the pictures once, before training"),
    "estimate": (
        "commands.estimate:main",
        "estimate memory, disk and time of a training: ID SEQUENCE",
    ),
    "doctor": ("commands.doctor:main", "check whether this machine has everything needed"),
    "completion": ("cli:_complete", "let a shell complete commands and options: bash, zsh or tcsh"),
}
"""Every command by name: its module and function below nersemble, and its description."""

# Descriptions of the groups of two-word commands.
_GROUPS = {
    "benchmark": "train for the NVS benchmark and make a submission",
    "data": "make or list captures",
}


def commands() -> dict[str, tuple[EntryPoint, str]]:
    """Every command by name, such as "data list", with its description."""
    return {words: (_load(words), text) for words, (_, text) in COMMANDS.items()}


def _load(words: str) -> EntryPoint:
    module, _, function = COMMANDS[words][0].partition(":")
    found: EntryPoint = getattr(import_module(f"nersemble.{module}"), function)
    return found


def _complete(argv: Sequence[str]) -> None:
    from nersemble.commands import completion

    completion.main(argv, commands)


def _first_words() -> dict[str, str]:
    """The possible first arguments, with their descriptions."""
    rows = ((words.partition(" ")[0], text) for words, (_, text) in COMMANDS.items())
    return {first: _GROUPS.get(first, text) for first, text in rows}


def _usage() -> str:
    rows = "\n".join(f"  {name:14s}{text}" for name, text in _first_words().items())
    more = "Each command has --help; --version prints the version."
    return f"usage: nersemble COMMAND ...\n\n{rows}\n\n{more}"


def _actions(group: str) -> str:
    rows = ((words.partition(" "), text) for words, (_, text) in COMMANDS.items())
    texts = [f"{action} ({text})" for (first, _, action), text in rows if first == group]
    return f"{', '.join(texts[:-1])} or {texts[-1]}"


def dispatch(argv: Sequence[str]) -> None:
    """Runs the command named by the first argument or the first two."""
    name, rest = (argv[0] if argv else "--help"), list(argv[1:])
    if name in ("-h", "--help"):
        print(_usage())
        return
    if name == "--version":
        print(f"nersemble {nersemble.__version__}")
        return
    known = _first_words()
    if name not in known:
        meant = did_you_mean(name, known)
        raise ConfigError(f"There is no command {name!r}{meant}; choose {', '.join(known)}.")
    if name in _GROUPS:
        action, rest = (rest[0] if rest else ""), rest[1:]
        if action in ("-h", "--help"):
            print(f"usage: nersemble {name} ACTION\n\nACTION is {_actions(name)}; each has --help.")
            return
        if f"{name} {action}" not in COMMANDS:
            meant = did_you_mean(f"{name} {action}", COMMANDS)
            raise ConfigError(f"nersemble {name} needs an action{meant}; choose {_actions(name)}.")
        name = f"{name} {action}"
    _load(name)(rest)


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of the console script."""
    return run_command(dispatch, argv)
