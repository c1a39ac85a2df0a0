"""Slurm itself on one machine: two nodes, each a slurmd of its own.

    python tests/slurm_cluster.py FOLDER [--accounting]

It starts the daemons in a new folder, prints the line that a shell needs for sinfo, sbatch and
``nersemble fleet``, and stops them at Ctrl-C. It needs Debian's packages slurm-wlm and munge, with
``--accounting`` slurmdbd and mariadb-server too, and no rights but a user's own; a machine's own
Slurm is left alone. Jobs are not confined to their cores (no cgroups).

The partition ``low`` is preempted by jobs of ``high``: Slurm sends their signal (``sbatch
--signal``), and kills and requeues them ``GRACE_SECONDS`` later.
"""

import argparse
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from getpass import getuser
from pathlib import Path
from unittest import mock

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "srun")
ACCOUNTING_PROGRAMS = ("mariadbd", "mariadb-install-db", "slurmdbd", "sacctmgr")
GRACE_SECONDS = 60
_NODES = ("n1", "n2")
_START_SECONDS = 60.0
_STOP_SECONDS = 20.0

_SLURM = """\
ClusterName=one
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller}
SlurmUser={user}
SlurmdUser={user}
AuthInfo=socket={folder}/munge.socket,cred_expire=5
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MpiDefault=none
ReturnToService=2
KillWait=10
SlurmdTimeout=20
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
SlurmctldParameters=preempt_send_user_signal
SchedulerParameters=sched_interval=2,bf_interval=2
{accounting}
{nodes}
PartitionName=low Nodes=ALL Default=YES PriorityTier=1 GraceTime={grace}
PartitionName=high Nodes=ALL PriorityTier=2
"""
_NODE = "NodeName={name} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs=1 RealMemory=4000"
_ACCOUNTING = """\
AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=127.0.0.1
AccountingStoragePort={port}
AccountingStoragePass={folder}/munge.socket"""
_DATABASE = """\
AuthInfo=socket={folder}/munge.socket
DbdHost={host}
DbdAddr=127.0.0.1
DbdPort={port}
SlurmUser={user}
PidFile={folder}/slurmdbd.pid
StorageType=accounting_storage/mysql
StorageHost=127.0.0.1
StoragePort={database}
StorageUser=slurm
StoragePass=slurm
"""


_DATABASE_USER = """\
CREATE USER slurm@'127.0.0.1' IDENTIFIED BY 'slurm';
GRANT ALL ON *.* TO slurm@'127.0.0.1';
"""


def missing(*, accounting: bool = False) -> list[str]:
    """The programs that this machine lacks."""
    wanted = (*PROGRAMS, *(ACCOUNTING_PROGRAMS if accounting else ()))
    return [name for name in wanted if shutil.which(name, path=_path()) is None]


@contextmanager
def slurm_cluster(folder: Path, *, accounting: bool = False) -> Iterator[Path]:
    """Run a cluster inside the block, with its state and logs in a folder.

    Yields the path of slurm.conf; in this process ``SLURM_CONF`` names it. With ``accounting``,
    sacct knows the jobs, as on most clusters.
    """
    _write_files(folder, accounting)
    variables = {"SLURM_CONF": str(folder / "slurm.conf"), "PATH": _path()}
    with mock.patch.dict(os.environ, variables), ExitStack() as daemons:

        def start(name: str, *options: object) -> None:
            daemons.enter_context(_daemon(folder, name, options))

        start(
            "munged", "--foreground", "--force", f"--key-file={folder}/munge.key",
            f"--socket={folder}/munge.socket", f"--pid-file={folder}/munged.pid",
            f"--log-file={folder}/munged-messages.log", f"--seed-file={folder}/munge.seed",
        )  # fmt: skip
        _wait_for("munged", (folder / "munge.socket").exists)
        if accounting:
            start("mariadbd", f"--defaults-file={folder}/mariadb.cnf")
            _wait_for("mariadbd", lambda: _answers("mariadb-admin", *_client(folder), "ping"))
            _say("mariadb", *_client(folder), f"--execute={_DATABASE_USER}")
            start("slurmdbd", "-D")
            _wait_for("slurmdbd", lambda: _answers("sacctmgr", "-i", "add", "cluster", "one"))
        start("slurmctld", "-D")
        for node in _NODES:
            start("slurmd", "-D", "-N", node)
        _wait_for("all nodes", lambda: _said("sinfo", "-h", "-o", "%D %t", "-p", "low") == "2 idle")
        yield folder / "slurm.conf"


def _path() -> str:
    return os.pathsep.join((os.environ["PATH"], "/usr/sbin", "/sbin"))


def _write_files(folder: Path, accounting: bool) -> None:
    for name in ("state", *(f"spool-{node}" for node in _NODES)):
        (folder / name).mkdir(parents=True)
    (folder / "munge.key").write_bytes(secrets.token_bytes(128))
    (folder / "munge.key").chmod(0o600)
    host, user = socket.gethostname().split(".")[0], getuser()
    controller, database, accounts, *ports = _free_ports(3 + len(_NODES))
    nodes = (_NODE.format(name=n, host=host, port=p) for n, p in zip(_NODES, ports, strict=True))
    (folder / "slurm.conf").write_text(
        _SLURM.format(
            folder=folder, host=host, user=user, controller=controller, grace=GRACE_SECONDS,
            nodes="\n".join(nodes),
            accounting=_ACCOUNTING.format(folder=folder, port=accounts) * accounting,
        )
    )  # fmt: skip
    if accounting:
        settings = _DATABASE.format(
            folder=folder, host=host, user=user, port=accounts, database=database
        )
        (folder / "slurmdbd.conf").write_text(settings)
        (folder / "slurmdbd.conf").chmod(0o600)
        (folder / "mariadb.cnf").write_text(
            f"[mariadbd]\nuser={user}\ndatadir={folder}/database\nsocket={folder}/mariadb.socket\n"
            f"port={database}\nbind-address=127.0.0.1\npid-file={folder}/mariadb.pid\n"
        )
        _say(
            "mariadb-install-db",
            f"--defaults-file={folder}/mariadb.cnf",
            "--auth-root-authentication-method=normal",
        )


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def _client(folder: Path) -> tuple[str, ...]:
    return "--no-defaults", f"--socket={folder}/mariadb.socket", "--user=root"


@contextmanager
def _daemon(folder: Path, name: str, options: Sequence[object]) -> Iterator[None]:
    log = folder / f"{name}{options[-1] if name == 'slurmd' else ''}.log"
    with log.open("w") as output:
        # A group of its own: a terminal's Ctrl-C would stop the daemons in no order.
        process = subprocess.Popen(
            [name, *map(str, options)],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _say(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


def _said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def _answers(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _wait_for(what: str, condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError(f"{what} did not start within {_START_SECONDS:.0f} seconds")
        time.sleep(0.1)


def main() -> None:
    """Run a cluster until Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--accounting", action="store_true")
    arguments = parser.parse_args()
    if lacking := missing(accounting=arguments.accounting):
        raise SystemExit(f"This machine lacks {', '.join(lacking)}.")
    folder = arguments.folder.absolute()
    with slurm_cluster(folder, accounting=arguments.accounting) as settings:
        print(f"export SLURM_CONF={settings}", flush=True)
        signal.sigwait({signal.SIGINT, signal.SIGTERM})


if __name__ == "__main__":
    main()
