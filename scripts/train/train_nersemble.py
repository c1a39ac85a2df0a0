"""``python scripts/train/train_nersemble.py`` is ``nersemble train``."""

import sys

from nersemble.cli import main

if __name__ == "__main__":
    sys.exit(main(["train", *sys.argv[1:]]))
