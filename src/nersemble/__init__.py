"""Dynamic radiance fields of human heads: an implementation of NeRSemble (SIGGRAPH 2023).

As a library: :func:`load` a run to render it or to query its density and colour,
:func:`open_capture` or your own :class:`Capture` to train on, and a :class:`Trainer` for your
own loop. Errors that users can fix are raised as :class:`NersembleError`. Torch is imported when
one of these names is first used.
"""

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nersemble.data_manager.capture import Capture, CaptureCamera, Frame
    from nersemble.data_manager.layouts import open_capture
    from nersemble.errors import NersembleError
    from nersemble.geometry.camera import Camera
    from nersemble.library.head import Head, Picture, load
    from nersemble.library.training import Trainer

try:
    __version__ = version("nersemble")
except PackageNotFoundError:
    __version__ = "(not installed)"

__all__ = [
    "Camera",
    "Capture",
    "CaptureCamera",
    "Frame",
    "Head",
    "NersembleError",
    "Picture",
    "Trainer",
    "load",
    "open_capture",
]

_MODULES = {
    "Camera": "geometry.camera",
    "Capture": "data_manager.capture",
    "CaptureCamera": "data_manager.capture",
    "Frame": "data_manager.capture",
    "Head": "library.head",
    "NersembleError": "errors",
    "Picture": "library.head",
    "Trainer": "library.training",
    "load": "library.head",
    "open_capture": "data_manager.layouts",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'nersemble' has no attribute {name!r}")
    found = getattr(import_module(f"nersemble.{_MODULES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
