"""``python scripts/evaluate/evaluate_nersemble.py`` is ``nersemble evaluate``."""

import sys

from nersemble.commands.arguments import run_command
from nersemble.commands.evaluate import main

if __name__ == "__main__":
    sys.exit(run_command(main, None))
