"""Training a long sequence in segments: one run each, tied together by an outer run."""

import dataclasses
import logging
import time

from nersemble.config import RunConfig, as_defaults, resolve, to_json, unresolved
from nersemble.data_manager.dataset import Dataset, open_dataset
from nersemble.data_manager.segments import Segment, SegmentConfig, plan_segments
from nersemble.errors import ConfigError
from nersemble.jobs.loading import describe
from nersemble.jobs.request import TrainArguments, describe_run
from nersemble.jobs.resuming import refuse_contradictions
from nersemble.jobs.training import train_model
from nersemble.runs.folders import Run, create_run, discard_run, find_run
from nersemble.runs.segmented import Segments, read_segments, segment_run, write_segments

_logger = logging.getLogger(__name__)


def train_segments(arguments: TrainArguments) -> Run:
    """Trains one model for each segment, or what is missing of a run of segments; returns it.

    Each segment takes all the steps that the options name.

    Raises:
        NersembleError: a user's mistake, or training that cannot go on.
    """
    began, roots = time.monotonic(), arguments.roots
    data, models = roots.get("data"), roots.get("models")
    if arguments.resume_checkpoint != -1:
        raise ConfigError(
            f"--resume_checkpoint {arguments.resume_checkpoint} is of one model, but this run has "
            "one for each segment: leave it out."
        )
    given = arguments.config
    dataset = open_dataset(data, arguments.participant, arguments.sequence, given.data)
    if arguments.resume_run:
        run = find_run(models, arguments.resume_run)
        segments = read_segments(run)
        assert segments is not None, "parsing refuses an ordinary run"
        spans = segments.spans
    else:
        spans = plan_segments(dataset.splits.n_timesteps, arguments.segments)
    if len(spans) == 1:
        _logger.info("The sequence is not longer than --segment_timesteps: one model is trained.")
        return train_model(dataclasses.replace(arguments, segments=SegmentConfig()))
    config = _resolved(given, dataset, spans)
    description = describe_run(arguments, config)
    if arguments.resume_run:
        saved = describe(run)
        refuse_contradictions(run, saved, description, unresolved(saved.config, dataset))
    else:
        run = create_run(models, arguments.name or None)
        write_segments(run, Segments(arguments.segments, spans))
    run.write_config(to_json(description))
    try:
        for index in range(len(spans)):
            hours_left = arguments.max_hours - (time.monotonic() - began) / 3600
            limited = dataclasses.replace(arguments, max_hours=hours_left)
            _train_segment(run, index, spans, limited, config, dataset)
    except BaseException:
        if segment_run(run, 0) is None:
            discard_run(run)
        else:
            print(f"The run of all segments goes on with --resume_run {run.run_id}.")
        raise
    print(f"Trained {len(spans)} segments: {run.folder}")
    return run


def _resolved(given: RunConfig, dataset: Dataset, spans: tuple[Segment, ...]) -> RunConfig:
    """The options of the whole sequence; what follows from the number of pictures follows from
    that of a segment."""
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
    run: Run,
    index: int,
    spans: tuple[Segment, ...],
    arguments: TrainArguments,
    config: RunConfig,
    dataset: Dataset,
) -> None:
    span, name = spans[index], f"Segment {index + 1} of {len(spans)}"
    part = segment_run(run, index)
    if part is not None and not part.checkpoint_steps():
        discard_run(part)
        part = None
    if part is not None and part.checkpoint_steps()[-1] == config.loop.max_steps:
        print(f"{name} is trained: {part.folder}")
        return
    first, last = (dataset.splits.frame_number(t) for t in (span.first, span.end - 1))
    print(f"{name}: timesteps {span.first} to {span.end - 1}, frames {first} to {last}")
    data = dataclasses.replace(config.data, start_timestep=first, n_timesteps=span.end - span.first)
    roots = dataclasses.replace(
        arguments.roots, data_path=arguments.roots.get("data"), models_path=run.folder
    )
    train_model(
        dataclasses.replace(
            arguments,
            config=dataclasses.replace(as_defaults(config), data=data),
            segments=SegmentConfig(),
            name=f"frames_{first:05d}-{last:05d}",
            resume_run="" if part is None else part.label,
            roots=roots,
        )
    )
