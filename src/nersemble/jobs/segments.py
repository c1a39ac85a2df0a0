"""Train a long sequence in segments: one run each, joined by an outer run."""

import dataclasses
import logging

from nersemble.config import RunConfig, as_defaults, describe, resolve, to_json, unresolved
from nersemble.data_manager.config import SegmentConfig
from nersemble.data_manager.dataset import Dataset, open_dataset
from nersemble.data_manager.segments import Segment, plan_segments
from nersemble.errors import ConfigError, say
from nersemble.jobs.geometry import check_geometry
from nersemble.jobs.resuming import refuse_contradictions
from nersemble.jobs.training import train_model
from nersemble.jobs.training_setup import TrainingRequest
from nersemble.runs.folders import Run, create_run, discard_run, find_run
from nersemble.runs.segmented import Segments, read_segments, segment_run, write_segments

_logger = logging.getLogger(__name__)


def train_segments(request: TrainingRequest, config: SegmentConfig) -> Run:
    """Train one model for each segment, or the missing ones of a run; return the run.

    Each segment is trained for all ``max_steps``.

    Raises:
        NersembleError: a user's mistake, or training that cannot go on.
    """
    wanted, resume = request.wanted, request.resume
    if resume.resume_checkpoint != -1:
        raise ConfigError(
            f"--resume_checkpoint {resume.resume_checkpoint} is of one model, but this run has "
            "one for each segment: leave it out."
        )
    captures, given = request.pictures.captures, wanted.config
    dataset = open_dataset(captures, wanted.participant, wanted.sequence, given.data)
    if resume.resume_run:
        run = find_run(request.models, resume.resume_run)
        segments = read_segments(run)
        assert segments is not None, "parsing refuses an ordinary run"
        spans = segments.spans
    else:
        spans = plan_segments(dataset.splits.n_timesteps, config)
    if len(spans) == 1:
        _logger.info("The sequence is not longer than --segment_timesteps: one model is trained.")
        return train_model(request)
    if not resume.resume_run:
        dataset, given = check_geometry(dataset, given)
    description = dataclasses.replace(wanted, config=_resolved(given, dataset, spans))
    if resume.resume_run:
        saved = describe(run)
        refuse_contradictions(run, saved, description, unresolved(saved.config, dataset))
    else:
        run = create_run(request.models, wanted.name or None)
        write_segments(run, Segments(config, spans))
    run.write_config(to_json(description))
    request = dataclasses.replace(request, wanted=description, models=run.folder)
    try:
        for index in range(len(spans)):
            _train_segment(run, index, spans, request, dataset)
    except BaseException:
        if segment_run(run, 0) is None:
            discard_run(run)
        else:
            say(f"Continue the run of all segments with --resume_run {run.run_id}.")
        raise
    say(f"Trained {len(spans)} segments: {run.folder}")
    return run


def _resolved(given: RunConfig, dataset: Dataset, spans: tuple[Segment, ...]) -> RunConfig:
    """The options of the whole sequence; values derived from the number of pictures use that of a
    segment."""
    longest = max(spans, key=lambda span: span.end - span.first)
    splits = dataset.splits
    frame_numbers = splits.frame_numbers[longest.first : longest.end]
    part = dataclasses.replace(
        dataset, splits=dataclasses.replace(splits, frame_numbers=frame_numbers)
    )
    config = resolve(given, part)
    data = dataclasses.replace(config.data, n_timesteps=splits.n_timesteps)
    return dataclasses.replace(config, data=data)


def _train_segment(
    run: Run, index: int, spans: tuple[Segment, ...], request: TrainingRequest, dataset: Dataset
) -> None:
    """Train a segment's model unless it is trained; ``request`` is for the whole sequence."""
    span, name = spans[index], f"Segment {index + 1} of {len(spans)}"
    config, part = request.wanted.config, segment_run(run, index)
    if part is not None and not part.checkpoint_steps():
        discard_run(part)
        part = None
    if part is not None and part.checkpoint_steps()[-1] == config.loop.max_steps:
        say(f"{name} is trained: {part.folder}")
        return
    first, last = (dataset.splits.frame_number(t) for t in (span.first, span.end - 1))
    say(f"{name}: timesteps {span.first} to {span.end - 1}, frames {first} to {last}")
    data = dataclasses.replace(config.data, start_timestep=first, n_timesteps=span.end - span.first)
    wanted = dataclasses.replace(
        request.wanted,
        name=f"frames_{first:05d}-{last:05d}",
        config=dataclasses.replace(as_defaults(config), data=data),
    )
    label = "" if part is None else part.label
    resume = dataclasses.replace(request.resume, resume_run=label)
    is_last = index == len(spans) - 1
    train_model(dataclasses.replace(request, wanted=wanted, resume=resume, viewer_stays=is_last))
