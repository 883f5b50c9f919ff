"""Files that were made to break readers: each is refused in one sentence, at once."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from app.timeline.interchange.board_list import read_board_list
from app.timeline.interchange.edl_read import read_edl
from app.timeline.interchange.fcpxml_read import read_fcpxml
from app.timeline.interchange.otio_read import read_otio
from app.timeline.interchange.skeleton import Skeleton, adopt, lay, remarks_of
from app.timeline.interchange.storyboarder import read_storyboarder
from app.timeline.interchange.text import ExchangeError
from app.timeline.project import Project
from engine.protocol.jobs import FrameRate

Reader = Callable[[bytes, str], Skeleton]

DEEP = 100_000


def otio_clip(**changes: Any) -> dict[str, Any]:
    def span(value: float, rate: float = 24) -> dict[str, Any]:
        return {"OTIO_SCHEMA": "RationalTime.1", "value": value, "rate": rate}

    clip = {
        "OTIO_SCHEMA": "Clip.2",
        "name": "a",
        "source_range": {"start_time": span(0), "duration": span(24)},
    }
    return {**clip, **changes}


def otio(*children: Any) -> bytes:
    track = {"OTIO_SCHEMA": "Track.1", "kind": "Video", "children": list(children)}
    stack = {"OTIO_SCHEMA": "Stack.1", "children": [track]}
    return json.dumps({"OTIO_SCHEMA": "Timeline.1", "name": "t", "tracks": stack}).encode()


def timed(value: str, rate: str = "24") -> bytes:
    text = otio(otio_clip(name="HERE")).decode()
    return text.replace('"value": 24, "rate": 24', f'"value": {value}, "rate": {rate}').encode()


def fcpxml(inner: str, frame: str = "100/2400s") -> bytes:
    return (
        f'<fcpxml version="1.8"><resources><format id="r1" frameDuration="{frame}"/></resources>'
        f'<project name="p"><sequence format="r1"><spine>{inner}</spine></sequence></project>'
        "</fcpxml>"
    ).encode()


BOMB = (
    '<!DOCTYPE fcpxml [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "&a;" * 10}">' for n in range(9))
    + "]><fcpxml>&a8;</fcpxml>"
).encode()

EDL = "TITLE: x\n001  AX V C 00:00:00:00 00:00:01:00 {}\n"

HOSTILE: dict[str, tuple[Reader, bytes]] = {
    "otio: empty": (read_otio, b""),
    "otio: not JSON": (read_otio, b"\x00\xff\xfe"),
    "otio: a list": (read_otio, b"[]"),
    "otio: a number": (read_otio, b"3"),
    "otio: no timeline": (read_otio, b'{"OTIO_SCHEMA": "Clip.2"}'),
    "otio: no tracks": (read_otio, b'{"OTIO_SCHEMA": "Timeline.1", "tracks": null}'),
    "otio: deep lists": (read_otio, b"[" * DEEP + b"]" * DEEP),
    "otio: deep objects": (read_otio, b'{"a":' * DEEP + b"1" + b"}" * DEEP),
    "otio: deep collections": (
        read_otio,
        b'{"OTIO_SCHEMA":"SerializableCollection.1","children":[' * 900 + b"]}" * 900,
    ),
    "otio: NaN": (read_otio, timed("NaN")),
    "otio: infinity": (read_otio, timed("Infinity")),
    "otio: overflowing": (read_otio, timed("1e999")),
    "otio: enormous": (read_otio, timed("1e300")),
    "otio: negative": (read_otio, timed("-24")),
    "otio: no rate": (read_otio, timed("24", "0")),
    "otio: negative rate": (read_otio, timed("24", "-24")),
    "otio: a rate of a billion": (read_otio, timed("24", "0.0001")),
    "otio: a word as time": (read_otio, timed('"ten"')),
    "otio: 1000 years": (read_otio, timed("750000000000")),
    "otio: too many clips": (read_otio, otio(*[otio_clip()] * 10_001)),
    "otio: children that are none": (read_otio, otio(1, "a", None, [])),
    "fcpxml: empty": (read_fcpxml, b""),
    "fcpxml: cut short": (read_fcpxml, b"<fcpxml><resources>"),
    "fcpxml: other XML": (read_fcpxml, b"<html/>"),
    "fcpxml: no sequence": (read_fcpxml, b"<fcpxml/>"),
    "fcpxml: empty spine": (read_fcpxml, fcpxml("")),
    "fcpxml: entity bomb": (read_fcpxml, BOMB),
    "fcpxml: a file as entity": (
        read_fcpxml,
        b'<!DOCTYPE fcpxml [<!ENTITY x SYSTEM "file:///etc/passwd">]><fcpxml>&x;</fcpxml>',
    ),
    "fcpxml: parameter entity": (
        read_fcpxml,
        b'<!DOCTYPE fcpxml [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]><fcpxml/>',
    ),
    "fcpxml: deep": (read_fcpxml, b"<a>" * DEEP + b"</a>" * DEEP),
    "fcpxml: wrong encoding": (read_fcpxml, b'<?xml version="1.0" encoding="utf-99"?><fcpxml/>'),
    "fcpxml: divided by zero": (read_fcpxml, fcpxml('<clip duration="1/0s"/>')),
    "fcpxml: NaN": (read_fcpxml, fcpxml('<clip duration="nans"/>')),
    "fcpxml: negative": (read_fcpxml, fcpxml('<clip duration="-1s"/>')),
    "fcpxml: endless digits": (read_fcpxml, fcpxml(f'<clip duration="{"9" * 5000}s"/>')),
    "fcpxml: 100 years": (read_fcpxml, fcpxml('<clip duration="3153600000s"/>')),
    "fcpxml: a rate of zero": (read_fcpxml, fcpxml('<clip duration="1s"/>', "999999999999s")),
    "edl: empty": (read_edl, b""),
    "edl: prose": (read_edl, b"Dear diary,\n\nnothing happened.\n"),
    "edl: binary": (read_edl, bytes(range(256)) * 40),
    "edl: no such minute": (read_edl, EDL.format("00:61:00:00 00:62:00:00").encode()),
    "edl: frame past the rate": (read_edl, EDL.format("00:00:00:29 00:00:01:29").encode()),
    "edl: backwards": (read_edl, EDL.format("00:00:02:00 00:00:01:00").encode()),
    "edl: nothing lasts": (read_edl, EDL.format("00:00:01:00 00:00:01:00").encode()),
    "edl: only sound": (
        read_edl,
        EDL.replace(" V ", " A ").format("00:00:00:00 00:00:01:00").encode(),
    ),
    "edl: a senseless rate": (
        read_edl,
        (EDL + "* FRAME RATE: 999999/1\n").format("00:00:00:00 00:00:01:00").encode(),
    ),
    "storyboarder: empty": (read_storyboarder, b""),
    "storyboarder: a list": (read_storyboarder, b"[]"),
    "storyboarder: no boards": (read_storyboarder, b'{"boards": {}}'),
    "storyboarder: none": (read_storyboarder, b'{"boards": []}'),
    "storyboarder: odd boards": (read_storyboarder, b'{"boards": [1, null, "a"]}'),
    "storyboarder: deep": (read_storyboarder, b'{"boards":' * DEEP),
    "boards: empty": (read_board_list, b""),
    "boards: deep": (read_board_list, b"[" * DEEP),
    "boards: negative": (
        read_board_list,
        b'{"boards": [{"shot": 1, "part": 1, "frame": -4, "num_frames": -1}]}',
    ),
    "boards: NaN": (
        read_board_list,
        b'{"boards": [{"shot": 1, "part": 1, "frame": 0, "num_frames": NaN}]}',
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_is_refused_in_one_sentence(name: str) -> None:
    read, content = HOSTILE[name]
    started = time.perf_counter()
    with pytest.raises(ExchangeError) as caught:
        read(content, "cut.file")
    sentence = str(caught.value)
    assert len(sentence) < 200 and "\n" not in sentence, sentence
    assert sentence.endswith((".", "?")), sentence
    assert time.perf_counter() - started < 5


def test_even_a_harmless_entity_is_refused() -> None:
    content = b'<!DOCTYPE fcpxml [<!ENTITY a "x">]>' + fcpxml('<gap name="&a;" duration="1s"/>')
    with pytest.raises(ExchangeError, match="entities"):
        read_fcpxml(content, "cut.fcpxml")


def test_too_large_is_refused_before_it_is_parsed() -> None:
    content = b" " * (64 * 1024 * 1024 + 1)
    for read in (read_otio, read_fcpxml, read_edl, read_storyboarder, read_board_list):
        with pytest.raises(ExchangeError, match="too large"):
            read(content, "cut.file")


def test_old_and_foreign_otio_is_read() -> None:
    """Clip.1, a nested stack, a clip without a range of its own, and a transition."""
    nested = {
        "OTIO_SCHEMA": "Stack.1",
        "children": [
            {"OTIO_SCHEMA": "Track.1", "kind": "Video", "children": [otio_clip(), otio_clip()]}
        ],
    }
    bare = {
        "OTIO_SCHEMA": "Clip.1",
        "name": "bare",
        "source_range": None,
        "media_reference": {
            "OTIO_SCHEMA": "ExternalReference.1",
            "target_url": "boards/7.png",
            "available_range": {"duration": {"value": 50.0, "rate": 23.976}},
        },
    }
    skeleton = read_otio(
        otio(otio_clip(name="Wide"), {"OTIO_SCHEMA": "Transition.1"}, nested, bare), "a"
    )
    rate = Fraction(24000, 1001)
    assert [shot.duration for shot in skeleton.shots] == [1, 2, 50 / rate]
    assert [shot.caption for shot in skeleton.shots] == ["Wide", "", "bare"]
    assert skeleton.sources == ("boards/7.png",)
    assert "Dissolves" in skeleton.remarks[0]


def test_foreign_fcpxml_is_read() -> None:
    """Asset clips of version 1.10, a chapter, a transition, a start timecode and an audition."""
    content = b"""<?xml version="1.0"?><!DOCTYPE fcpxml><fcpxml version="1.10"><resources>
     <format id="r1" frameDuration="1001/30000s" width="1280" height="720"/>
     <asset id="r2" name="A"><media-rep src="file:///m/a.png"/></asset></resources>
     <library><event><project name="P"><sequence format="r1" tcStart="3600s"><spine>
      <asset-clip ref="r2" name="One" offset="3600s" start="7200s" duration="30030/30000s">
        <chapter-marker start="216216030/30000s" value="Here"/>
      </asset-clip>
      <transition duration="10010/30000s"/>
      <audition><video ref="r2" name="Two" duration="60060/30000s"/><video ref="r2"/></audition>
     </spine></sequence></project></event></library></fcpxml>"""
    skeleton = read_fcpxml(content, "a")
    film = lay(adopt(Project(), skeleton), skeleton, {}, {})
    assert film.format.rate == FrameRate(num=30000, den=1001)
    assert (film.format.width, film.format.height) == (1280, 720)
    assert [(s.num_frames, s.caption) for s in film.shots] == [(30, "One"), (60, "Two")]
    assert skeleton.sources == ("file:///m/a.png",)
    marker = film.markers[0]
    assert (marker.name, marker.color) == ("Here", "orange")
    assert marker.frame == round((Fraction(216216030, 30000) - 7200) * Fraction(30000, 1001))


def test_foreign_edl_with_a_dissolve_and_a_hole_is_read() -> None:
    content = b"""TITLE: Reel 4
FCM: NON-DROP FRAME
001  A001     V     C        10:00:00:00 10:00:02:00 01:00:00:00 01:00:02:00
* FROM CLIP NAME: A001_C003
* LOC: 01:00:01:00 MAGENTA  look
002  A001     V     C        10:00:02:00 10:00:02:00 01:00:02:00 01:00:02:00
002  A002     V     D    024 10:00:00:00 10:00:03:00 01:00:02:00 01:00:05:00
* TO CLIP NAME: A002_C001.mov
003  A003     AA/V  C        10:00:00:00 10:00:01:00 01:00:06:00 01:00:07:00
"""
    skeleton = read_edl(content, "a", FrameRate(num=25))
    film = lay(adopt(Project(), skeleton), skeleton, {}, {})
    assert skeleton.name == "Reel 4"
    assert [s.num_frames for s in film.shots] == [50, 75, 25, 25]
    assert [s.caption for s in film.shots] == ["A001_C003", "A002_C001.mov", "", ""]
    assert [(m.frame, m.color, m.name) for m in film.markers] == [(25, "purple", "look")]
    assert "25" in skeleton.remarks[0]


def test_conforming_never_drifts() -> None:
    """Cuts at 25 in a film at 23.976: each boundary within half a frame of its moment."""
    shot = otio_clip()
    shot["source_range"]["duration"]["value"] = 7
    shot["source_range"]["duration"]["rate"] = 25
    skeleton = read_otio(otio(*[shot] * 500), "a")
    rate = FrameRate(num=24000, den=1001)
    base = Project.model_validate({"format": {"rate": rate}, "shots": [{"num_frames": 10}]})
    film = lay(base, skeleton, {}, {})
    at = Fraction(0)
    for start, part in list(film.shot_starts())[1:]:
        assert abs((start - 10) / rate.fraction - at) <= Fraction(1, 2) / rate.fraction
        assert part.num_frames in {6, 7}
        at += Fraction(7, 25)
    assert remarks_of(skeleton, rate) == (
        "The file counts 25 frames a second and the film 23.976: every cut keeps its moment, "
        "to the nearest frame.",
    )
