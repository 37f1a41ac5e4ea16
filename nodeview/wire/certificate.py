"""When a certificate expires, read from its DER (X.509, RFC 5280), for which Python's ssl has no public way."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime

_PEM = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_EXPLICIT_VERSION = 0xA0
_UTC_TIME = 0x17
_BEFORE_VALIDITY = 3
"""A serial number, an algorithm and an issuer."""


def expiry_of(pem: bytes | str) -> float | None:
    """When the first certificate of a PEM text expires, in seconds since the epoch; None when that cannot be read."""
    text = pem.decode("ascii", errors="replace") if isinstance(pem, bytes) else pem
    found = _PEM.search(text)
    if found is None:
        return None
    try:
        return _not_after(ssl.PEM_cert_to_DER_cert(found[0]))
    except (ValueError, IndexError):
        return None


def _not_after(der: bytes) -> float:
    certificate = _first(der)
    fields = list(_elements(_first(certificate)))
    if fields[0][0] == _EXPLICIT_VERSION:
        del fields[0]
    (_, _), (tag, moment) = _elements(fields[_BEFORE_VALIDITY][1])
    text = moment.decode("ascii")
    if tag == _UTC_TIME:  # two digits of the year: 1950 to 2049
        text = f"{'20' if int(text[:2]) < 50 else '19'}{text}"
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC).timestamp()


def _first(der: bytes) -> bytes:
    """The content of the first element; empty where there is none."""
    return next(_elements(der), (0, b""))[1]


def _elements(der: bytes) -> Iterator[tuple[int, bytes]]:
    """The elements that stand one after the other, as tag and content."""
    at = 0
    while at < len(der):
        tag, length = der[at], der[at + 1]
        at += 2
        if length & 0x80:
            size = length & 0x7F
            length = int.from_bytes(der[at : at + size], "big")
            at += size
        if at + length > len(der):
            raise ValueError("cut off")
        yield tag, der[at : at + length]
        at += length
