"""What the tests of hostile input share."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from nersemble.errors import NersembleError


@contextmanager
def _refusal_of(folder: Path, *named: str) -> Iterator[None]:
    before = sorted(folder.rglob("*"))
    with pytest.raises(NersembleError) as caught:
        yield
    message = str(caught.value)
    assert message.isprintable(), message
    assert len(message) < 2000
    for name in named:
        assert name in message
    assert sorted(folder.rglob("*")) == before


@pytest.fixture
def refusal(tmp_path: Path) -> Callable[..., object]:
    """A block that must raise one clear sentence with these words, and make no file anywhere
    below the test's folder."""
    return lambda *named: _refusal_of(tmp_path, *named)
