"""``python -m engine.evaluation.benchmark``: choose sections, print tables, write JSON."""

from __future__ import annotations

import argparse
import platform
import sys
import time
from pathlib import Path

import torch

from engine.evaluation.benchmark import caching, codec, film, forward, memory, parallel
from engine.evaluation.benchmark.options import Options
from engine.evaluation.benchmark.report import Report
from engine.evaluation.benchmark.subjects import DRAFT, MASTER

SECTIONS = ("forward", "caching", "codec", "film", "memory", "parallel")


def main() -> int:
    """Run the chosen sections."""
    options = _parser().parse_args()
    if not torch.cuda.is_available():
        print("The benchmark measures the 5B at its true size and needs a CUDA device.")
        return 2
    report = Report()
    started = time.perf_counter()
    named = {"draft": DRAFT, "master": MASTER}
    clips = tuple(named[name] for name in options.clips)
    for section in options.sections:
        match section:
            case "forward":
                variants = tuple(options.variants or forward.VARIANTS)
                forward.run(report, clips, variants, options.rounds)
            case "caching":
                caching.run(report, clips, options.rounds)
            case "codec":
                codec.run(report, options.rounds, tuple(options.modes))
            case "film":
                speed = Options(compile=True, attention=options.attention, fp8=options.fp8)
                film.run(report, speed)
            case "memory":
                memory.run(report, clips, tuple(options.limits), options.rounds)
            case "parallel":
                parallel.run(report, clips[-1], options.attention, options.rounds)
            case _:
                print(f"There is no section {section}; choose from {', '.join(SECTIONS)}.")
                return 2
    print(f"\n{time.perf_counter() - started:.0f} s in all")
    if options.json:
        report.write(Path(options.json), _machine())
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="engine.evaluation.benchmark", description=__doc__)
    parser.add_argument("sections", nargs="*", default=list(SECTIONS), metavar="SECTION")
    parser.add_argument("--clips", nargs="+", default=["draft", "master"])
    parser.add_argument("--variants", nargs="+", metavar="NAME")
    parser.add_argument("--modes", nargs="+", default=["winograd2", "winograd4"])
    parser.add_argument("--limits", nargs="+", type=float, default=[24.0, 16.0, 12.0, 8.0])
    parser.add_argument("--attention", default="auto")
    parser.add_argument("--fp8", action="store_true")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", metavar="FILE")
    return parser


def _machine() -> dict[str, str]:
    return {
        "device": torch.cuda.get_device_name(),
        "devices": str(torch.cuda.device_count()),
        "torch": torch.__version__,
        "python": platform.python_version(),
    }


if __name__ == "__main__":
    sys.exit(main())
