"""Where the seconds of a draft and its master go, with the models that ship.

``python -m engine.evaluation.profile`` generates 49 frames at 256×144 from the sample storyboard's
first keyframes and refines them to 1080p, then prints a table of stages; ``--json`` prints the
numbers. A stage is what some function does, less what it leaves to others that are stages too. What
runs in other threads (x264's) shows as far as it is waited for.
"""

from __future__ import annotations

import argparse
import functools
import inspect
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.media.writer import MovieWriter
from engine.models import loader
from engine.models.klt import AutoencoderKLT
from engine.models.transformer import DirectorTransformer
from engine.pipelines import draft, guide, lift, master
from engine.pipelines.colour import HeadColours
from engine.pipelines.registry import pipelines
from engine.pipelines.steps import JobResult, Pipeline
from engine.pipelines.take import TakeFolder
from engine.protocol.jobs import DraftJob, FrameRate, KeyframeSpec, RefineJob, ShotSpec

SAMPLE = Path(__file__).resolve().parents[2] / "resources" / "storyboards" / "harbour.sdproj"

NUM_FRAMES = 49
KEYFRAMES = (0, 17, 34)


@dataclass(frozen=True, slots=True)
class Stage:
    """What belongs to a stage.

    Attributes:
        functions: each as the class or module that holds it, and its name there.
        whole: whether what it calls counts as its own, even where that is a stage elsewhere.
    """

    name: str
    functions: tuple[tuple[Any, str], ...]
    whole: bool = False


STAGES = (
    Stage("load", ((loader, "load_part"), (loader, "fingerprint")), whole=True),
    Stage("captions", ((loader.ModelBundle, "encode_caption"),), whole=True),
    Stage("motion guess", ((draft, "guess_motion"),), whole=True),
    Stage("net", ((DirectorTransformer, "forward"),)),
    Stage(
        "lift: draft decode",
        ((lift.DraftClip, "frames"), (lift.DraftClip, "head")),
        whole=True,
    ),
    Stage("lift: resize", ((lift.Lift, "_enlarged"), (lift.Lift, "_resized"))),
    Stage("lift: motion", ((guide, "_flow"),)),
    Stage("lift: carry boards", ((lift, "guided"),)),
    Stage("lift: to tensors", ((lift.Lift, "_pixels"),)),
    Stage("codec encode", ((AutoencoderKLT, "encode"), (AutoencoderKLT, "encode_stream"))),
    Stage("codec decode", ((AutoencoderKLT, "decode"), (AutoencoderKLT, "decode_stream"))),
    Stage("head colours", ((HeadColours, "push"), (HeadColours, "flush"))),
    Stage("to 16-bit frames", ((master, "to_frames"), (draft, "to_frames"))),
    Stage("RGB to YUV", ((MovieWriter, "write"),)),
    Stage("video encoder", ((MovieWriter, "_mux"), (MovieWriter, "__exit__"))),
    Stage("checkpoints", ((TakeFolder, "save_checkpoint"),)),
)


@dataclass
class Stopwatch:
    """Gives every moment to the innermost running stage."""

    seconds: dict[str, float] = field(default_factory=dict[str, float])
    _running: list[Stage] = field(default_factory=list[Stage])
    _since: float = 0.0

    @contextmanager
    def within(self, stage: Stage) -> Generator[None]:
        """Count the time of a block as a stage's."""
        if any(outer.whole for outer in self._running):
            yield
            return
        self._turn()
        self._running.append(stage)
        try:
            yield
        finally:
            self._turn()
            self._running.pop()

    def _turn(self) -> None:
        now = time.perf_counter()
        if self._running:
            name = self._running[-1].name
            self.seconds[name] = self.seconds.get(name, 0.0) + now - self._since
        self._since = now

    def timed(self, stage: Stage, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function, or a generator's function, that runs as a stage."""
        if inspect.isgeneratorfunction(function):

            @functools.wraps(function)
            def stepwise(*args: Any, **options: Any) -> Iterator[Any]:
                steps = function(*args, **options)
                while True:
                    with self.within(stage):
                        item = next(steps, stage)
                    if item is stage:
                        return
                    yield item

            return stepwise

        @functools.wraps(function)
        def once(*args: Any, **options: Any) -> Any:
            with self.within(stage):
                return function(*args, **options)

        return once


@contextmanager
def watched() -> Generator[Stopwatch]:
    """Time all stages while the block runs."""
    watch = Stopwatch()
    with ExitStack() as restore:
        for stage in STAGES:
            for owner, name in stage.functions:
                original = getattr(owner, name)
                restore.callback(setattr, owner, name, original)
                setattr(owner, name, watch.timed(stage, original))
        yield watch


def profile_job(pipeline: Pipeline) -> dict[str, Any]:
    """Run a pipeline to its end; return its seconds, in all and by stage."""
    began = time.perf_counter()
    with watched() as watch:
        result = _finish(pipeline)
    seconds = time.perf_counter() - began
    stages = {stage.name: watch.seconds.get(stage.name, 0.0) for stage in STAGES}
    stages["the rest"] = seconds - sum(stages.values())
    return {
        "seconds": round(seconds, 2),
        "num_frames": result.num_frames,
        "stages": {name: round(spent, 2) for name, spent in stages.items() if spent >= 0.005},
        "peak_mib": peak_memory(),
    }


def sample_draft(folder: Path, num_frames: int, width: int, height: int) -> DraftJob:
    """Return the sample storyboard's first keyframes as one shot."""
    project = json.loads((SAMPLE / "project.json").read_bytes())
    files = [str(SAMPLE / "media" / item["file"]) for item in project["media"]]
    keyframes = tuple(
        KeyframeSpec(image=image, frame=frame)
        for image, frame in zip(files, KEYFRAMES, strict=False)
        if frame < num_frames
    )
    caption = project["shots"][0]["caption"]
    return DraftJob(
        job_id="draft",
        folder=str(folder),
        shots=(ShotSpec(num_frames=num_frames, caption=caption, keyframes=keyframes),),
        rate=FrameRate(num=24),
        width=width,
        height=height,
        seed=project["seed"],
    )


def peak_memory() -> int | None:
    """Return the most memory that this process has held, in MiB; None on Windows."""
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024**2 if sys.platform == "darwin" else 1024))


def main(argv: Sequence[str] | None = None) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Where the seconds of a draft and master go.")
    parser.add_argument("--json", action="store_true", help="print the numbers as JSON")
    parser.add_argument("--frames", type=int, default=NUM_FRAMES)
    parser.add_argument("--width", type=int, default=1920)
    parser.add_argument("--height", type=int, default=1080)
    options = parser.parse_args(argv)
    if not (0 < options.frames <= 5000 and options.width > 0 and options.height > 0):
        parser.error("frames, width and height must be positive")
    run = pipelines()
    with tempfile.TemporaryDirectory() as folder:
        first = sample_draft(Path(folder), options.frames, options.width, options.height)
        results = {
            "draft": profile_job(run["draft"](first)),
            "master": profile_job(run["refine"](RefineJob(job_id="refine", folder=folder))),
        }
    report = {"cpus": os.cpu_count(), "size": [options.width, options.height], **results}
    if options.json:
        print(json.dumps(report, indent=1))
        return 0
    for name, result in results.items():
        print(f"{name}: {result['num_frames']} frames in {result['seconds']:.1f} s", end="")
        print(f" on {os.cpu_count()} cores, peak {result['peak_mib']} MiB")
        for stage, spent in sorted(result["stages"].items(), key=lambda row: -row[1]):
            print(f"  {stage:<20}{spent:8.2f} s {spent / result['seconds']:6.1%}")
    return 0


def _finish(pipeline: Pipeline) -> JobResult:
    while True:
        try:
            next(pipeline)
        except StopIteration as end:
            return end.value


if __name__ == "__main__":
    raise SystemExit(main())
