"""``python scripts/view/view_nersemble.py`` is ``nersemble view``."""

import sys

from nersemble.commands.options import run_command
from nersemble.commands.view import main

if __name__ == "__main__":
    sys.exit(run_command(main, None))
