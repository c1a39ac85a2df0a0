"""The words that exports take."""

from typing import Literal

GeometryFormat = Literal["ply", "glb"]

WorldName = Literal["calibration", "model"]
