"""The words that exports take."""

from typing import Literal

GeometryFormat = Literal["ply", "glb"]

GaussianFile = Literal["ply", "spz", "glb"]

WorldName = Literal["calibration", "model"]
