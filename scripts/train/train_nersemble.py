"""``python scripts/train/train_nersemble.py`` is ``nersemble train``."""

import sys

from nersemble.commands.options import run_command
from nersemble.commands.train import main

if __name__ == "__main__":
    sys.exit(run_command(main, None))
