"""The long run: ``python -m tests.fuzz --inputs 200000``. Prints counts, seeds and every fault."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.fuzz.campaign import STARTING, Box, Fault, Tally, serve
from tests.fuzz.kinds import Kind, all_kinds, kind_named
from tests.fuzz.mutations import broken, random_of

PATIENCE = 3
"""A child that says nothing for so many time limits hangs in native code."""
MAX_FAULTS = 200
MAX_STARTS = 3
"""A machine that is busy may take longer for torch than a child is waited for; then it lies in the
cache, and the next child has it at once."""


def main() -> int:
    """Run a campaign; return 1 where it found something."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=200_000, help="over all kinds")
    parser.add_argument("--campaign", type=int, default=1, help="another number, other inputs")
    parser.add_argument("--kind", action="append", help="only this kind; may be given again")
    parser.add_argument("--first", type=int, default=0, help="number of each kind's first input")
    parser.add_argument("--keep", type=Path, help="folder for the inputs that were faults")
    parser.add_argument("--child", nargs=2, metavar=("NUMBERS", "BOX"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    names = asked.kind or list(all_kinds())
    if asked.child:
        first, stop = map(int, asked.child[0].split(":"))
        numbers = range(first, stop)
        print(STARTING, flush=True)
        serve(kind_named(names[0]), asked.campaign, numbers, Box(Path(asked.child[1])))
        return 0
    chosen = [kind_named(name) for name in names]
    shares = sum(kind.share for kind in chosen)
    total, found = 0, 0
    for kind in chosen:
        count = max(1, asked.inputs * kind.share // shares)
        began = time.monotonic()
        tally = Tally()
        numbers = range(asked.first, asked.first + count)
        for outcome in run_in_children(kind, asked.campaign, numbers):
            if isinstance(outcome, Fault):
                if outcome.cause not in {known.cause for known in tally.faults}:
                    _tell(kind, outcome, asked.keep)
                tally.faults.append(outcome)
                if len(tally.faults) >= MAX_FAULTS:
                    break
            elif outcome:
                tally.accepted += 1
            else:
                tally.refused += 1
        done = tally.accepted + tally.refused + len(tally.faults)
        total, found = total + done, found + len(tally.faults)
        pace = done / max(1e-9, time.monotonic() - began)
        print(
            f"{kind.name:28} {done:7} inputs  {tally.accepted:7} used  {tally.refused:7} refused  "
            f"{len(tally.faults):3} faults  {pace:6.0f}/s",
            flush=True,
        )
    print(f"campaign {asked.campaign}: {total} inputs, {found} faults")
    return 1 if found else 0


def run_in_children(kind: Kind, campaign: int, numbers: range) -> Iterator[bool | Fault]:
    """Yield what came of each input: used, refused, or a fault. A child that dies is replaced."""
    first, num_starts = numbers.start, 0
    while first < numbers.stop:
        with tempfile.TemporaryDirectory(prefix="fuzz-") as place:
            child = _child(kind, campaign, range(first, numbers.stop), Path(place))
            number, num_starts = first - 1, num_starts + 1
            try:
                for line in _lines(child, PATIENCE * kind.limit_s + 60):
                    if line == STARTING:
                        continue
                    if line.isdigit():
                        number, num_starts = int(line), 0
                        continue
                    first = number + 1
                    yield Fault(**json.loads(line)) if line.startswith("{") else line == "used"
            finally:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.wait(5)  # its stdout ends a little before it does
                child.kill()
                child.wait()
            said = (Path(place) / "log").read_text(errors="replace")[-1000:]
        if first < numbers.stop:
            if number < first:
                if num_starts < MAX_STARTS:
                    continue
                ended = f"ended by {child.returncode}, saying {said!r}"
                raise RuntimeError(f"the child for {kind.name} does not start; it {ended}")
            yield Fault(kind.name, campaign, number, f"the process ended by {child.returncode}")
            first = number + 1


def _child(kind: Kind, campaign: int, numbers: range, place: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.fuzz", "--kind", kind.name]
    command += ["--campaign", str(campaign)]
    command += ["--child", f"{numbers.start}:{numbers.stop}", str(place / "box")]
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(place), "OMP_NUM_THREADS": "1"}
    log = (place / "log").open("wb")
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, env=env)


def _lines(child: subprocess.Popen[bytes], patience_s: float) -> Iterator[str]:
    """Yield what a child says until it ends, or says nothing for too long."""
    assert child.stdout is not None
    rest = b""
    while select.select([child.stdout], [], [], patience_s)[0]:
        block = os.read(child.stdout.fileno(), 1 << 16)
        if not block:
            return
        *lines, rest = (rest + block).split(b"\n")
        yield from (line.decode() for line in lines)


def _tell(kind: Kind, fault: Fault, keep: Path | None) -> None:
    print(f"{fault.kind} {fault.campaign} {fault.number}: {fault.what}\n{fault.where}", flush=True)
    if keep is None:
        return
    with tempfile.TemporaryDirectory() as place:
        seeds = kind.seeds(Path(place))
        content = broken(seeds, random_of(kind.name, fault.campaign, fault.number))
    keep.mkdir(parents=True, exist_ok=True)
    (keep / f"{kind.name} {fault.campaign} {fault.number}".replace("/", "_")).write_bytes(content)


if __name__ == "__main__":
    sys.exit(main())
