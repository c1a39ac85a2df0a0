"""``nersemble COMMAND``: looks a command up by its words, and imports it only then."""

from collections.abc import Sequence
from importlib import import_module

import nersemble
from nersemble.boundary import EntryPoint, run_command
from nersemble.errors import ConfigError, did_you_mean

COMMANDS: dict[str, tuple[str, str]] = {
    "train": ("commands.train:main", "train a head: ID SEQUENCE --name NAME"),
    "evaluate": ("commands.evaluate:main", "compare a run with its held-out cameras: NERS-N"),
    "render": ("commands.render:main", "render a run as a video: NERS-N"),
    "view": ("commands.view:main", "serve a page that shows a run live: NERS-N"),
    "export": ("commands.export:main", "write a run's surface as mesh or points: NERS-N"),
    "import-model": ("commands.import_model:main", "make a run of a folder of the original: PATH"),
    "export-model": (
        "commands.export_model:main",
        "write a run as the original's checkpoint: NERS-N",
    ),
    "report": (
        "commands.report:main",
        "one HTML page that compares runs: NERS-N NERS-M --out FILE",
    ),
    "results": ("commands.results:main", "the paper's ten sequences beside the published figures"),
    "benchmark train": ("commands.benchmark:train_main", "train with all cameras: ID SEQUENCE"),
    "benchmark submit": (
        "commands.benchmark:submit_main",
        "render the hidden cameras and write the zip",
    ),
    "benchmark check": ("commands.benchmark:check_main", "check a zip"),
    "fleet": (
        "commands.fleet:main",
        "train, evaluate and render all runs of a plan, on Slurm or here",
    ),
    "demo": ("commands.demo:main", "all of it on a synthetic head, in three minutes without a GPU"),
    "runs": ("commands.runs:main", "list the runs, how far they are and their scores"),
    "data synthesize": ("commands.data:synthesize_main", "make a capture of a procedural head"),
    "data convert": ("commands.data:convert_main", "make a capture of recordings of one's own"),
    "data list": ("commands.data:list_main", "show the captures"),
    "data check": ("commands.data:check_main", "read everything and show what is usable"),
    "data mask": ("commands.data:mask_main", "make alpha maps"),
    "data pack": ("commands.data:pack_main", "decode the pictures once, for training"),
    "estimate": (
        "commands.estimate:main",
        "what a training takes, before it is started: ID SEQUENCE",
    ),
    "doctor": ("commands.doctor:main", "whether this machine has what is needed"),
    "completion": ("cli:_complete", "let a shell complete commands and options: bash, zsh or tcsh"),
}
"""Every command by its words: its module and function below nersemble, and what it is for."""

# What the commands of two words are for together.
_GROUPS = {
    "benchmark": "train for the NVS benchmark and make a submission",
    "data": "make or list captures",
}


def commands() -> dict[str, tuple[EntryPoint, str]]:
    """Every command by its words, such as "data list", with what it is for."""
    return {words: (_load(words), text) for words, (_, text) in COMMANDS.items()}


def _load(words: str) -> EntryPoint:
    module, _, function = COMMANDS[words][0].partition(":")
    found: EntryPoint = getattr(import_module(f"nersemble.{module}"), function)
    return found


def _complete(argv: Sequence[str]) -> None:
    from nersemble.commands import completion

    completion.main(argv, commands)


def _first_words() -> dict[str, str]:
    """What the first argument may be, and what that is for."""
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
    """Runs the command that the first argument, or the first two, name."""
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
