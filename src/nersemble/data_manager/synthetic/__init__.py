"""A procedural talking head, rendered as a capture in layout v1 (``nersemble data synthesize``).

Imports no torch, so that its worker processes start quickly.
"""

from nersemble.data_manager.synthetic.config import SyntheticConfig
from nersemble.data_manager.synthetic.writer import synthesize

__all__ = ["SyntheticConfig", "synthesize"]
