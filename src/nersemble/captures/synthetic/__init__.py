"""A procedural talking head, rendered as a capture in layout v1 (``nersemble data synthesize``).

Imports no torch, so that its worker processes start quickly.
"""

from nersemble.captures.synthetic.config import SyntheticConfig
from nersemble.captures.synthetic.writer import synthesize

__all__ = ["SyntheticConfig", "synthesize"]
