"""Tries every reader of files from outside on mutated files and prints a table.

    python tests/fuzz/run.py --inputs 10000 --seed 1 [--readers NAME ...] [--out FOLDER]

An input depends on the reader's name, the seed and its number only. Inputs that a reader failed on
are kept in OUT/failed/READER-SEED-NUMBER. Exits with status 1 if there is one.
"""

import argparse
import platform
import sys
import time
from pathlib import Path
from tempfile import mkdtemp

sys.path.insert(0, str(Path(__file__).parents[1]))

from fuzz.harness import Limits, Outcome, fuzz
from fuzz.readers import READERS


def main() -> int:
    """Runs the readers; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inputs", type=int, default=300, help="of each reader")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--readers", nargs="*", default=[reader.name for reader in READERS])
    parser.add_argument("--out", type=Path, help="an empty folder (default: a new one)")
    given = parser.parse_args()
    out = given.out or Path(mkdtemp(prefix="nersemble-fuzz-"))
    print(
        f"{time.strftime('%Y-%m-%d %H:%M')}, Python {platform.python_version()}, files in {out}\n"
    )
    print("| reader | inputs | accepted | refused | failures | seconds |")
    print("| --- | --- | --- | --- | --- | --- |")
    outcomes = []
    for reader in READERS:
        if reader.name in given.readers:
            outcomes.append(fuzz(reader, given.inputs, given.seed, out, Limits()))
            print(_row(outcomes[-1]), flush=True)
    for outcome in outcomes:
        for what, count in outcome.failures.most_common():
            names = ", ".join(path.name for path in outcome.examples.get(what, []))
            print(f"\n{outcome.reader}: {count} times {what} ({names})", end="")
    print()
    return int(any(outcome.n_failures for outcome in outcomes))


def _row(outcome: Outcome) -> str:
    counts = (outcome.n_inputs, outcome.accepted, outcome.refused, outcome.n_failures)
    return f"| {outcome.reader} | {' | '.join(map(str, counts))} | {outcome.seconds:.0f} |"


if __name__ == "__main__":
    sys.exit(main())
