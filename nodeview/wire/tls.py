"""TLS as a kubeconfig asks for it: one `SSLContext` per cluster.

A kubeconfig's own authority is trusted as Go trusts it: an intermediate will do as a root, and an
authority without the key identifier that Python 3.13 insists on (EKS has such) is accepted. Chain,
expiry and host name are always checked, unless `insecure-skip-tls-verify` says otherwise.
"""

from __future__ import annotations

import os
import re
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

UNFIT = "it and its key do not fit each other, or are not PEM, or the key has a passphrase"

_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom we believe: the authorities in PEM, or None for those of the system; or anyone."""

    authorities: bytes | None = field(default=None, repr=False)
    insecure: bool = False

    def context(self) -> ssl.SSLContext:
        """A client context of TLS 1.2 or later; raises `ValueError` when the PEM holds no certificate.

        Takes about 1 ms with own authorities and 20 ms with those of the system.
        """
        if self.insecure:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        elif self.authorities is None:
            context = ssl.create_default_context()
        else:
            context = _believing(self.authorities)
            context.verify_flags &= ~ssl.VERIFY_X509_STRICT
            context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        context.set_alpn_protocols(["http/1.1"])
        return context


def present(context: ssl.SSLContext, certificate: bytes, key: bytes) -> bool:
    """Make the context present this client certificate (PEM, with its chain) with its key (PEM).

    False, and why is `UNFIT`, when they cannot be used; OpenSSL does not say more than that.
    """
    with _file_of(certificate + b"\n" + key) as path:
        try:
            # Without a password OpenSSL would ask for one on the terminal.
            context.load_cert_chain(path, password="")
        except (ssl.SSLError, ValueError):
            return False
    return True


def _believing(pem: bytes) -> ssl.SSLContext:
    """A context that trusts these authorities alone; what stands between them is not looked at."""
    found = b"\n".join(_CERTIFICATE.findall(pem))
    try:
        if found:
            return ssl.create_default_context(cadata=found.decode("ascii"))
    except (ssl.SSLError, UnicodeDecodeError):
        pass
    raise ValueError("no certificate")


@contextmanager
def _file_of(secret: bytes) -> Iterator[str]:
    """A file that only we may read and that is gone afterwards: OpenSSL takes keys from files alone."""
    descriptor, path = tempfile.mkstemp(prefix="nodeview-")  # made with mode 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secret)
        yield path
    finally:
        os.unlink(path)
