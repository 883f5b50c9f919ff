"""What a movie says of itself: the project that made it, and that a model made its pixels.

The project is JSON, deflated, in base64, in the tag ``smartdirector``: MP4 and MOV keep it in their
metadata keys, Matroska as a tag, so that FFmpeg's tools show it and a copy into Matroska keeps it.
"Made with AI" is an XMP packet with IPTC's DigitalSourceType: in the ``uuid`` box that the XMP
specification gives to MP4 (part 3), as an attachment of a Matroska file, as a file beside pictures.
"""

from __future__ import annotations

import base64
import importlib
import struct
import uuid
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from engine.media.writer import MovieExtras, disk_errors
from engine.protocol.errors import BadInput
from engine.protocol.export import MarkSpec
from engine.protocol.formats import SourceType

PROJECT_TAG = "smartdirector"
MAX_TAG_BYTES = 4 * 1024 * 1024
"""A project of a hundred shots takes some 20 KiB; what is larger is left out, and said so."""

_IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"
_XMP_BOX = uuid.UUID("BE7ACFCB-97A9-42E8-9C71-999491E3AFAC").bytes
_C2PA_TYPES = {".mp4": "video/mp4", ".mov": "video/quicktime", ".png": "image/png"}


def packed_project(mark: MarkSpec) -> str | None:
    """Return the project as it goes into a tag; None where there is none, or it is too large."""
    if mark.project is None:
        return None
    packed = base64.b64encode(zlib.compress(mark.project.encode(), 9)).decode()
    return packed if len(packed) <= MAX_TAG_BYTES else None


_WORDS: Mapping[SourceType, str] = {
    "trainedAlgorithmicMedia": "Made with AI",
    "compositeWithTrainedAlgorithmicMedia": "Made with help of AI",
    "compositeCapture": "Edited",
    "algorithmicallyEnhanced": "Enlarged with AI",
}


def xmp_packet(mark: MarkSpec) -> bytes:
    """Return the XMP packet that says how the pixels came to be."""
    source = quoteattr(f"{_IPTC}{mark.source_type}")
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
    Iptc4xmpExt:DigitalSourceType={source}>
   <xmp:CreatorTool>{escape(mark.tool)}</xmp:CreatorTool>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>
""".encode()


def extras_of(mark: MarkSpec | None, path: Path) -> MovieExtras:
    """Return the tags, and for Matroska the attachment, of a movie that is to be written."""
    if mark is None or path.suffix.lower() not in {".mp4", ".mov", ".mkv"}:
        return MovieExtras()
    packed = packed_project(mark)
    made = _WORDS[mark.source_type]
    tags = {"comment": f"{made} ({mark.tool})", "digitalsourcetype": f"{_IPTC}{mark.source_type}"}
    if packed is not None:
        tags[PROJECT_TAG] = packed
    if path.suffix.lower() == ".mkv":
        attachment = ("metadata.xmp", "application/rdf+xml", xmp_packet(mark))
        return MovieExtras(tags=tags, attachments=(attachment,))
    return MovieExtras(tags=tags)


def finish_marking(movie: Path, mark: MarkSpec, suffix: str) -> None:
    """Add to a whole movie what FFmpeg does not write: the XMP box, and a C2PA manifest.

    Args:
        movie: the finished file, not yet at its final name.
        suffix: of its final name.

    Raises:
        BadInput: the certificate cannot be used.
        DiskProblem: there is no space left.
    """
    if suffix.lower() in {".mp4", ".mov"}:
        content = xmp_packet(mark)
        with disk_errors(movie), movie.open("ab") as stream:
            stream.write(struct.pack(">I4s", 24 + len(content), b"uuid") + _XMP_BOX + content)
    if mark.certificate is not None and mark.key is not None:
        sign(movie, mark, suffix)


def sign(movie: Path, mark: MarkSpec, suffix: str) -> None:
    """Put a C2PA manifest into a movie, signed here with the user's own key.

    Raises:
        BadInput: the library is not installed, the container has no place for it, or the
            certificate is refused.
    """
    media_type = _C2PA_TYPES.get(suffix.lower())
    if media_type is None:
        raise BadInput(
            f"C2PA has no place in a {suffix} file; choose .mp4 or .mov, or do not sign."
        )
    try:
        library: Any = importlib.import_module("c2pa")
    except ImportError as error:
        raise BadInput("Signing needs the library c2pa-python: pip install c2pa-python.") from error
    signed = movie.with_name(f"{movie.name}.signed{suffix}")
    try:
        info = library.C2paSignerInfo(
            _algorithm(Path(mark.key or "")),
            Path(mark.certificate or "").read_bytes(),
            Path(mark.key or "").read_bytes(),
            None,
        )
        with (
            library.Signer.from_info(info) as signer,
            library.Builder(_manifest(mark)) as builder,
            movie.open("rb") as source,
            signed.open("w+b") as target,
        ):
            builder.sign(signer, media_type, source, target)
        signed.replace(movie)
    except (library.C2paError, OSError, ValueError) as error:
        raise BadInput(
            f"The movie could not be signed with {Path(mark.certificate or '').name}: {error}"
        ) from error
    finally:
        signed.unlink(missing_ok=True)


def _manifest(mark: MarkSpec) -> dict[str, Any]:
    name, _, version = mark.tool.partition(" ")
    action = {"action": "c2pa.created", "digitalSourceType": f"{_IPTC}{mark.source_type}"}
    return {
        "claim_generator_info": [{"name": name, "version": version or "0"}],
        "title": "Movie",
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [action]}}],
    }


def _algorithm(key: Path) -> bytes:
    """Return C2PA's name of a key's algorithm, told by its PEM header and size."""
    lines = key.read_text(encoding="ascii", errors="replace").splitlines()
    body = base64.b64decode("".join(line for line in lines if "-----" not in line) or b"")
    if b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01" in body[:64] or "RSA PRIVATE" in lines[0]:
        return b"ps256"
    if b"\x2b\x65\x70" in body[:32]:
        return b"ed25519"
    if b"\x2b\x81\x04\x00\x22" in body[:512]:
        return b"es384"
    return b"es256"
