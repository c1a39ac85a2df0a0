"""Values of the options of exports."""

from typing import Literal

GeometryFormat = Literal["ply", "glb"]

GaussianFile = Literal["ply", "spz", "glb"]

WorldName = Literal["calibration", "model"]
