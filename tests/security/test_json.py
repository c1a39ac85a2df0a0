"""No reader of JSON trips over what is not the JSON that it wants."""

from pathlib import Path

import pytest

from fuzz.harness import Reader, Target
from fuzz.mutations import mutate_json
from fuzz.readers import READERS
from nersemble.errors import NersembleError
from nersemble.files import read_json_object

JSON_READERS = [reader for reader in READERS if reader.mutate is mutate_json]
# Damaged ones count for nothing there: they only help, or are one of many.
LENIENT = ("best", "results")
# To these readers every entry is optional.
OPTIONAL = ("color-calibration", "evaluation-pictures", "report-config")

DOCUMENTS = {
    "empty": b"",
    "no object": b"[1, 2]",
    "nothing in it": b"{}",
    "null": b"null",
    "not UTF-8": b'{"a": "\xff"}',
    "deep": b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep objects": b'{"a": ' * 5_000 + b"1" + b"}" * 5_000,
    "less deep": b'{"a": ' + b"[" * 300 + b"]" * 300 + b"}",
    "cut off": b'{"format_version": 1, "frames": {"',
    "many digits": b'{"format_version": ' + b"9" * 5_000 + b"}",
    "not a number": b'{"format_version": NaN, "step": Infinity, "bytes": -Infinity}',
}


@pytest.mark.parametrize("reader", JSON_READERS, ids=lambda reader: reader.name)
def test_what_is_not_the_wanted_json_is_refused(tmp_path: Path, reader: Reader) -> None:
    target = reader.prepare(tmp_path)
    for name, document in DOCUMENTS.items():
        target.path.write_bytes(document)
        message = _refusal(target)
        if reader.name in LENIENT:
            assert message is None, name
        elif message is None:
            assert reader.name in OPTIONAL, name
            assert name in ("nothing in it", "not a number")
        else:
            assert (target.named or target.path.name) in message, name
            assert message.isprintable(), name


def _refusal(target: Target) -> str | None:
    try:
        target.read()
    except NersembleError as error:
        return str(error)
    return None


def test_a_file_without_end_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(OSError, match="longer than"):
        read_json_object(path)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb", r"a\nb"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("half \ud800", r"half \ud800"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("M\u00fcller \u540d", "M\u00fcller \u540d"),
    ],
)
def test_a_message_is_one_line_of_text(text: str, shown: str) -> None:
    assert str(NersembleError(text)) == shown


def test_a_message_keeps_its_begin_and_its_end() -> None:
    error = NersembleError(f"{'x' * 10_000}: do this.")
    assert len(str(error)) < 2000
    assert str(error).startswith("xxx")
    assert str(error).endswith("xxx: do this.")
