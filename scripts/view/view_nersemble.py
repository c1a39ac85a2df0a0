"""``python scripts/view/view_nersemble.py`` is ``nersemble view``."""

import sys

from nersemble.cli import main

if __name__ == "__main__":
    sys.exit(main(["view", *sys.argv[1:]]))
