"""The user's commands. Scripts and ``nersemble`` call the ``main`` of each with its arguments."""
