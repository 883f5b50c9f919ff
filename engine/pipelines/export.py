"""From masters to what the user hands on: one frame at a time, in constant memory.

Frames go from the master's decoder to the encoder in one conversion, at the encoder's own depth. A
stopped export leaves nothing behind and starts anew; of one file per shot, finished files stay.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from engine.media.captions import Caption, CaptionPainter, to_srt, to_vtt
from engine.media.conversion import rgb_of
from engine.media.encodings import Encoding, encoding_for
from engine.media.marking import extras_of, finish_marking, packed_project, xmp_packet
from engine.media.movie import MovieFrame, decode_frames, movie_size
from engine.media.picture import KNOWN_MATRICES, Colour, colour_of
from engine.media.room_tone import room_tone
from engine.media.sequence import SequenceWriter, check_folder
from engine.media.sound import Mix, has_sound
from engine.media.soundtrack import KeptSound, MixedSound, Soundtrack, mixed_codec
from engine.media.writer import Chapter, MovieExtras, MovieWriter, disk_errors
from engine.pipelines.joining import Joiner
from engine.pipelines.proof import is_provable, prove
from engine.pipelines.steps import JobResult, Pipeline, StageProgress
from engine.planning.resolution import FrameSize
from engine.planning.sound import sample_at
from engine.planning.timecode import parse_timecode
from engine.protocol.errors import BadInput, DiskProblem, OutputExists
from engine.protocol.export import ExportJob, MarkSpec
from engine.protocol.formats import container_of, endings

Writer = MovieWriter | SequenceWriter

_REPORT_EVERY = 12
"""Frames between two progress events."""


def run_export(job: ExportJob) -> Pipeline:
    """Join the segments into one movie, or one folder of pictures.

    Raises:
        OutputExists: there is a file of that name and ``overwrite`` is off.
        DiskProblem: the folder is missing or cannot be written.
        BadInput: a segment cannot be read, or is shorter than it should be; or the format cannot
            be written as asked.
    """
    output = Path(job.output)
    check_output(output, job)
    width, height = _size_of(job)
    total = num_frames_out(job)
    yield StageProgress("export", 0, total)
    joiner = Joiner(job, FrameSize(width, height))
    painter = CaptionPainter(width, height) if job.caption_mode == "burn" else None
    with _writer(job, width, height, total) as movie:
        for number, frame in enumerate(_retimed(job, joiner)):
            text = _words_at(job, number) if painter is not None else ""
            if painter is not None and text:
                movie.write(painter.paint(rgb_of(frame, width, height), text))
            else:
                movie.write_picture(frame)
            if movie.num_frames % _REPORT_EVERY == 0:
                yield StageProgress("export", movie.num_frames, total)
        yield StageProgress("export", total, total)
    _write_captions(job, output)
    facts: dict[str, Any] = _facts(job, width, height)
    if joiner.rows:
        if not job.format.row.is_sequence:
            joiner.measure(output)
        facts["seams"] = joiner.rows
    if job.proof is not None and is_provable(job) and not job.format.row.is_sequence:
        size = FrameSize(width, height)
        is_kept = _keeps_sound(job, output)
        facts["footage"] = yield from prove(job, size, is_kept, {"seams": joiner.rows})
    return JobResult(output, total, facts)


def num_frames_out(job: ExportJob) -> int:
    """Return how many frames are written: as many as the same time holds at the export's rate."""
    total = sum(segment.stop - segment.start for segment in job.segments)
    return max(1, round(total / _step(job)))


def _step(job: ExportJob) -> Fraction:
    """Return how many frames of the source pass for one that is written."""
    return (job.source_rate or job.rate).fraction / job.rate.fraction


def _retimed(job: ExportJob, joiner: Joiner) -> Iterator[MovieFrame]:
    """Yield what a player would show at each frame of the export."""
    step, number, total = _step(job), 0, num_frames_out(job)
    for index, frame in enumerate(joiner.frames()):
        while number < total and int(number * step) == index:
            yield frame
            number += 1


@contextmanager
def _writer(job: ExportJob, width: int, height: int, total: int) -> Generator[Writer]:
    output, rate = Path(job.output), job.rate.fraction
    encoding = _exact_for_footage(job, (width, height), encoding_for(job.format))
    if job.format.row.is_sequence:
        sound = _sound_of(job, output / "sound.wav", total)
        files = {f"{output.name}.xmp": xmp_packet(job.mark)} if job.mark else {}
        for suffix, text in _caption_files(job).items():
            files[f"{output.name}{suffix}"] = text.encode()
        with SequenceWriter(
            *(output, width, height, rate, encoding, sound, job.first_number, files)
        ) as writer:
            yield writer
        return
    sound = _sound_of(job, output, total) if job.format.row.has_sound else None
    marked = extras_of(job.mark, output)
    extras = MovieExtras(job.timecode, _chapters(job, total), marked.tags, marked.attachments)
    finish = _finishing(job.mark, output.suffix) if job.mark else None
    with MovieWriter(output, width, height, rate, encoding, sound, extras, finish) as writer:
        yield writer


def _exact_for_footage(job: ExportJob, size: tuple[int, int], encoding: Encoding) -> Encoding:
    """Return a lossless encoding as footage is, so that it stays bit for bit.

    Format, matrix, range and the rest are the footage's, and what is new is brought to them. Only
    footage of the movie's size counts; where that is not all alike, none is preferred.
    """
    if job.format.name != "ffv1":
        return encoding
    found: set[tuple[str, Colour]] = set()
    for path in {segment.path for segment in job.segments if segment.is_source}:
        frame = next(decode_frames(Path(path), 0, 1), None)
        if frame is not None and frame.size == size and frame.is_plain:
            stored = frame.look.pixel_format.replace("yuvj", "yuv")  # the range says the same
            found.add((stored, colour_of(frame.picture)))
    if len(found) != 1:
        return encoding
    ((stored, colour),) = found
    if not stored.startswith("yuv4") or colour.matrix not in KNOWN_MATRICES:
        return encoding
    return replace(encoding, pixel_format=stored, colour=colour)


def _keeps_sound(job: ExportJob, output: Path) -> bool:
    """Whether the source's packets can go along."""
    kept = job.kept_sound
    if kept is None:
        return False
    try:
        KeptSound(Path(kept.path), output, kept.stop, kept.at, kept.track).close()
    except ValueError:
        return False
    return True


def _finishing(mark: MarkSpec, suffix: str) -> Callable[[Path], None]:
    return lambda part: finish_marking(part, mark, suffix)


def _size_of(job: ExportJob) -> tuple[int, int]:
    source = movie_size(Path(job.segments[0].path))
    width, height = job.width or source[0], job.height or source[1]
    row = job.format.row
    if width % row.side_steps[0] or height % row.side_steps[1]:
        raise BadInput(f"{row.label} needs even sides, not {width}×{height}; choose another size.")
    return width, height


def _sound_of(job: ExportJob, output: Path, num_frames: int) -> Soundtrack | None:
    """Return what is heard: packets as they are where that can be, else the mix."""
    if job.kept_sound is not None:
        try:
            kept = job.kept_sound
            return KeptSound(Path(kept.path), output, kept.stop, kept.at, kept.track)
        except ValueError:
            pass  # the container cannot hold it: it is mixed, which every container can
    tones = [piece for spec in job.room_tones for piece in room_tone(spec)]
    if not job.sounds and not tones:
        return None
    for path in {sound.path for sound in job.sounds}:
        if not has_sound(Path(path)):
            raise BadInput(
                f"The sound {Path(path).name} cannot be read; take it out or replace it."
            )
    mix = Mix((*job.sounds, *tones), sample_at(num_frames, job.rate.fraction))
    return MixedSound(mix, mixed_codec(output))


def check_output(output: Path, job: ExportJob) -> None:
    """Make sure that what is asked for may be written to ``output``.

    Raises:
        OutputExists, DiskProblem, BadInput: it may not; the sentence says why.
    """
    row = job.format.row
    if not row.is_sequence and container_of(row.name, output.suffix) is None:
        raise BadInput(f"{output.name} should end in {endings(row.name)} for {row.label}.")
    if not output.parent.is_dir():
        raise DiskProblem(f"The folder {output.parent} does not exist; make it first.")
    if job.timecode is not None:
        try:
            parse_timecode(job.timecode, job.rate.fraction)
        except ValueError as error:
            raise BadInput(str(error)) from error
    if row.is_sequence:
        check_folder(output, job.overwrite)
        return
    if output.is_dir():
        raise OutputExists(f"{output} is a folder; name a movie file.")
    for path in (output, *(output.with_suffix(end) for end in _caption_files(job))):
        if path.exists() and not job.overwrite:
            raise OutputExists(f"{path} exists already; choose another name or allow replacing it.")


def _words_at(job: ExportJob, number: int) -> str:
    source = int(number * _step(job))
    return next((c.text for c in job.captions if c.start <= source < c.stop), "")


def _caption_files(job: ExportJob) -> dict[str, str]:
    """Return the caption files that go beside the movie, by suffix; none where nothing is said."""
    if job.caption_mode not in {"srt", "vtt"}:
        return {}
    rate = (job.source_rate or job.rate).fraction
    captions = [
        Caption(c.start / rate, c.stop / rate, c.text) for c in job.captions if c.text.strip()
    ]
    if not captions:
        return {}
    return {".srt": to_srt(captions)} if job.caption_mode == "srt" else {".vtt": to_vtt(captions)}


def _write_captions(job: ExportJob, output: Path) -> None:
    if job.format.row.is_sequence:
        return  # they lie in the folder
    for suffix, text in _caption_files(job).items():
        path = output.with_suffix(suffix)
        part = path.with_name(f".{path.name}.part")
        with disk_errors(path):
            part.write_text(text, encoding="utf-8", newline="\n")
            part.replace(path)


def _chapters(job: ExportJob, total: int) -> tuple[Chapter, ...]:
    if not job.chapters:
        return ()
    rate = (job.source_rate or job.rate).fraction
    starts = [chapter.frame / rate for chapter in job.chapters]
    stops = [*starts[1:], total / job.rate.fraction]
    return tuple(
        Chapter(start, stop, chapter.title)
        for chapter, start, stop in zip(job.chapters, starts, stops, strict=True)
        if start < stop
    )


def _facts(job: ExportJob, width: int, height: int) -> dict[str, Any]:
    row = job.format.row
    quality = job.format.quality
    if quality is None and row.quality is not None:
        quality = row.quality.default
    facts: dict[str, Any] = {
        "width": width,
        "height": height,
        "rate": str(job.rate),
        "format": row.name,
        "encoder": job.format.encoder,
        "quality": quality,
    }
    if job.mark is not None and job.mark.project is not None and row.keeps_project:
        facts["project_kept"] = packed_project(job.mark) is not None
    return facts
