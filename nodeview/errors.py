"""What we raise on purpose, as one small tree.

Pure floors return values; exceptions are raised at the doors only, and one reader at the top turns
them into a sentence on stderr and an exit code.

    NodeviewError               1  failed or incomplete
    ├── UsageError              2  a flag or a setting is wrong
    ├── KubeconfigError         2  no context can be made of the kubeconfig
    ├── Unreachable             3  no HTTP answer came: refused, no such name, TLS, too slow
    ├── CredentialError         4  no credentials can be had: an exec plugin failed, a token file is gone
    ├── Refused                 4  it may not be done here, by a setting of ours
    ├── JournalError            1  the journal of what is written to the cluster cannot be kept, or read
    ├── Incomplete              1  an answer came, but not all of it in time
    └── ApiError                1  the API server answered with a failure
        ├── Unauthorized        4  401
        ├── Forbidden           4  403
        ├── NotFound            1  404
        └── Expired             1  410: the resource version or continue token is too old

No exception holds a token, a key or a certificate.
"""

from __future__ import annotations


class NodeviewError(Exception):
    """A failure that a person should read: one sentence, and what to do about it in the next.

    Both are whole sentences with their full stop; `hint` may be empty.
    """

    exit_code: int = 1

    def __init__(self, sentence: str, *, hint: str = "") -> None:
        """Keep both sentences; `str()` of the error is the one and then the other."""
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.sentence} {self.hint}".rstrip()


class UsageError(NodeviewError):
    """A flag, an argument or a setting is wrong."""

    exit_code = 2


class KubeconfigError(NodeviewError):
    """The kubeconfig is absent, broken, or does not say how to reach the context asked for."""

    exit_code = 2


class Unreachable(NodeviewError):
    """No HTTP answer came: connection refused, unknown host, TLS failure or timeout."""

    exit_code = 3


class CredentialError(NodeviewError):
    """No credentials can be had: the exec plugin failed, or the token file cannot be read."""

    exit_code = 4


class Refused(NodeviewError):
    """What was asked for may not be done here: a setting of ours forbids it."""

    exit_code = 4


class JournalError(NodeviewError):
    """The journal cannot be kept, or cannot be read; without it nothing is written to a cluster."""


class Incomplete(NodeviewError):
    """Something was heard, but not all of it before the time allowed ran out."""


class ApiError(NodeviewError):
    """The API server answered with a failure: the HTTP code and what its `Status` object said.

    `retry_after` is in seconds, None when the server did not say.
    """

    def __init__(
        self,
        code: int,
        reason: str = "",
        message: str = "",
        retry_after: float | None = None,
        *,
        hint: str = "",
    ) -> None:
        """Make a sentence of the code, the Status reason (`Forbidden`) and the Status message."""
        said = " ".join(part for part in (str(code), reason) if part)
        super().__init__(
            f"The API server answered {said}{': ' + message if message else ''}".rstrip(".") + ".", hint=hint
        )
        self.code = code
        self.reason = reason
        self.message = message
        self.retry_after = retry_after


class Unauthorized(ApiError):
    """401: the server does not know who we are."""

    exit_code = 4


class Forbidden(ApiError):
    """403: the server knows who we are, and we may not."""

    exit_code = 4


class NotFound(ApiError):
    """404: no such object, or no such resource on this server."""


class Expired(ApiError):
    """410: the resource version or continue token is older than what the server keeps."""

    token: str = ""
    """A fresh continue token, where the server gave one: the list goes on with it, in what is true by now."""


def api_error(
    code: int, reason: str = "", message: str = "", retry_after: float | None = None, *, hint: str = ""
) -> ApiError:
    """The kind of `ApiError` that fits an HTTP code and Status reason; `Expired` may come without a 410."""
    kinds: dict[int, type[ApiError]] = {401: Unauthorized, 403: Forbidden, 404: NotFound, 410: Expired}
    kind = Expired if reason in ("Expired", "Gone") else kinds.get(code, ApiError)
    return kind(code, reason, message, retry_after, hint=hint)
