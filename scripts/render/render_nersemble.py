"""``python scripts/render/render_nersemble.py`` is ``nersemble render``."""

import sys

from nersemble.cli import main

if __name__ == "__main__":
    sys.exit(main(["render", *sys.argv[1:]]))
