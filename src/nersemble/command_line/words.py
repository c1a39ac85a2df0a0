"""Checks the words of a command line, so that each mistake gets a specific message."""

import contextlib
from collections.abc import Sequence
from pathlib import Path

from nersemble.command_line.options import Option
from nersemble.errors import ConfigError, did_you_mean

_BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def checked(program: str, argv: Sequence[str], options: Sequence[Option]) -> list[str]:
    """The words as tyro reads them, with switches without a value: ``--x=false`` is ``--no-x``.

    Raises:
        ConfigError: an option does not exist, or a value is missing or not possible.
    """
    named = {option.name: option for option in options if not option.argument}
    free = [option for option in options if option.argument]
    found: list[str] = []
    position = 0
    while position < len(argv):
        word, position = argv[position], position + 1
        if not word.startswith("-") or _is_number(word):
            if free and free[0].n_words == 1:
                _check(free.pop(0), word)
            found.append(word)
            continue
        spelled, equals, value = word.partition("=")
        name = spelled.removeprefix("--").replace("-", "_")
        option = named.get(name) or _switched_off(name, named)
        if option is None or not word.startswith("--"):
            raise ConfigError(_unknown(program, spelled, named))
        after = argv[position:]
        if option.is_flag:
            found.append(_switch(option, word, value if equals else None, after))
            continue
        values = [value] if equals else _values(option, after)
        position += 0 if equals else len(values)
        # tyro leaves as many words as needed to the positional arguments.
        if option.n_words is not None or not any(argument.is_required for argument in free):
            for one in values:
                _check(option, one)
        found += [word, *([] if equals else values)]
    return found


def what_is_missing(
    program: str, argv: Sequence[str], options: Sequence[Option], reason: str
) -> str:
    """Explains why tyro refuses words that are each valid."""
    given = {word.partition("=")[0].lstrip("-").replace("-", "_") for word in argv}
    absent = [f"--{o.name}" for o in options if o.is_required and o.name not in given]
    words = [option for option in options if option.argument]
    needed = [option.argument for option in words if option.is_required]
    absent = [name for name in absent if name[2:] not in {option.name for option in words}]
    if not absent and not any(word.startswith("-") for word in argv):
        absent = needed[len(argv) :]
        if len(argv) > len(words) and all(option.n_words == 1 for option in words):
            return f"{program} does not expect {argv[len(words)]!r}: see {program} --help."
    if absent:
        return f"{' and '.join(absent)} is missing: see {program} --help."
    return f"{program}: {reason}; see {program} --help."


def _switched_off(name: str, named: dict[str, Option]) -> Option | None:
    option = named.get(name.removeprefix("no_"))
    return option if option is not None and option.is_flag else None


def _unknown(program: str, spelled: str, named: dict[str, Option]) -> str:
    switches = [f"--no_{name}" for name, option in named.items() if option.is_flag]
    known = [*(f"--{name}" for name in named), *switches]
    meant = did_you_mean(spelled.replace("-", "_").replace("__", "--", 1), known)
    return f"{program} has no option {spelled}{meant}; see {program} --help."


def _switch(option: Option, word: str, value: str | None, after: Sequence[str]) -> str:
    on, off = f"--{option.name}", f"--no-{option.name}"
    if value is None:
        if after and after[0].lower() in ("true", "false"):
            meant = on if after[0].lower() == "true" else off
            raise ConfigError(
                f"{on} is a switch: write {meant} (or {on}={after[0].lower()}) instead of "
                f"{word} {after[0]}."
            )
        return word
    if value.lower() not in _BOOLEANS or not word.replace("-", "_").startswith(f"__{option.name}"):
        raise ConfigError(f"{word} is not possible: write {on}, {off} or {on}=false.")
    return on if _BOOLEANS[value.lower()] else off


def _values(option: Option, after: Sequence[str]) -> Sequence[str]:
    """The words that form an option's value."""
    n = 0
    while n < len(after) and n != option.n_words and not _is_option(after[n]):
        n += 1
    if option.n_words is not None and n < option.n_words:
        wanted = "a value" if option.n_words == 1 else f"{option.n_words} values"
        raise ConfigError(f"--{option.name} needs {wanted}: --{option.name} {option.metavar}.")
    return after[:n]


def _check(option: Option, word: str) -> None:
    """Raises ConfigError if the option does not accept a word."""
    called = option.argument or f"--{option.name}"
    if option.is_optional and word == "None":
        return
    if option.choices:
        if word not in option.choices:
            raise ConfigError(
                f"{called} {word} does not exist{did_you_mean(word, option.choices)}; choose "
                f"{', '.join(option.choices)}."
            )
    elif option.word_type is Path and not word:
        raise ConfigError(f"{called} is empty: give a path, or leave it out.")
    elif option.word_type is int:
        with contextlib.suppress(ValueError):
            int(word)
            return
        raise ConfigError(f"{called} is {word!r}, but must be a whole number.")
    elif option.word_type is float and not _is_number(word):
        raise ConfigError(f"{called} is {word!r}, but must be a number.")


def _is_option(word: str) -> bool:
    return word.startswith("--") or (word.startswith("-") and not _is_number(word))


def _is_number(word: str) -> bool:
    with contextlib.suppress(ValueError):
        float(word)
        return True
    return False
