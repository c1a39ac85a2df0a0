"""The user's commands. Scripts and ``nersemble`` call the ``main`` of each with its arguments.

Where the options do not need torch, what computes is imported after they are read: ``--help``
answers at once.
"""
