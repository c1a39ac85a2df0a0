"""``python -m nersemble`` is the command ``nersemble``."""

import sys

from nersemble.cli import main

if __name__ == "__main__":
    sys.exit(main())
