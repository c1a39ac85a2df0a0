"""The user's commands. Scripts and ``nersemble`` call the ``main`` of each with its arguments.

If the options do not need torch, the modules that compute are imported after parsing, so that
``--help`` is fast.
"""
