"""Dynamic radiance fields of human heads: an implementation of NeRSemble (SIGGRAPH 2023)."""
