"""Dynamic radiance fields of human heads: an implementation of NeRSemble (SIGGRAPH 2023)."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("nersemble")
except PackageNotFoundError:
    __version__ = "(not installed)"
