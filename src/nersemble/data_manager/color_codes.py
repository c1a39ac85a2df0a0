"""Colour spaces of videos and PNGs that differ clearly from sRGB, by the codes of ITU-T H.273."""

_PRIMARIES = {4: "NTSC 1953", 8: "film", 9: "BT.2020", 10: "XYZ", 11: "DCI-P3", 12: "Display P3"}
_TRANSFERS = {4: "gamma 2.2", 5: "gamma 2.8", 8: "linear", 9: "logarithmic", 10: "logarithmic"}
_HDR = {16: "PQ", 18: "HLG"}


def other_colors(primaries: int, transfer: int) -> str:
    """The primaries and the transfer that viewers would convert, as text; empty if nothing needs
    conversion."""
    parts = [
        *([f"the HDR transfer {_HDR[transfer]}"] if transfer in _HDR else []),
        *([f"the transfer {_TRANSFERS[transfer]}"] if transfer in _TRANSFERS else []),
        *([f"the primaries of {_PRIMARIES[primaries]}"] if primaries in _PRIMARIES else []),
    ]
    return " and ".join(parts)
