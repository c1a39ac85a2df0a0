"""The list that the path editor edits: keyframes in the order of their seconds."""

from dataclasses import dataclass

from nersemble.errors import ConfigError
from nersemble.video.camera_path import CameraPath, Keyframe


@dataclass(frozen=True)
class Keyframes:
    """Keyframes, each at another second. Every change gives a new list, or raises ConfigError for
    what would be no camera path."""

    all: tuple[Keyframe, ...] = ()

    def add(self, keyframe: Keyframe) -> "Keyframes":
        """With another keyframe."""
        if any(abs(other.seconds - keyframe.seconds) < 1e-6 for other in self.all):
            raise ConfigError(
                f"There is a keyframe at second {keyframe.seconds:g}: choose another second, or "
                "move that one."
            )
        ordered = tuple(sorted((*self.all, keyframe), key=lambda k: k.seconds))
        return Keyframes(CameraPath(ordered).keyframes)

    def delete(self, index: int) -> "Keyframes":
        """Without one keyframe."""
        return Keyframes(self.all[:index] + self.all[index + 1 :])

    def move(self, index: int, keyframe: Keyframe) -> "Keyframes":
        """With one keyframe elsewhere in space or time."""
        return self.delete(index).add(keyframe)

    @property
    def next_second(self) -> float:
        """Where one more would go: a second after the last."""
        return self.all[-1].seconds + 1 if self.all else 0.0

    def path(self) -> CameraPath:
        """The path through them."""
        if not self.all:
            raise ConfigError("There is no keyframe yet: add one.")
        return CameraPath(self.all)
