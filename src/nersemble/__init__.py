"""Dynamic radiance fields of human heads: an independent implementation of NeRSemble (SIGGRAPH 2023)."""

