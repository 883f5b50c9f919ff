"""What we write, read by OpenTimelineIO and its adapters: the same ranges, rates and markers."""

from __future__ import annotations

from fractions import Fraction
from types import ModuleType
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.timeline.interchange.cut import Cut
from app.timeline.interchange.edl_write import write_edl, write_takes_edl
from app.timeline.interchange.fcp7_write import write_fcp7
from app.timeline.interchange.fcpxml_write import write_fcpxml
from app.timeline.interchange.otio_write import KEY, write_otio
from app.timeline.interchange.rates import known_rate
from app.timeline.interchange.text import one_line, xml_text
from app.timeline.project import Format, Project, Shot
from engine.planning.sound import SAMPLE_RATE
from engine.protocol.jobs import FrameRate
from tests.app.timeline.interchange.films import RATES, cuts

otio = pytest.importorskip("opentimelineio")

Span = tuple[int, int, int]
"""Frame of the film, number of frames, first frame of the file."""

EXACT_IN_FLOATS = (FrameRate(num=24), FrameRate(num=48))
"""Where frame / rate * rate is the frame again for every frame, in doubles."""

quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def frames(time: Any, rate: FrameRate) -> int:
    """Return a time as a whole number of film frames; it must be one."""
    assert time.rate == pytest.approx(float(rate.fraction), abs=1e-9)
    assert time.value == int(time.value)
    return int(time.value)


def clips_of(track: Any) -> list[Any]:
    """Return the clips of a track without its gaps."""
    return [item for item in track if isinstance(item, otio.schema.Clip)]


def spans(track: Any, rate: FrameRate) -> list[Span]:
    """Return where the clips of a track stand."""
    return [
        (
            frames(clip.range_in_parent().start_time, rate),
            frames(clip.range_in_parent().duration, rate),
            round(clip.source_range.start_time.value),
        )
        for clip in clips_of(track)
    ]


def boards(cut: Cut, shift: int = 0) -> list[Span]:
    return [(b.frame + shift, b.num_frames, 0) for b in cut.boards if b.media is not None]


def takes(cut: Cut, track: str, shift: int = 0) -> list[Span]:
    return [(t.frame + shift, t.num_frames, t.source) for t in cut.takes[track]]


@quick
@given(cuts())
def test_otio_reads_back(cut: Cut) -> None:
    timeline = otio.adapters.read_from_string(write_otio(cut).decode(), "otio_json")
    rate = cut.rate
    assert timeline.schema_name() == "Timeline"
    assert frames(timeline.global_start_time, rate) == cut.start
    assert frames(timeline.tracks[0].duration(), rate) == cut.num_frames
    by_name = {track.name: track for track in timeline.tracks}
    assert spans(by_name["Boards"], rate) == boards(cut)
    for name in cut.takes:
        assert spans(by_name[name], rate) == takes(cut, name)
    for number, lane in enumerate(cut.sounds, 1):
        track = by_name[f"Sound {number}"]
        assert track.kind == otio.schema.TrackKind.Audio
        offsets = [(p.clip.frame, p.clip.num_frames, p.clip.offset) for p in lane]
        assert spans(track, rate) == offsets
        assert all(
            c.source_range.start_time.rate == SAMPLE_RATE
            for c in track
            if hasattr(c, "media_reference")
        )
    assert [
        (frames(m.marked_range.start_time, rate), m.name, m.color) for m in timeline.tracks.markers
    ] == [(m.frame, m.name, m.color.upper()) for m in cut.markers]
    captions = [m.comment for item in by_name["Boards"] for m in item.markers]
    assert captions == [shot.caption for shot in cut.project.shots]
    assert timeline.metadata[KEY]["format"]["rate"]["num"] == rate.num
    urls = [
        c.media_reference.target_url for c in by_name["Boards"] if hasattr(c, "media_reference")
    ]
    assert all(url.startswith("file:///films/a%20night%20&%20day.sdproj/media/") for url in urls)


@quick
@given(cuts())
def test_fcp7_reads_back(cut: Cut) -> None:
    timeline = otio.adapters.read_from_string(write_fcp7(cut).decode(), "fcp_xml")
    rate = cut.rate
    assert frames(timeline.global_start_time, rate) == cut.start
    video = [t for t in timeline.tracks if t.kind == otio.schema.TrackKind.Video]
    audio = [t for t in timeline.tracks if t.kind == otio.schema.TrackKind.Audio]
    assert spans(video[0], rate) == boards(cut)
    for track, name in zip(video[1:], cut.takes, strict=True):
        assert spans(track, rate) == takes(cut, name)
    for track, lane in zip(audio, cut.sounds, strict=True):
        exact = rate.fraction
        assert spans(track, rate) == [
            (p.clip.frame, p.clip.num_frames, round(p.clip.offset * exact / SAMPLE_RATE))
            for p in lane
        ]
    markers = [
        (frames(m.marked_range.start_time, rate), m.name or "") for m in timeline.tracks.markers
    ]
    starts = [(start, f"Shot {n}") for n, (start, _) in enumerate(cut.project.shot_starts(), 1)]
    assert markers == [*starts, *((m.frame, xml_text(m.name)) for m in cut.markers)]


@quick
@given(cuts())
def test_fcp7_says_the_same_twice(cut: Cut) -> None:
    """The adapter looks at no ``out`` and no length of the sequence; other programs do."""
    root = ElementTree.fromstring(write_fcp7(cut))
    assert root.findtext("sequence/duration") == str(cut.num_frames)
    for item in root.iter("clipitem"):
        start, end, first, stop = (int(item.findtext(t, "")) for t in ("start", "end", "in", "out"))
        assert stop - first == end - start > 0
        assert stop <= int(item.findtext("duration", ""))
    files = [file for file in root.iter("file") if len(file)]
    assert len({file.get("id") for file in files}) == len(files)
    assert {file.get("id") for file in root.iter("file")} == {file.get("id") for file in files}


@quick
@given(cuts())
def test_edl_reads_back(cut: Cut) -> None:
    rate = cut.rate
    lists = [(write_edl(cut), None), *((write_takes_edl(cut, name), name) for name in cut.takes)]
    for content, name in lists:
        timeline = otio.adapters.read_from_string(
            content.decode(), "cmx_3600", rate=float(rate.fraction)
        )
        picture = next(track for track in timeline.tracks if track.name == "V")
        first = min(t.frame for t in cut.takes[name]) if name else 0
        expected = takes(cut, name) if name else [(b.frame, b.num_frames, 0) for b in cut.boards]
        # A list has no place before its first event: the adapter begins its track there.
        assert [(a + first, b, c) for a, b, c in spans(picture, rate)] == expected
        if name is None and not cut.drop:  # the adapter skips locators with ; in their labels
            found = [
                (frames(m.marked_range.start_time, rate) - cut.start, m.color, m.name)
                for clip in picture
                for m in getattr(clip, "markers", [])
            ]
            assert found == [(m.frame, m.color.upper(), one_line(m.name)) for m in cut.markers]
        reels = [clip.metadata["cmx_3600"]["reel"] for clip in picture if _has_reel(clip)]
        assert all(len(reel) <= 8 and reel.isalnum() for reel in reels)


def _has_reel(clip: Any) -> bool:
    return hasattr(clip, "media_reference") and "reel" in clip.metadata.get("cmx_3600", {})


def check_fcpxml(cut: Cut) -> None:
    """Compare what the adapter reads of our FCPXML with the film."""
    collection = otio.adapters.read_from_string(write_fcpxml(cut).decode(), "fcpx_xml")
    timeline = collection[0]
    rate, shift = cut.rate, cut.start
    by_lane = {track.name: track for track in timeline.tracks}
    assert spans(by_lane["0"], rate) == boards(cut, shift) if boards(cut) else "0" not in by_lane
    for lane, name in enumerate(cut.takes, 1):
        assert spans(by_lane[str(lane)], rate) == takes(cut, name, shift)
    for lane, pieces in enumerate(cut.sounds, 1):
        track = by_lane[f"-{lane}"]
        assert track.kind == otio.schema.TrackKind.Audio
        assert [s[:2] for s in spans(track, rate)] == [
            (p.clip.frame + shift, p.clip.num_frames) for p in pieces
        ]
    colors = {"red": "RED", "green": "GREEN"}
    seen = [board for board in cut.boards if board.media is not None]  # it reads no gap's markers
    clips = clips_of(by_lane.get("0", ()))
    assert [
        (frames(m.marked_range.start_time, rate) + b.frame, m.name, m.color)
        for b, clip in zip(seen, clips, strict=True)
        for m in clip.markers
    ] == [
        (m.frame, xml_text(m.name), colors.get(m.color, "PURPLE"))
        for b in seen
        for m in cut.markers
        if b.frame <= m.frame < b.frame + b.num_frames
    ]


@quick
@given(cuts(EXACT_IN_FLOATS))
def test_fcpxml_reads_back_by_the_adapter_as_it_is(cut: Cut) -> None:
    check_fcpxml(cut)


@quick
@given(st.data())
def test_fcpxml_reads_back_at_every_rate(data: st.DataObject) -> None:
    cut = data.draw(cuts())
    with pytest.MonkeyPatch.context() as patch:
        _exact_times(patch, otio.adapters.from_name("fcpx_xml").module())
        check_fcpxml(cut)


def _exact_times(patch: pytest.MonkeyPatch, adapter: ModuleType) -> None:
    """Put fractions in the place of the adapter's floats.

    As released it cuts 23.976 to 23 and, at 25 and 30, loses a frame of every twentieth time.
    """

    def fraction(text: str | None) -> Fraction:
        return Fraction((text or "0s").removesuffix("s"))

    def rational(text: str | None, fps: float) -> Any:
        value = fraction(text) * known_rate(fps).fraction
        return otio.opentime.RationalTime(float(value), fps)

    def rate_of(self: Any, form: str) -> float:
        return float(1 / fraction(self._format_by_id(form).get("frameDuration")))

    def frames_of(self: Any, text: str | None, form: str) -> int:
        count = fraction(text) / fraction(self._format_by_id(form).get("frameDuration"))
        assert count.denominator == 1, "every place on the timeline is a whole frame"
        return int(count)

    patch.setattr(adapter, "to_rational_time", rational)
    patch.setattr(adapter.FcpxXml, "_format_frame_rate", rate_of)
    patch.setattr(adapter.FcpxXml, "_number_of_frames", frames_of)


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_frame_duration_and_name_say_the_rate(rate: FrameRate) -> None:
    from app.timeline.interchange.fcpxml_write import format_name, frame_duration

    duration = Fraction(frame_duration(rate).removesuffix("s"))
    assert duration == 1 / rate.fraction
    digits = {24: "24", 25: "25", 30: "30", 50: "50", 60: "60"}
    expected = digits.get(round(rate.fraction), "")
    if rate.den == 1001:
        expected = {24: "2398", 30: "2997", 60: "5994"}[round(rate.fraction)]
    name = format_name(1920, 1080, rate)
    assert name == (f"FFVideoFormat1080p{expected}" if expected else "")


def test_ten_minutes_at_23_976_do_not_drift() -> None:
    rate = FrameRate(num=24000, den=1001)
    film = Project(format=Format(rate=rate), shots=tuple(Shot(num_frames=37) for _ in range(389)))
    from tests.app.timeline.interchange.test_round_trip import plain_cut

    text = write_fcpxml(plain_cut(film)).decode()
    last = text.rpartition('<gap name="Shot 389" offset="')[2].partition('"')[0]
    assert Fraction(last.removesuffix("s")) == Fraction(37 * 388 * 1001, 24000)
