"""Refuses small files that would keep a parser busy for hours or crash it, before reading them.

A pickle may nest a tuple in itself n times. Hashing it, as a dictionary does with its keys, then
visits 2^n tuples. A YAML file may be nested as deep as it is long.
"""

import io
import pickletools
import zipfile
from dataclasses import dataclass
from typing import Any, BinaryIO

import yaml

_ZIP_START = b"PK\x03\x04"
_MAX_PICKLE_BYTES = 1 << 22
# Values visited while a pickle is read; our own and released files have a few thousand.
_MAX_PICKLE_WORK = 1 << 19
_MAX_DEPTH = 100
_BYTES_OF_A_VALUE = 64
# A mark, the version, the machine, the object, the names of its arrays; then the numbers.
_PICKLES_OF_AN_OLD_FILE = 5
_MAX_YAML_EVENTS = 200_000
_MAX_YAML_SCALAR = 10_000

# The C library's loader is ten times as fast, but not always installed.
YAML_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class _Size:
    """The number of values in an unpickled value, repeats included, and its depth."""

    n_values: int = 1
    depth: int = 1


_MARK = _Size()
_PUTS = ("PUT", "BINPUT", "LONG_BINPUT")
_GETS = ("GET", "BINGET", "LONG_BINGET")
_FILLS = ("APPEND", "APPENDS", "SETITEM", "SETITEMS", "ADDITEMS", "BUILD")


def check_pickles(file: BinaryIO) -> bool:
    """Checks the pickles in a file of ``torch.save`` without reading their values.

    In an archive, the pickle that torch itself finds is checked: two zip readers may find
    different ones if the list of members is ambiguous.

    Returns:
        Whether torch treats the file as a zip archive, as newer ones are.

    Raises:
        ValueError: the pickles are damaged, too long, too deep or too much work; says which.
        zipfile.BadZipFile: the archive is damaged.
        RuntimeError: torch cannot read the archive.
    """
    if file.read(len(_ZIP_START)) != _ZIP_START:
        file.seek(0)
        stream = io.BytesIO(file.read(_MAX_PICKLE_BYTES))
        for _ in range(_PICKLES_OF_AN_OLD_FILE):
            _check_pickle(stream)
        return False
    with zipfile.ZipFile(file) as archive:
        names = [info.filename.lower() for info in archive.infolist()]
        if len(set(names)) < len(names):
            raise ValueError("its archive has several members of the same name")
        for info in archive.infolist():
            if info.compress_type != zipfile.ZIP_STORED:
                raise ValueError(f"its {info.filename} is compressed, which torch never does")
            if info.filename.lower().endswith(".pkl") and info.file_size > _MAX_PICKLE_BYTES:
                raise ValueError(f"its {info.filename} is longer than {_MAX_PICKLE_BYTES} bytes")
    # Imported here: processes that render or pack pictures need no torch, which takes seconds.
    import torch

    file.seek(0)
    pickled = torch._C.PyTorchFileReader(file).get_record("data.pkl")
    if len(pickled) > _MAX_PICKLE_BYTES:
        raise ValueError(f"its data.pkl is longer than {_MAX_PICKLE_BYTES} bytes")
    _check_pickle(io.BytesIO(pickled))
    return True


def _check_pickle(stream: BinaryIO) -> None:
    """Tracks the sizes of the values that a pickle builds."""
    stack: list[_Size] = []
    memo: dict[Any, _Size] = {}
    work = 0
    try:
        for opcode, argument, _ in pickletools.genops(stream):
            if opcode.name in _PUTS:
                memo[argument] = stack[-1]
            elif opcode.name == "MEMOIZE":
                memo[len(memo)] = stack[-1]
            elif opcode.name in _GETS:
                stack.append(memo[argument])
            elif opcode.name == "MARK":
                stack.append(_MARK)
            else:
                work += _follow(opcode, argument, stack)
            if (work := work + 1) > _MAX_PICKLE_WORK:
                raise ValueError("its pickle refers to its own parts too often")
    except (IndexError, KeyError) as error:
        raise ValueError("its pickle is damaged") from error


def _follow(opcode: pickletools.OpcodeInfo, argument: Any, stack: list[_Size]) -> int:
    """Applies an opcode to the sizes on the stack; returns how many values it visits."""
    taken: list[_Size] = []
    for kind in reversed(opcode.stack_before):
        if kind is pickletools.stackslice:
            while stack[-1] is not _MARK:
                taken.append(stack.pop())
        else:
            taken.append(stack.pop())
    filled = taken.pop() if opcode.name in _FILLS else None
    visited = sum(size.n_values for size in taken)
    depth = 1 + max((size.depth for size in taken), default=0)
    if depth > _MAX_DEPTH:
        raise ValueError(f"its pickle is nested deeper than {_MAX_DEPTH} levels")
    if filled is not None:
        filled.n_values += visited
        filled.depth = max(filled.depth, depth)
        stack.append(filled)
    else:
        if isinstance(argument, str | bytes | bytearray):
            visited += len(argument) // _BYTES_OF_A_VALUE
        stack.extend(_Size(1 + visited, depth) for _ in opcode.stack_after)
    return visited


def check_yaml(text: str, *, aliases: bool = True) -> None:
    """Checks the structure of a YAML text without building anything.

    Args:
        text: the content of the file.
        aliases: whether the text may refer to its own parts, which constructors may copy.

    Raises:
        ValueError: the text is nested too deeply, has too many or too long values, or refers
            to itself.
        yaml.YAMLError: the text is not YAML.
    """
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=YAML_LOADER)):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH:
            raise ValueError(f"it is nested deeper than {_MAX_DEPTH} levels")
        if count > _MAX_YAML_EVENTS:
            raise ValueError("it has more values than any file of its kind")
        if isinstance(event, yaml.ScalarEvent) and len(event.value) > _MAX_YAML_SCALAR:
            raise ValueError(f"it has a value of {len(event.value)} characters")
        if isinstance(event, yaml.AliasEvent) and not aliases:
            raise ValueError("it refers to parts of itself")
