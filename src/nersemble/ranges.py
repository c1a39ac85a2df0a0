"""The valid values of options, declared beside each option and checked wherever it is set.

A number is refused in the same words on the command line, in a saved config and in Python. Every
config that can be trained with can also be written to ``config.json`` and read back.
"""

import typing
from dataclasses import Field, dataclass, fields
from functools import cache
from typing import Any

from nersemble.errors import ConfigError

MOST_RAYS = 2**24
"""The most rays of one step."""
LARGEST = 2**63 - 1
"""No option needs a larger number, and other JSON readers may have no type for it."""


@dataclass(frozen=True)
class Range:
    """From ``low`` to ``high``, both included, or ``other`` (for example -1 for "all").

    As in ``lr_main: Annotated[float, Range(0, 1)] = 5e-3``. ``called``: the value's name in
    messages, if it differs from the option's.
    """

    low: float = -LARGEST
    high: float = LARGEST
    other: float | None = None
    called: str = ""

    def holds(self, value: float) -> bool:
        """Whether a number is in the range; NaN never is."""
        return value == self.other or self.low <= value <= self.high

    def __str__(self) -> str:
        if self.high >= LARGEST and self.low > -LARGEST:
            wanted = f"be at least {self.low:g}"
        else:
            wanted = f"lie between {self.low:g} and {self.high:g}"
        return wanted + ("" if self.other is None else f", or be {self.other:g}")


class Options:
    """Base of the dataclasses whose fields are options.

    A numeric field without a :class:`Range` accepts all numbers up to ``LARGEST``. A class with
    rules of its own calls this ``__post_init__`` first.
    """

    def __post_init__(self) -> None:
        """Raises ConfigError for a number out of range, naming the option."""
        kind: Any = type(self)
        for name, allowed in _ranges(kind).items():
            value = getattr(self, name)
            for number in value if isinstance(value, tuple) else (value,):
                if isinstance(number, int | float) and not allowed.holds(number):
                    too_large = number > LARGEST and allowed.high >= LARGEST
                    wanted = f"be at most {LARGEST}" if too_large else str(allowed)
                    raise ConfigError(
                        f"{allowed.called or f'--{name}'} is {number}, but must {wanted}."
                    )


@cache
def _ranges(kind: Any) -> dict[str, Range]:
    """The range of each field that holds one or more numbers."""
    hints = typing.get_type_hints(kind, include_extras=True)
    entries: tuple[Field[Any], ...] = fields(kind)
    found = {entry.name: _range(hints[entry.name]) for entry in entries}
    return {name: allowed for name, allowed in found.items() if allowed is not None}


def _range(hint: Any) -> Range | None:
    """The range in a type, such as ``Annotated[int, Range(0)] | None``; None for other types."""
    own = [extra for extra in getattr(hint, "__metadata__", ()) if isinstance(extra, Range)]
    if own:
        return own[0]
    if hint in (int, float):
        return Range()
    return next(filter(None, map(_range, typing.get_args(hint))), None)
