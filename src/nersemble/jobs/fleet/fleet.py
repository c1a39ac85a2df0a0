"""Schedule the jobs of a plan's runs.
submitit starts the jobs and reports their state.
"""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from nersemble.errors import ConfigError, RunError, say
from nersemble.evaluation.results_table import PAPER_SEQUENCES, evaluations_table, gather, table
from nersemble.jobs.fleet.cluster import (
    find_again,
    is_over,
    outcome,
    slurm_states,
    stop_local,
    submit,
)
from nersemble.jobs.fleet.job import DONE, UNFINISHED, FleetJob
from nersemble.jobs.fleet.state import Cluster, FleetState
from nersemble.training.interrupts import interrupts_held_back


def _local_gpus() -> list[int]:
    """The indices of the GPUs that this process may use."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is None:
        return list(range(torch.cuda.device_count()))
    try:
        return [int(index) for index in visible.split(",") if index.strip()]
    except ValueError as error:
        raise ConfigError(
            f"CUDA_VISIBLE_DEVICES={visible} must list GPUs by index for "
            "local jobs: write indices, or unset it."
        ) from error


class Fleet:
    """The runs of a plan with their jobs."""

    def __init__(
        self,
        plan: Path,
        jobs: Mapping[str, FleetJob],
        state: FleetState,
        cluster: Cluster,
        *,
        parallel: int = 0,
        seconds_between_looks: float = 0.0,
    ) -> None:
        """``parallel`` limits local jobs; 0 for either chooses what fits the machine or cluster."""
        self._plan, self._jobs, self._state, self._cluster = plan, jobs, state, cluster
        self._gpus = _local_gpus() if cluster == "local" else []
        self._parallel = parallel or max(1, len(self._gpus))
        self._seconds = seconds_between_looks or (30.0 if cluster == "slurm" else 1.0)
        # Jobs of earlier commands that may still run.
        self._submitted: dict[str, Any] = {
            key: find_again(job, state[key])
            for key, job in jobs.items()
            if state[key].state == "submitted"
        }

    def run(self) -> None:
        """Submit unfinished runs until all are done or have failed too often.

        Raises:
            RunError: something has failed or was cancelled.
            KeyboardInterrupt: local jobs have been stopped; those on Slurm go on.
        """
        for key, job in self._jobs.items():
            if key not in self._submitted:
                state = "done" if job.is_done() else "waiting"
                self._state.update(key, state=state, failures=0, why="")
        say(self.table(), flush=True)
        try:
            while self._look_and_submit():
                time.sleep(self._seconds)
        except (KeyboardInterrupt, RunError):
            self._leave()
            raise
        self._summarize()

    def table(self) -> str:
        """A line for each run: its state, its job, the newest checkpoint."""
        rows = [("run", "state", "job", "trained", "")]
        states = self._slurm_states()
        for key, job in self._jobs.items():
            entry, run = self._state[key], job.trained()
            steps = run.checkpoint_steps() if run is not None else []
            trained = "" if run is None else f"{run.run_id}, step {max(steps, default=0)}"
            where = f"{entry.cluster} {entry.jobs[-1]}" if entry.jobs else ""
            rows.append(
                (key, self._shown_state(key, states.get(key, "")), where, trained, entry.why)
            )
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return "\n".join(
            "  ".join(f"{cell:{width}s}" for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        )

    def _slurm_states(self) -> dict[str, str]:
        """Slurm's state of each run's job."""
        jobs = {
            key: self._state[key].jobs[-1]
            for key in self._submitted
            if self._state[key].cluster == "slurm"
        }
        states = slurm_states(jobs.values())
        return {key: states.get(job_id, "") for key, job_id in jobs.items()}

    def _shown_state(self, key: str, slurm: str) -> str:
        entry, submitted = self._state[key], self._submitted.get(key)
        if submitted is None:
            return "done" if self._jobs[key].is_done() else entry.state
        if is_over(self._jobs[key], entry, submitted, slurm):
            return "ended"
        return slurm.lower() or ("unknown" if entry.cluster == "slurm" else "running")

    def _look_and_submit(self) -> bool:
        """Whether any job is left to wait for."""
        states = self._slurm_states()
        for key, submitted in list(self._submitted.items()):
            state = states.get(key, "")
            if is_over(self._jobs[key], self._state[key], submitted, state):
                self._note_end(key, outcome(self._state[key], submitted, state))
                del self._submitted[key]
        for key in self._jobs:
            if self._state[key].state == "waiting" and self._has_room(key):
                self._submit(key)
        return bool(self._submitted)

    def _has_room(self, key: str) -> bool:
        if self._cluster == "slurm":
            return True
        wants_gpu = self._gpus and self._jobs[key].run.resources.gpus
        return len(self._submitted) < self._parallel and (not wants_gpu or bool(self._free_gpus()))

    def _free_gpus(self) -> list[int]:
        taken = {self._state[key].gpu for key in self._submitted}
        return [gpu for gpu in self._gpus if gpu not in taken]

    def _submit(self, key: str) -> None:
        job, free = self._jobs[key], self._free_gpus()
        gpu = free[0] if free and job.run.resources.gpus else None
        # A job that is not recorded would be submitted twice.
        with interrupts_held_back():
            submitted = submit(job, self._cluster, gpu)
            self._submitted[key] = submitted
            jobs = (*self._state[key].jobs, str(submitted.job_id))
            self._state.update(key, state="submitted", cluster=self._cluster, jobs=jobs, gpu=gpu)
        where = "" if gpu is None else f", GPU {gpu}"
        self._say(key, f"{self._cluster} job {submitted.job_id}{where}")

    def _note_end(self, key: str, ended: str) -> None:
        entry, job = self._state[key], self._jobs[key]
        if ended == UNFINISHED:
            self._state.update(key, state="waiting", why="")
            self._say(key, "saved and ended before it was done; it continues in another job")
        elif ended == "cancelled":
            self._state.update(key, state="cancelled", why="cancelled on Slurm")
            self._say(key, "was cancelled; the next nersemble fleet continues it")
        elif ended == DONE and job.is_done():
            self._state.update(key, state="done", why="")
            self._say(key, "done")
        else:
            why = "the plan has changed since it was submitted" if ended == DONE else ended
            failures = entry.failures + 1
            again = failures <= job.run.resources.retries
            state = "waiting" if again else "failed"
            self._state.update(key, state=state, failures=failures, why=why)
            self._say(key, f"failure {failures}: {why}{'; tried again' if again else ''}")

    def _say(self, key: str, text: str) -> None:
        say(f"{time.strftime('%H:%M:%S')}  {key}: {text}", flush=True)

    def _leave(self) -> None:
        """Stop local jobs, which save, and print how to continue."""
        local = {
            key: (self._jobs[key], self._state[key], submitted)
            for key, submitted in self._submitted.items()
            if self._state[key].cluster == "local"
        }
        again = f"nersemble fleet {self._plan}"
        if local:
            say(f"Stopping {len(local)} local jobs, which save first.", flush=True)
            stop_local(local)
        if len(local) < len(self._submitted):
            say("Jobs on Slurm continue; scancel ends them.")
        say(f"{again} continues from here; with --status it shows all states.", flush=True)

    def _summarize(self) -> None:
        say(self.table())
        runs = [run for run in (job.trained() for job in self._jobs.values()) if run is not None]
        say("", evaluations_table(runs, "regular"))
        titles = {(job.run.participant, job.run.sequence) for job in self._jobs.values()}
        if titles & {(paper.participant, paper.sequence) for paper in PAPER_SEQUENCES}:
            say("", table(gather(runs, "regular"), "regular"))
        bad = [key for key in self._jobs if self._state[key].state != "done"]
        if bad:
            entry = self._state[bad[0]]
            raise RunError(
                f"{len(bad)} of {len(self._jobs)} runs are not done ({', '.join(bad)}; the first: "
                f"{entry.why}): read nersemble fleet {self._plan} --logs {bad[0]}, then "
                "give the command again."
            )
