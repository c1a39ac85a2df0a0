"""``python scripts/evaluate/evaluate_nersemble.py`` is ``nersemble evaluate``."""

import sys

from nersemble.cli import main

if __name__ == "__main__":
    sys.exit(main(["evaluate", *sys.argv[1:]]))
