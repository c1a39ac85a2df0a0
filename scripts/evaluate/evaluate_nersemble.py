"""``python scripts/evaluate/evaluate_nersemble.py`` is ``nersemble evaluate``."""

import sys

from nersemble.commands.evaluate import main
from nersemble.commands.options import run_command

if __name__ == "__main__":
    sys.exit(run_command(main, None))
