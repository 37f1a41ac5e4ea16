"""Errors as an API server says them: a Status object and its HTTP code."""

from __future__ import annotations

from nodeview.demo.resources import Kind, Obj

FRESH_CONTINUE = (
    "The provided continue parameter is too old to display a consistent list result. You can start a new list "
    "without the continue parameter, or use the continue token in this response to retrieve the remainder of the "
    "results. Continuing with the provided token results in an inconsistent list - objects that were created, "
    "modified, or deleted between the time the first chunk was returned and now may show up in the list."
)


class Refusal(Exception):
    """A request that is answered with a Status instead of an object."""

    def __init__(self, code: int, reason: str, message: str, details: Obj | None = None, **metadata: str):
        super().__init__(message)
        self.code = code
        self.body: Obj = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": dict(metadata),
            "status": "Failure",
            "message": message,
        }
        if reason:
            self.body["reason"] = reason
        if details is not None:
            self.body["details"] = details
        self.body["code"] = code


def _about(kind: Kind, name: str) -> Obj:
    details: Obj = {"name": name}
    if kind.group:
        details["group"] = kind.group
    return details | {"kind": kind.plural}


def not_found(kind: Kind, name: str) -> Refusal:
    """404: no object of that name."""
    return Refusal(404, "NotFound", f'{kind.qualified} "{name}" not found', _about(kind, name))


def no_resource() -> Refusal:
    """404: no such resource in a group that exists."""
    return Refusal(404, "NotFound", "the server could not find the requested resource", {})


def already_exists(kind: Kind, name: str) -> Refusal:
    """409: the name is taken."""
    return Refusal(409, "AlreadyExists", f'{kind.qualified} "{name}" already exists', _about(kind, name))


def conflict(kind: Kind, name: str) -> Refusal:
    """409: the object was written since the caller read it."""
    text = (
        f'Operation cannot be fulfilled on {kind.qualified} "{name}": the object has been modified; '
        "please apply your changes to the latest version and try again"
    )
    return Refusal(409, "Conflict", text, _about(kind, name))


def uid_conflict(kind: Kind, name: str, wanted: str, found: str) -> Refusal:
    """409: the object of that name is not the one the caller meant."""
    text = (
        f'Operation cannot be fulfilled on {kind.kind} "{name}": the UID in the precondition ({wanted}) '
        f"does not match the UID in record ({found}). The object might have been deleted and then recreated"
    )
    return Refusal(409, "Conflict", text, {"name": name, "kind": kind.kind})


def invalid(kind: Kind, name: str, causes: list[tuple[str, str, str]]) -> Refusal:
    """422: fields that may not be so; causes are (reason, message, field)."""
    listed = [{"reason": reason, "message": text, "field": field} for reason, text, field in causes]
    texts = list(dict.fromkeys(f"{field}: {text}" for _, text, field in causes))
    said = texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
    group = f".{kind.group}" if kind.group else ""
    details: Obj = {"name": name}
    if kind.group:
        details["group"] = kind.group
    details |= {"kind": kind.kind, "causes": listed}
    return Refusal(422, "Invalid", f'{kind.kind}{group} "{name}" is invalid: {said}', details)


def bad_request(message: str) -> Refusal:
    """400: the request itself cannot be read."""
    return Refusal(400, "BadRequest", message)


def method_not_allowed() -> Refusal:
    """405: the address is there, the verb is not."""
    text = "the server does not allow this method on the requested resource"
    return Refusal(405, "MethodNotAllowed", text, {})


def unsupported_media_type(allowed: str) -> Refusal:
    """415: a patch in a format that is not taken."""
    text = f"the body of the request was in an unknown format - accepted media types include: {allowed}"
    return Refusal(415, "UnsupportedMediaType", text)


def unknown_media_type() -> Refusal:
    """415: a patch in a format that nobody knows."""
    return Refusal(415, "UnsupportedMediaType", "415: Unsupported Media Type", {})


def unauthorized() -> Refusal:
    """401: no token, or not ours."""
    return Refusal(401, "Unauthorized", "Unauthorized")


def too_old(asked: int, oldest: int) -> Refusal:
    """410: a watch from before what is remembered."""
    return Refusal(410, "Expired", f"too old resource version: {asked} ({oldest})")


def expired_continue(token: str) -> Refusal:
    """410: a page of a listing that is no longer held, with a token to go on inconsistently."""
    return Refusal(410, "Expired", FRESH_CONTINUE, None, **{"continue": token})


def too_large(asked: int, current: int) -> Refusal:
    """504: a version that this server has not seen."""
    cause = {"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}
    details = {"causes": [cause], "retryAfterSeconds": 1}
    return Refusal(504, "Timeout", f"Timeout: Too large resource version: {asked}, current: {current}", details)


def budget_refuses(budget: str, desired: int, healthy: int) -> Refusal:
    """429: an eviction that a PodDisruptionBudget forbids now."""
    why = f"The disruption budget {budget} needs {desired} healthy pods and has {healthy} currently"
    details = {"causes": [{"reason": "DisruptionBudget", "message": why}]}
    text = "Cannot evict pod as it would violate the pod's disruption budget."
    return Refusal(429, "TooManyRequests", text, details)


def budget_unread(budget: str) -> Refusal:
    """429: a PodDisruptionBudget whose status does not yet speak of its spec."""
    why = f"The disruption budget {budget} is still being processed by the server."
    details = {"causes": [{"reason": "DisruptionBudget", "message": why}], "retryAfterSeconds": 10}
    text = "Cannot evict pod as it would violate the pod's disruption budget."
    return Refusal(429, "TooManyRequests", text, details)


def many_budgets() -> Refusal:
    """500: an eviction of a pod that two budgets speak of."""
    text = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
    return Refusal(500, "", text)
