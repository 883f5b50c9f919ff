"""C2PA: a movie signed with a certificate made here carries a manifest that holds.

Needs the optional library; without it, signing is refused in one sentence (see the end).
"""

from __future__ import annotations

import datetime
import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from engine.evaluation.exports.material import export, make_master
from engine.media.marking import sign
from engine.media.movie import read_frames
from engine.protocol.errors import BadInput
from engine.protocol.export import ExportJob, MarkSpec, Segment
from engine.protocol.jobs import FrameRate

RATE = FrameRate(num=24)
has_library = importlib.util.find_spec("c2pa") is not None
needs_library = pytest.mark.skipif(not has_library, reason="c2pa-python is not installed")


def _certificates(folder: Path, kind: str) -> tuple[Path, Path]:
    """Make an authority and a certificate of its own for signing; return its chain and its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    def new_key() -> Any:
        match kind:
            case "es256":
                return ec.generate_private_key(ec.SECP256R1())
            case "es384":
                return ec.generate_private_key(ec.SECP384R1())
            case "ed25519":
                return ed25519.Ed25519PrivateKey.generate()
            case _:
                return rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def named(name: str) -> x509.Name:
        return x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "A film's own"),
                x509.NameAttribute(NameOID.COMMON_NAME, name),
            ]
        )

    def usage(signs_certificates: bool) -> x509.KeyUsage:
        return x509.KeyUsage(
            *(not signs_certificates, False, False, False, False),
            *(signs_certificates, False, False, False),
        )

    now = datetime.datetime.now(datetime.UTC)
    digest = None if kind == "ed25519" else hashes.SHA256()
    authority, signer = new_key(), new_key()

    def certificate(subject: str, key: Any, is_authority: bool) -> x509.Certificate:
        own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        theirs = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key())
        builder = (
            x509.CertificateBuilder()
            .subject_name(named(subject))
            .issuer_name(named("Authority"))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=30))
            .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
            .add_extension(usage(is_authority), critical=True)
            .add_extension(own, critical=False)
            .add_extension(theirs, critical=False)
        )
        if not is_authority:
            purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
            builder = builder.add_extension(purpose, critical=False)
        return builder.sign(authority, digest)

    chain, key = folder / "chain.pem", folder / "key.pem"
    pem = serialization.Encoding.PEM
    chain.write_bytes(
        certificate("Signer", signer, False).public_bytes(pem)
        + certificate("Authority", authority, True).public_bytes(pem)
    )
    key.write_bytes(
        signer.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return chain, key


def _signed(folder: Path, suffix: str, chain: Path, key: Path) -> Path:
    master, output = folder / "master.mkv", folder / f"film{suffix}"
    make_master(master, (64, 48), 5, RATE.fraction)
    export(
        ExportJob(
            job_id="x",
            segments=(Segment(path=str(master), stop=5),),
            output=str(output),
            rate=RATE,
            mark=MarkSpec(
                project='{"film": 1}',
                tool="SmartDirector 1.2",
                certificate=str(chain),
                key=str(key),
            ),
        )
    )
    return output


@needs_library
@pytest.mark.parametrize("kind", ["es256", "es384", "ed25519", "ps256"])
@pytest.mark.parametrize("suffix", [".mp4", ".mov"])
def test_the_manifest_holds_and_says_that_a_model_made_it(
    tmp_path: Path, suffix: str, kind: str
) -> None:
    from c2pa import Reader

    output = _signed(tmp_path, suffix, *_certificates(tmp_path, kind))
    with Reader(str(output)) as reader:
        told = json.loads(reader.json())
    manifest = told["manifests"][told["active_manifest"]]
    (generator,) = manifest["claim_generator_info"]
    assert (generator["name"], generator["version"]) == ("SmartDirector", "1.2")
    text = json.dumps(manifest["assertions"])
    assert "c2pa.created" in text
    assert "digitalsourcetype/trainedAlgorithmicMedia" in text
    problems = {row["code"] for row in told.get("validation_status", [])}
    # Nobody knows this authority: that is all that may be wrong.
    assert problems <= {"signingCredential.untrusted"}
    assert len(list(read_frames(output))) == 5
    assert b"Iptc4xmpExt:DigitalSourceType" in output.read_bytes(), "the XMP is still there"


@needs_library
def test_a_changed_movie_no_longer_matches_its_manifest(tmp_path: Path) -> None:
    from c2pa import Reader

    output = _signed(tmp_path, ".mp4", *_certificates(tmp_path, "es256"))
    content = bytearray(output.read_bytes())
    place = content.index(b"mdat") + 40
    content[place] ^= 0xFF
    output.write_bytes(bytes(content))
    with Reader(str(output)) as reader:
        told = json.loads(reader.json())
    codes = {row["code"] for row in told["validation_status"]}
    assert any("mismatch" in code for code in codes)


@needs_library
def test_a_certificate_that_cannot_be_used_is_refused_and_nothing_stays(tmp_path: Path) -> None:
    chain, _ = _certificates(tmp_path, "es256")
    other = tmp_path / "other"
    other.mkdir()
    _, key = _certificates(other, "ed25519")
    chain.write_text("no certificate")
    with pytest.raises(BadInput, match=r"could not be signed with chain\.pem"):
        _signed(tmp_path, ".mp4", chain, key)
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"chain.pem", "key.pem", "other", "master.mkv"}


@pytest.mark.skipif(has_library, reason="c2pa-python is installed")
def test_without_the_library_signing_is_refused_in_one_sentence(tmp_path: Path) -> None:
    movie = tmp_path / "film.mp4"
    movie.write_bytes(b"movie")
    with pytest.raises(BadInput, match="pip install c2pa-python"):
        sign(movie, MarkSpec(certificate="a.pem", key="b.pem"), ".mp4")
