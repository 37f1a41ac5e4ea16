"""When certificates expire, read from their bytes."""

from __future__ import annotations

import datetime as dt

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from nodeview.wire.certificate import expiry_of
from tests.certificates import authority


def made(until: dt.datetime) -> bytes:
    """A certificate that is valid until then, with fields of several lengths before."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "o" * 64)] * 3)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = (
        builder.serial_number(2**150).not_valid_before(dt.datetime(1960, 1, 1, tzinfo=dt.UTC)).not_valid_after(until)
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


@pytest.mark.parametrize("year", [1961, 1999, 2026, 2049, 2050, 2399])
def test_both_ways_to_write_a_moment(year: int) -> None:
    until = dt.datetime(year, 11, 21, 13, 14, 15, tzinfo=dt.UTC)
    assert expiry_of(made(until)) == until.timestamp()


def test_the_first_of_a_chain_counts_and_words_do_not() -> None:
    first, second = (made(dt.datetime(year, 1, 1, tzinfo=dt.UTC)) for year in (2030, 2031))
    assert expiry_of(b"# \xc3\xa4\n" + first + second) == dt.datetime(2030, 1, 1, tzinfo=dt.UTC).timestamp()


def test_against_a_second_opinion() -> None:
    pem = authority().pem
    assert expiry_of(pem.decode()) == x509.load_pem_x509_certificate(pem).not_valid_after_utc.timestamp()


def test_what_is_no_certificate_is_unknown() -> None:
    pem = authority().pem.decode().splitlines()
    short = "\n".join([pem[0], pem[1], pem[-1]])
    for text in ("", "junk", f"{pem[0]}\n{pem[-1]}", short, f"{pem[0]}\nMAA=\n{pem[-1]}", f"{pem[0]}\n!!\n{pem[-1]}"):
        assert expiry_of(text) is None
