"""Damaged and hostile variants of valid files, each decided by a random generator alone."""

import copy
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

_MAX_BYTES = 1 << 20
_EDGES = (0, 1, -1, 2, 127, 128, 255, 256, 32767, 65535, 65536, 2**31 - 1, 2**31, 2**32 - 1)
_DEEP = "\x01deep\x01"
_VALUES: Sequence[Any] = (
    *(None, True, False, 0, -1, 1, 2, 0.5, -0.0, 2**31, 2**63, 2**64, 10**400, 1e308, -1e308),
    *(float("nan"), float("inf"), float("-inf"), 1e-320, "", "0", "NaN", "../../x", "/etc/passwd"),
    *("..", "a\x00b", "a\nb", "\x1b[2J", "\ud800", "x" * 300, "<script>alert(1)</script>"),
    *([], {}, [[]], [None], {"": None}, [1, 2, 3], _DEEP),
)

Mutate = Callable[[Random, Sequence[bytes], Sequence[bytes]], bytes]
"""From a generator, valid files and words of the format to a file that may be broken."""


def mutate_bytes(random: Random, seeds: Sequence[bytes], tokens: Sequence[bytes]) -> bytes:
    """A few flipped bits, cuts, copies, words and numbers in one of the files."""
    data = bytearray(random.choice(seeds))
    for _ in range(random.choice((1, 1, 1, 2, 3, 5, 8, 20))):
        _change(random, data, seeds, tokens)
    return bytes(data[:_MAX_BYTES])


def _change(
    random: Random, data: bytearray, seeds: Sequence[bytes], tokens: Sequence[bytes]
) -> None:
    start = random.randrange(len(data) + 1)
    end = min(len(data), start + random.choice((1, 2, 4, 16, 64, 1024)))
    kind = random.randrange(10)
    if kind == 0 and data:
        data[start % len(data)] ^= 1 << random.randrange(8)
    elif kind == 1 and data:
        data[start % len(data)] = random.randrange(256)
    elif kind == 2:
        del data[start:]
    elif kind == 3:
        del data[start:end]
    elif kind == 4:
        data[start:start] = data[start:end] * random.choice((1, 1, 2, 50))
    elif kind == 5:
        data[start:end] = random.randbytes(end - start)
    elif kind in (6, 7):
        # A number, as lengths and counts are written.
        size, edge = random.choice((1, 2, 4, 8)), random.choice(_EDGES)
        number = (edge % 256**size).to_bytes(size, random.choice(("little", "big")))
        data[start : start + size] = number
    elif kind == 8 and tokens:
        word = random.choice(tokens)
        data[start : start + random.choice((0, len(word)))] = word
    else:
        other = random.choice(seeds)
        at = random.randrange(len(other) + 1)
        data[start:end] = other[at : at + end - start]


def mutate_json(random: Random, seeds: Sequence[bytes], tokens: Sequence[bytes]) -> bytes:
    """Another value, key or structure at some places of a JSON text; sometimes broken as text."""
    if random.random() < 0.2:
        return mutate_bytes(random, seeds, tokens)
    root = [json.loads(random.choice(seeds))]
    for _ in range(random.choice((1, 1, 1, 2, 3, 6))):
        _change_json(random, root, tokens)
    text = json.dumps(root[0])
    opened, closed = random.choice((("[", "]"), ('{"a":', "}")))
    depth = random.choice((50, 2_000, 100_000))
    text = text.replace(json.dumps(_DEEP), opened * depth + "1" + closed * depth)
    return text.encode()


def _change_json(random: Random, root: list[Any], tokens: Sequence[bytes]) -> None:
    places = _places(root)
    parent, key = random.choice(places)
    kind = random.randrange(8)
    if kind <= 3:
        # A copy: the same list in two places would change in both.
        parent[key] = copy.deepcopy(random.choice(_VALUES))
    elif kind == 4 and parent is not root:
        del parent[key]
    elif kind == 5 and isinstance(parent, dict):
        names = [*(str(v) for v in _VALUES), *(t.decode("utf-8", "replace") for t in tokens)]
        parent[random.choice(names)] = parent.pop(key) if random.random() < 0.5 else parent[key]
    elif kind == 6:
        other, other_key = random.choice(places)
        # A copy, or a value that holds itself could not be written.
        parent[key] = json.loads(json.dumps(other[other_key]))
    elif isinstance(parent[key], int | float) and not isinstance(parent[key], bool):
        parent[key] = random.choice((-parent[key], parent[key] * 10**12, str(parent[key])))
    elif isinstance(parent[key], list):
        parent[key] = parent[key] * random.choice((0, 2, 20)) if len(parent[key]) < 99 else []
    else:
        parent[key] = [parent[key]]


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every place below a list or an object, as what can be indexed with what."""
    keys = range(len(value)) if isinstance(value, list) else list(value)
    found: list[tuple[Any, Any]] = [(value, key) for key in keys]
    for key in keys:
        if isinstance(value[key], list | dict):
            found += _places(value[key])
    return found


def mutate_png(random: Random, seeds: Sequence[bytes], tokens: Sequence[bytes]) -> bytes:
    """As of any file; in half of them checksums are right again, so that decoders go on."""
    data = mutate_bytes(random, seeds, tokens)
    return with_png_checksums(data) if random.random() < 0.5 else data


def with_png_checksums(data: bytes) -> bytes:
    """A PNG with the checksum of each chunk corrected."""
    fixed, at = bytearray(data), 8
    while at + 12 <= len(fixed):
        end = at + 8 + struct.unpack_from(">I", fixed, at)[0]
        if end + 4 > len(fixed):
            break
        struct.pack_into(">I", fixed, end, zlib.crc32(fixed[at + 4 : end]))
        at = end + 4
    return bytes(fixed)


def mutate_zip(random: Random, seeds: Sequence[bytes], tokens: Sequence[bytes]) -> bytes:
    """As of any file, or changed members and names in an archive that is whole."""
    if random.random() < 0.4:
        return mutate_bytes(random, seeds, tokens)
    with zipfile.ZipFile(io.BytesIO(random.choice(seeds))) as archive:
        members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    for _ in range(random.choice((1, 1, 2))):
        index = random.randrange(len(members))
        name, content = members[index]
        if random.random() < 0.8:
            members[index] = (name, mutate_bytes(random, [content], tokens))
        elif random.random() < 0.5:
            changed = random.choice(("../x", "/x", "x" * 300, "\x1b[2J", f"{name}/..", ""))
            members[index] = (changed, content)
        else:
            members.insert(index, random.choice(members))
    written = io.BytesIO()
    # Not each member by itself: an archive of torch with a compressed one is refused at once.
    method = random.choice((zipfile.ZIP_STORED,) * 4 + (zipfile.ZIP_DEFLATED,))
    with zipfile.ZipFile(written, "w", method) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return written.getvalue()


def mutate_pickles(random: Random, seeds: Sequence[bytes], tokens: Sequence[bytes]) -> bytes:
    """As of an archive, or one whose pickle nests or repeats its own parts."""
    if random.random() < 0.8:
        return mutate_zip(random, seeds, tokens)
    count = random.choice((3, 30, 90, 5_000, 100_000))
    pickled = random.choice(
        (
            pickle_of_doubled_tuples(random.choice((5, 30, 200))),
            b"\x80\x02" + b"]" * count + b"a" * (count - 1) + b".",
            b"\x80\x02}" + b"K\x01" + b"\x85" * count + b"K\x01s.",
            b"\x80\x02](" + b"K\x01" * count + b"e.",
        )
    )
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("archive/data.pkl", pickled)
        archive.writestr("archive/version", "3\n")
        archive.writestr("archive/byteorder", "little")
    return written.getvalue()


def pickle_of_doubled_tuples(n: int) -> bytes:
    """A dictionary whose key is a tuple of twice a tuple of twice a tuple, n times (up to 255)."""
    doubled = (b"0" + b"h%c" % i * 2 + b"\x86q%c" % (i + 1) for i in range(n))
    return b"\x80\x02}K\x01K\x01\x86q\x00" + b"".join(doubled) + b"K\x01s."


def mutate_yaml(random: Random, seeds: Sequence[bytes], tokens: Sequence[bytes]) -> bytes:
    """As of any file, or with a structure of any depth and length at its end."""
    data = mutate_bytes(random, seeds, tokens)
    if random.random() < 0.8:
        return data
    count = random.choice((10, 200, 5_000, 300_000))
    word = random.choice((b"[", b"{a: ", b"- ", b"? ", b"1,", b"[],", b":1", b"a", b"&a *a "))
    return data + b"\nz: " + random.choice((b"", b"[", b"1")) + word * count


def mutate_safetensors(random: Random, seeds: Sequence[bytes], tokens: Sequence[bytes]) -> bytes:
    """As of any file, or another header before the same numbers."""
    if random.random() < 0.4:
        return mutate_bytes(random, seeds, tokens)
    seed = random.choice(seeds)
    length = struct.unpack_from("<Q", seed)[0]
    header = mutate_json(random, [seed[8 : 8 + length]], tokens)
    return struct.pack("<Q", len(header)) + header + seed[8 + length :]
