"""Response time of the command line: CPU seconds of each command's ``--help``.

    python benchmarks/command_line.py

Prints JSON: for each line, the least user and system time of several runs, and whether torch was
imported.
"""

import argparse
import json
import os
import subprocess
import sys

from nersemble.cli import commands

_RUN = """
import atexit, sys
from nersemble.cli import main
atexit.register(lambda: print("torch" in sys.modules, file=sys.stderr))
sys.exit(main(sys.argv[1:]))
"""


def measured(words: list[str], runs: int) -> dict[str, float | bool]:
    """CPU seconds of ``nersemble WORDS``, and whether it imports torch."""
    seconds = []
    for _ in range(runs):
        before = os.times()
        done = subprocess.run(
            [sys.executable, "-c", _RUN, *words], capture_output=True, text=True, check=False
        )
        after = os.times()
        user = after.children_user - before.children_user
        seconds.append(user + after.children_system - before.children_system)
    return {
        "cpu_seconds": round(min(seconds), 2),
        "imports_torch": done.stderr.splitlines()[-1] == "True",
    }


def main() -> None:
    """Measures all commands."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3, help="of each line; the fastest counts")
    runs = parser.parse_args().runs
    lines = ["--help", "--version", "trian", "completion bash"]
    lines += [f"{command} --help" for command in commands()]
    print(json.dumps({line: measured(line.split(), runs) for line in lines}, indent=2))


if __name__ == "__main__":
    main()
