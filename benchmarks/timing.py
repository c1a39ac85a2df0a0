"""What an op's benchmark reports."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """One op. bytes_moved: the fewest possible; torch_ms: the same in plain torch, if measured."""

    name: str
    ms: float
    bytes_moved: int
    torch_ms: float | None = None
