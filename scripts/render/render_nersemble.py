"""``python scripts/render/render_nersemble.py`` is ``nersemble render``."""

import sys

from nersemble.commands.options import run_command
from nersemble.commands.render import main

if __name__ == "__main__":
    sys.exit(run_command(main, None))
