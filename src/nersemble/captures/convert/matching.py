"""Matches recordings with calibrated pictures."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from os.path import commonpath
from pathlib import Path, PurePosixPath

from nersemble.captures.convert.footage import (
    Opener,
    Recording,
    find_footage,
    split_masks,
)
from nersemble.captures.convert.looks import by_looks, by_place
from nersemble.captures.convert.names import (
    PICTURES,
    NameFinder,
    files_in,
    without_frame,
    without_mask_word,
    without_suffix,
)
from nersemble.captures.convert.places import extent_of, moved, share_places
from nersemble.captures.convert.solved import SolvedImage
from nersemble.errors import CaptureError, ConfigError

_log = logging.getLogger("nersemble.data")


@dataclass(frozen=True)
class CalibratedCamera:
    """A camera with its recording, calibration and mask."""

    name: str
    recording: Recording
    solved: SolvedImage
    mask: Recording | None = None


def match_cameras(
    source: Path,
    images: Sequence[SolvedImage],
    calibration: Path,
    opened: Opener,
    *,
    cameras: Sequence[str] = (),
    calibrated_as: Sequence[str] = (),
    masks: Path | None = None,
) -> list[CalibratedCamera]:
    """Finds the recordings in a folder, and their calibrations and masks.

    A picture belongs to the camera that the calibration names, otherwise to the camera whose folder
    holds it, otherwise to the camera that its path names (:class:`NameFinder`).
    Recordings without a calibration are left out with a warning.

    Args:
        source: the folder of recordings.
        images: the calibration.
        calibration: its path, for messages.
        opened: opens recordings.
        cameras: only these (empty: all).
        calibrated_as: ``CAMERA=PICTURE`` for ambiguous names.
        masks: folder of masks; None uses masks beside the recordings (``NAME_mask``), otherwise
            those that the calibration names.

    Raises:
        CaptureError: recordings and calibration do not match; lists the existing names.
        ConfigError: ``cameras`` or ``calibrated_as`` name something that does not exist.
    """
    found, own_masks = split_masks(find_footage(source))
    rig = _declared_sequences(found, images, source)
    if rig:
        rig = {name: rig[name] for name in _chosen(rig, cameras, source)}
    else:
        groups = _solved_of(found, images, calibration, calibrated_as, opened)
        wanted = _chosen(found, cameras, source)
        solved = _checked(
            {name: groups.get(name, []) for name in wanted}, found, images, calibration
        )
        rig = {s.camera or name: (found[name], [s]) for name, s in solved.items()}
    of_cameras = _masks(rig, find_footage(masks) if masks else own_masks, masks or source)
    return [
        CalibratedCamera(name, recording, group[0], mask)
        for (name, (recording, group)), mask in zip(rig.items(), of_cameras, strict=True)
    ]


_Rig = dict[str, tuple[Recording, list[SolvedImage]]]


def _declared_sequences(
    found: Mapping[str, Path], images: Sequence[SolvedImage], source: Path
) -> _Rig:
    """Cameras of a flat folder, if the calibration gives each picture's camera and timestep."""
    files = {name: path for name, path in found.items() if path.suffix.lower() in PICTURES}
    cameras = {image.camera for image in images}
    timesteps_known = all(image.camera and image.timestep is not None for image in images)
    if not timesteps_known or not files:
        return {}
    if len(cameras) < 2:
        raise CaptureError(f"{source} has one camera, but at least two are needed.")
    finder = NameFinder(files)
    named = {
        (image.camera, image.timestep): (image, files[name])
        for image in images
        if (name := finder.find(PurePosixPath(image.name).name)) is not None
    }
    names = list(dict.fromkeys(camera for camera, _ in named))
    if len({path for _, path in named.values()}) < 2:
        return {}
    all_timesteps = sorted({timestep for _, timestep in named if timestep is not None})
    timesteps = [t for t in all_timesteps if all((name, t) in named for name in names)]
    if not timesteps:
        raise CaptureError(f"{source} has no timestep with pictures of all cameras: add them.")
    if len(timesteps) < len(all_timesteps):
        _log.warning(
            "%s: %d of %d timesteps lack the picture of a camera and are left out.",
            *(source, len(all_timesteps) - len(timesteps), len(all_timesteps)),
        )
    rig: _Rig = {}
    for name in names:
        solved = [named[name, t][0] for t in timesteps]
        if (far := moved(solved, extent_of(images))) is not None:
            raise CaptureError(_ambiguous_camera(name, source, *far))
        rig[name] = (tuple(named[name, t][1] for t in timesteps), solved)
    return rig


def _chosen(there: Iterable[str], wanted: Sequence[str], source: Path) -> list[str]:
    names = list(there)
    finder = NameFinder(names)
    chosen = {finder.find(name) for name in wanted}
    if None in chosen:
        strange = next(name for name in wanted if finder.find(name) is None)
        raise ConfigError(
            f"--cameras names {strange}, which is not in {source}: choose from {', '.join(names)}."
        )
    return [name for name in names if not wanted or name in chosen]


def _solved_of(
    found: Mapping[str, Path],
    images: Sequence[SolvedImage],
    calibration: Path,
    calibrated_as: Sequence[str],
    opened: Opener,
) -> dict[str, list[SolvedImage]]:
    """The calibrated pictures of each recording that has some."""
    groups = _grouped(found, images)
    extent = extent_of(images)
    if any(moved(group, extent) for group in groups.values()):
        # Perhaps one folder for each timestep, with one file for each camera, all numbered.
        by_file = _grouped(found, images, file_first=True)
        if not any(moved(group, extent) for group in by_file.values()):
            groups = by_file
    if not calibrated_as:
        alike = by_looks(found, images, opened)
        if not groups:
            groups = alike
            for camera, shown in alike.items():
                _log.warning("By its content, %s belongs to camera %s.", shown[0].name, camera)
        for name, group in groups.items():
            for other, theirs in alike.items():
                mixed = [image for image in theirs if any(image is own for own in group)]
                if mixed and other != name:
                    raise CaptureError(
                        f"{mixed[0].file} has the name of camera {name}, but the content of camera "
                        f"{other}: give the right camera with --calibrated_as CAMERA=PICTURE."
                    )
    return groups | _from_table(calibrated_as, found, images, calibration)


def _checked(
    groups: Mapping[str, Sequence[SolvedImage]],
    found: Mapping[str, Path],
    images: Sequence[SolvedImage],
    calibration: Path,
) -> dict[str, SolvedImage]:
    """One calibrated picture for each camera; cameras without one are left out."""
    extent = extent_of(images)
    for name, group in groups.items():
        if group and (far := moved(group, extent)) is not None:
            raise CaptureError(_ambiguous_camera(name, calibration, *far))
    several = {name: group for name, group in groups.items() if len(group) > 1}
    if several:
        _log.warning(
            "%s has several pictures of camera %s: using the pose of the first, such as %s.",
            *(calibration, _listed(several), next(iter(several.values()))[0].name),
        )
    solved = {name: group[0] for name, group in groups.items() if group}
    missing = [name for name in groups if name not in solved]
    taken = {image.name for group in groups.values() for image in group}
    left = sorted(image.name for image in images if image.name not in taken)
    photographs = all(path.is_file() and path.suffix.lower() in PICTURES for path in found.values())
    unlike = left and (not photographs or len(missing) > len(solved))
    if missing and (unlike or len(solved) < 2):
        raise CaptureError(
            f"{calibration} has no picture of camera {_listed(missing)}, only "
            f"{_listed(sorted(image.name for image in images))}: give recordings and calibrated "
            f"pictures the same names, match them with --calibrated_as CAMERA=PICTURE, or "
            f"choose with --cameras."
        )
    if missing:
        _log.warning(
            "%s has no pose for %d of %d recordings, which are left out: %s.",
            *(calibration, len(missing), len(groups), _listed(missing)),
        )
    if photographs and share_places(list(solved.values())):
        raise CaptureError(
            f"Most photographs in {next(iter(found.values())).parent} are taken from the same "
            f"places, like frames of fixed cameras, but here they would count as one moment: put "
            f"the photographs of each camera into a separate folder, or choose one from each place "
            f"with --cameras."
        )
    return solved


def _grouped(
    found: Mapping[str, Path], images: Sequence[SolvedImage], *, file_first: bool = False
) -> dict[str, list[SolvedImage]]:
    """The calibrated pictures of each recording, matched by path and name, sorted by name."""
    finder = NameFinder(found)
    places = {path.resolve(): name for name, path in found.items()}
    # Parts that all paths share cannot distinguish cameras.
    parents = [PurePosixPath(image.name).parent for image in images]
    common = (
        len(PurePosixPath(commonpath(parents)).parts)
        if len(images) > 1
        and all(path.is_absolute() == parents[0].is_absolute() for path in parents)
        else 0
    )
    groups: dict[str, list[SolvedImage]] = {}
    for image in sorted(images, key=lambda image: image.name):
        *folders, file = PurePosixPath(image.name).parts[common:]
        folders = [folder for folder in folders if not folder.startswith(".")]
        of_file = [file, without_frame(without_suffix(file))]
        clues = of_file + folders if file_first else folders + of_file
        name = by_place(image, places) or next(
            (n for clue in (image.camera, *clues) if clue and (n := finder.find(clue))), None
        )
        if name is not None:
            groups.setdefault(name, []).append(image)
    return groups


def _from_table(
    table: Sequence[str],
    found: Mapping[str, Path],
    images: Sequence[SolvedImage],
    calibration: Path,
) -> dict[str, list[SolvedImage]]:
    names = NameFinder(found)
    paths = NameFinder(image.name for image in images)
    files = NameFinder(PurePosixPath(image.name).name for image in images)
    groups = {}
    for entry in table:
        camera, _, picture = entry.partition("=")
        name = names.find(camera)
        solved = [
            image
            for image in images
            if image.name == paths.find(picture)
            or PurePosixPath(image.name).name == files.find(picture)
        ]
        if name is None or not solved:
            raise ConfigError(
                f"--calibrated_as {entry} must be CAMERA=PICTURE, with a camera of "
                f"{_listed(found)} and a picture of {calibration}: "
                f"{_listed(image.name for image in images)}."
            )
        groups[name] = solved[:1]
    return groups


def _ambiguous_camera(name: str, source: Path, first: SolvedImage, second: SolvedImage) -> str:
    return (
        f"{source} puts camera {name} at different places in {first.name} and {second.name}: "
        f"either the camera moved, or names are mixed up: match them with --calibrated_as "
        f"CAMERA=PICTURE. Put photographs of one moving camera into a folder of their own."
    )


def _masks(rig: _Rig, files: Mapping[str, Path], folder: Path) -> list[Recording | None]:
    """Each camera's masks, in the order of the cameras."""
    if not files:
        found = [_masks_of_calibration(solved, recording) for recording, solved in rig.values()]
        if not any(found):
            return found
    else:
        bare = {without_mask_word(without_suffix(name)): path for name, path in files.items()}
        finder = NameFinder(bare)
        found = []
        for name, (recording, _) in rig.items():
            clues = (name,) if isinstance(recording, tuple) else (name, recording.name)
            hit = next((n for clue in clues if (n := finder.find(clue))), None)
            if hit is None and isinstance(recording, tuple):
                hits = [finder.find(path.name) for path in recording]
                found.append(tuple(bare[h] for h in hits if h) if all(hits) else None)
            else:
                found.append(bare[hit] if hit else None)
    if not any(found):
        raise CaptureError(
            f"{folder} has no mask for any camera, only {_listed(files)}: name them like the "
            f"recordings, {_listed(rig)}."
        )
    return found


def _masks_of_calibration(solved: Sequence[SolvedImage], recording: Recording) -> Recording | None:
    """The masks that a calibration names, if every picture of a recording has one."""
    if isinstance(recording, tuple):
        n_pictures = len(recording)
    elif recording.is_dir():
        n_pictures = len(files_in(recording, PICTURES))
    else:
        n_pictures = 1 if recording.suffix.lower() in PICTURES else 0
    masks = tuple(image.mask for image in solved if image.mask is not None)
    return masks if masks and len(masks) == n_pictures else None


def _listed(names: Iterable[str]) -> str:
    """A list of names, shortened if it is long."""
    there = list(names)
    return ", ".join(there[:20]) + (f" and {len(there) - 20} more" if len(there) > 20 else "")
