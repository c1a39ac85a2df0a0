"""A procedural talking head, rendered as a capture in layout v1 (``nersemble data synthesize``).

Imports no torch, so that its worker processes start quickly.
"""
