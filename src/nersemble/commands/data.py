"""``nersemble data``: captures on disk."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import tyro

from nersemble.commands import convert, pack
from nersemble.commands.arguments import EntryPoint, Participant, Roots, Sequence_, parse
from nersemble.data_manager.capture import LayoutChoice
from nersemble.data_manager.check import check_captures, table
from nersemble.data_manager.detect import list_captures
from nersemble.data_manager.masks import MaskConfig, write_masks
from nersemble.data_manager.synthetic import SyntheticConfig, synthesize
from nersemble.errors import CaptureError, ConfigError


@dataclass(frozen=True)
class SynthesizeArguments:
    """The command line of the synthetic capture."""

    config: SyntheticConfig = field(default_factory=SyntheticConfig)
    roots: Roots = field(default_factory=Roots)


@dataclass(frozen=True)
class ListArguments:
    """The command line of the listing."""

    roots: Roots = field(default_factory=Roots)


@dataclass(frozen=True)
class CheckArguments:
    """The command line of the check."""

    root: Annotated[Path, tyro.conf.Positional, tyro.conf.arg(metavar="ROOT")]
    participant: Annotated[int | None, tyro.conf.Positional, tyro.conf.arg(metavar="ID")] = None
    sequence: Annotated[str | None, tyro.conf.Positional, tyro.conf.arg(metavar="SEQ")] = None
    layout: LayoutChoice = "auto"
    """Check only captures of this layout (auto: all)."""


@dataclass(frozen=True)
class MaskArguments:
    """The command line of the masks."""

    participant: Participant
    sequence: Sequence_
    config: MaskConfig = field(default_factory=MaskConfig)
    roots: Roots = field(default_factory=Roots)


def main(argv: Sequence[str]) -> None:
    """Entry point: ``data ACTION``."""
    action, rest = (argv[0] if argv else ""), argv[1:]
    if action in ACTIONS:
        ACTIONS[action][0](rest)
    elif action in ("-h", "--help"):
        print(f"usage: nersemble data ACTION\n\nACTION is {_actions()}; each has --help.")
    else:
        raise ConfigError(f"nersemble data needs an action: {_actions()}.")


def _synthesize(argv: Sequence[str]) -> None:
    description = (
        "Make a capture of a procedural talking head.\n\nExample: "
        "nersemble data synthesize --data_path captures --n_timesteps 8"
    )
    arguments = parse(SynthesizeArguments, argv, "nersemble data synthesize", description)
    print(synthesize(arguments.roots.get("data"), arguments.config))


def _list(argv: Sequence[str]) -> None:
    description = "List the captures.\n\nExample: nersemble data list --data_path captures"
    roots = parse(ListArguments, argv, "nersemble data list", description).roots
    for found in list_captures(roots.get("data")):
        print(
            f"{found.participant:03d}  {found.sequence:32s} {found.layout:10s}"
            f"{found.n_cameras:3d} cameras {found.n_timesteps:5d} timesteps"
        )


def _check(argv: Sequence[str]) -> None:
    """Prints the table on standard output; what is unusable makes the command fail."""
    description = (
        "Read every picture and show what is usable and what is not.\n\nExample: "
        "nersemble data check captures 18 EMO-1-shout+laugh"
    )
    arguments = parse(CheckArguments, argv, "nersemble data check", description)
    rows = check_captures(
        arguments.root, arguments.participant, arguments.sequence, arguments.layout
    )
    print(table(rows))
    n_unusable = sum(bool(row.problem) for row in rows)
    if n_unusable:
        raise CaptureError(
            f"{n_unusable} of {len(rows)} lines of the table are unusable: repair what they name, "
            f"or leave these cameras or captures out."
        )


def _mask(argv: Sequence[str]) -> None:
    description = (
        "Make the alpha maps of a sequence in layout v2 from the shots without a person.\n\n"
        "Example: nersemble data mask 18 EMO-1-shout+laugh"
    )
    arguments = parse(MaskArguments, argv, "nersemble data mask", description)
    root = arguments.roots.get("data")
    for path in write_masks(root, arguments.participant, arguments.sequence, arguments.config):
        print(path)


ACTIONS: dict[str, tuple[EntryPoint, str]] = {
    "synthesize": (_synthesize, "make a capture of a procedural head"),
    "convert": (convert.main, "make a capture of recordings of one's own"),
    "list": (_list, "show the captures"),
    "check": (_check, "read everything and show what is usable"),
    "mask": (_mask, "make the alpha maps of layout v2"),
    "pack": (pack.main, "decode the pictures once, for training"),
}


def _actions() -> str:
    texts = [f"{name} ({text})" for name, (_, text) in ACTIONS.items()]
    return f"{', '.join(texts[:-1])} or {texts[-1]}"
