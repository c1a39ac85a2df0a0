"""``nersemble data``: captures on disk."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from nersemble.commands.arguments import Roots, parse
from nersemble.data_manager.detect import list_captures
from nersemble.data_manager.synthetic import SyntheticConfig, synthesize
from nersemble.errors import ConfigError

_ACTIONS = "synthesize (make a capture of a procedural head) or list (show the captures)"


@dataclass(frozen=True)
class SynthesizeArguments:
    """The command line of the synthetic capture."""

    config: SyntheticConfig = field(default_factory=SyntheticConfig)
    roots: Roots = field(default_factory=Roots)


@dataclass(frozen=True)
class ListArguments:
    """The command line of the listing."""

    roots: Roots = field(default_factory=Roots)


def main(argv: Sequence[str]) -> None:
    """Entry point: ``data synthesize`` or ``data list``."""
    action, rest = (argv[0] if argv else ""), argv[1:]
    if action == "synthesize":
        description = (
            "Make a capture of a procedural talking head.\n\nExample: "
            "nersemble data synthesize --data_path captures --n_timesteps 8"
        )
        arguments = parse(SynthesizeArguments, rest, "nersemble data synthesize", description)
        print(synthesize(arguments.roots.get("data"), arguments.config))
    elif action == "list":
        description = "List the captures.\n\nExample: nersemble data list --data_path captures"
        roots = parse(ListArguments, rest, "nersemble data list", description).roots
        for participant, sequence, n_timesteps in list_captures(roots.get("data")):
            print(f"{participant:03d}  {sequence:32s} {n_timesteps} timesteps")
    elif action in ("-h", "--help"):
        print(f"usage: nersemble data ACTION\n\nACTION is {_ACTIONS}; each has --help.")
    else:
        raise ConfigError(f"nersemble data needs an action: {_ACTIONS}.")
