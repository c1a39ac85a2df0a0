"""Our modules see Windows or macOS, as far as that can be played on Linux; a program of its own.

    PYTHONPATH=src:tests python tests/other_system.py win32 FOLDER

Only imports of ``nersemble``'s own modules are answered differently, so torch and the like still
work: modules, functions and signals of other systems are missing, ``sys.platform`` is another one,
nothing is below ``/proc``, Triton is not installed and processes can only be spawned. On Windows
files are locked byte by byte, folders cannot be opened, what is open can neither be renamed nor
removed, and names with certain characters are refused. Separators of paths stay those of Linux.
"""

import builtins
import errno
import fcntl
import importlib
import multiprocessing
import os
import pkgutil
import re
import signal
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

_NO_MODULES = {
    "win32": {"fcntl", "grp", "posix", "pty", "pwd", "readline", "resource", "syslog", "termios"},
    "darwin": {"msvcrt"},
}
_NO_NAMES = {
    "win32": {
        "os": {
            "O_CLOEXEC", "O_DIRECTORY", "O_NOCTTY", "O_NOFOLLOW", "O_NONBLOCK", "O_SYNC", "chown",
            "fchmod", "fchown", "fork", "forkpty", "geteuid", "getgid", "getloadavg", "getpgid",
            "getuid", "killpg", "link", "mkfifo", "nice", "posix_fadvise", "posix_fallocate",
            "pread", "pwrite", "register_at_fork", "sched_getaffinity", "setsid", "statvfs", "sync",
            "sysconf", "uname", "wait",
        },
        "signal": {
            "SIGALRM", "SIGCHLD", "SIGHUP", "SIGKILL", "SIGPIPE", "SIGUSR1", "SIGUSR2", "alarm",
            "pthread_sigmask", "setitimer", "sigwait",
        },
    },
    "darwin": {"os": {"posix_fadvise", "posix_fallocate", "sched_getaffinity"}, "signal": set()},
}  # fmt: skip
_NOT_IN_NAMES = re.compile(r'[<>:"|?*]|[. ]$')


class _Seen(ModuleType):
    """A module with some names missing and some replaced."""

    def __init__(self, real: ModuleType, missing: set[str], **replaced: Any) -> None:
        super().__init__(real.__name__)
        self.__dict__.update(real_module=real, missing=missing, **replaced)

    def __getattr__(self, name: str) -> Any:
        if name in self.missing:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        return getattr(self.real_module, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.real_module, name, value)


def play(platform: str, folder: Path) -> None:
    """Let nersemble's modules, which are not imported yet, see another system.

    Args:
        platform: ``win32`` or ``darwin``.
        folder: where Windows' rules for files hold.
    """
    windows = platform == "win32"
    missing = _NO_NAMES[platform]
    seen: dict[str, ModuleType] = {
        "sys": _Seen(sys, set(), platform=platform),
        "signal": _Seen(signal, missing["signal"]),
        "multiprocessing": _Seen(multiprocessing, set(), get_context=_spawning),
        "os": _Seen(os, missing["os"], stat=_without_proc(os.stat), open=_without_proc(os.open)),
    }
    if windows:
        seen["msvcrt"] = _msvcrt()
        seen["os"].__dict__.update(name="nt", open=_windows_open, fsync=_fsync, kill=_kill)
        for name in ("replace", "rename", "remove", "unlink"):
            setattr(os, name, _refusing_open_files(getattr(os, name), folder.resolve()))
        sys.addaudithook(lambda event, arguments: _check_name(event, arguments, folder))
    real_import = builtins.__import__

    def seen_import(
        name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0
    ) -> ModuleType:
        importer = (globals or {}).get("__name__", "").partition(".")[0]
        if importer == "nersemble" and level == 0:
            top = name.partition(".")[0]
            if top in _NO_MODULES[platform] or top == "triton":
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)
            if top in seen and name == top:
                return seen[top]
        return real_import(name, globals, locals, fromlist, level)

    builtins.__import__ = seen_import
    multiprocessing.set_start_method("spawn")
    # Without an encoding, Windows reads and writes its own.
    warnings.filterwarnings("error", category=EncodingWarning, module=r"nersemble\b")


def _spawning(method: str | None = None) -> Any:
    if method not in (None, "spawn"):
        raise ValueError(f"cannot find context for {method!r}")
    return multiprocessing.context._concrete_contexts["spawn"]


def _without_proc(function: Callable[..., Any]) -> Callable[..., Any]:
    def called(path: Any, *arguments: Any, **options: Any) -> Any:
        if str(path).startswith("/proc/"):
            raise FileNotFoundError(errno.ENOENT, "No such file or directory", str(path))
        return function(path, *arguments, **options)

    return called


def _windows_open(path: Any, flags: int, mode: int = 0o777) -> int:
    if os.path.isdir(path):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))
    return _without_proc(os.open)(path, flags, mode)


def _fsync(descriptor: int) -> None:
    if fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
        raise OSError(errno.EBADF, "Bad file descriptor")
    os.fsync(descriptor)


def _kill(process: int, number: int) -> None:
    raise AssertionError(f"os.kill({process}, {number}) would end the process on Windows")


def _msvcrt() -> ModuleType:
    module = ModuleType("msvcrt")

    def locking(descriptor: int, mode: int, n_bytes: int) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise PermissionError(errno.EACCES, "Permission denied") from error

    module.__dict__.update(LK_NBLCK=2, locking=locking)
    return module


def _refusing_open_files(function: Callable[..., Any], folder: Path) -> Callable[..., Any]:
    def called(*paths: Any, **options: Any) -> Any:
        inside = [p for p in map(Path, paths) if folder in p.absolute().parents]
        for path in {str(p.resolve()) for p in inside} & _open_files():
            raise PermissionError(errno.EACCES, "it is open in another process", path)
        if function.__name__ == "rename" and inside and os.path.lexists(paths[1]):
            raise FileExistsError(errno.EEXIST, "File exists", str(paths[1]))
        return function(*paths, **options)

    return called


def _open_files() -> set[str]:
    """What this process has open or mapped."""
    found = set()
    for entry in os.scandir("/proc/self/fd"):
        try:
            found.add(os.readlink(entry.path))
        except OSError:
            continue
    with open("/proc/self/maps", encoding="utf-8") as maps:
        found.update(words[5] for words in (line.split(None, 5) for line in maps) if len(words) > 5)
    return {path.strip() for path in found}


def _check_name(event: str, arguments: tuple[Any, ...], folder: Path) -> None:
    if event in ("open", "os.mkdir", "os.rename") and isinstance(arguments[0], str | os.PathLike):
        path = Path(arguments[0])
        if folder in path.parents and _NOT_IN_NAMES.search(path.name):
            raise OSError(errno.EINVAL, "Invalid argument", str(path))


def import_everything() -> int:
    """Import all of nersemble's modules but those of the GPU engine; return their number."""
    import nersemble

    n_imported = 0
    for found in pkgutil.walk_packages(nersemble.__path__, "nersemble."):
        if not found.name.startswith("nersemble.fused"):
            importlib.import_module(found.name)
            n_imported += found.name != "nersemble.__main__"
    return n_imported


def use_everything(folder: Path) -> None:
    """Train, resume, evaluate, render, pack and export."""
    from micro import Workspace, run_command, write_capture
    from nersemble.errors import RunError
    from nersemble.files import file_locked, lock_holder

    def succeed(status: int) -> None:
        if status:
            raise SystemExit(f"a command has failed with status {status}")

    workspace = Workspace(folder)
    write_capture(workspace.captures)
    succeed(workspace.train(steps_per_save=2, keep_checkpoints=1, vis="tensorboard"))
    succeed(workspace.resume("NERS-1", "--max_steps", 9))
    succeed(workspace.evaluate())
    succeed(workspace.evaluate())
    succeed(workspace.render())
    succeed(workspace.render())
    succeed(workspace.render("NERS-1", "--format", "png"))
    roots = ["--data_path", workspace.captures, "--models_path", workspace.models]
    succeed(workspace.train(frame_store="packed", max_cached_images=4))
    succeed(run_command("runs", "--models_path", workspace.models))
    run_command("doctor", *roots)
    succeed(run_command("export", "NERS-1", *roots, "--resolution", 32, "--device", "cpu",
                        "--density_threshold", 0.01, "--downscale_factor", 100,
                        "--renders_path", workspace.renders))  # fmt: skip
    lock = folder / "lock"
    with file_locked(lock):
        if lock_holder(lock) != os.getpid():
            raise SystemExit("the lock does not say who holds it")
        try:
            with file_locked(lock, lambda holder: f"held by {holder}"):
                raise SystemExit("two hold the lock")
        except RunError as error:
            if "held by process" not in str(error):
                raise
    if lock_holder(lock) is not None:
        raise SystemExit("the lock is still held")


def main() -> None:
    """Import and use everything."""
    platform, folder = sys.argv[1], Path(sys.argv[2]).resolve()
    play(platform, folder)
    print(import_everything(), "modules imported")
    use_everything(folder)
    print("all done")


if __name__ == "__main__":
    main()
