"""Values of the options of exports."""

from typing import Literal

GeometryFormat = Literal["ply", "glb"]

WorldName = Literal["calibration", "model"]
