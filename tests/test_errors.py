"""Sentences and exit codes of what we raise."""

from __future__ import annotations

import ast
import inspect

import pytest

from nodeview import errors
from nodeview.errors import ApiError, Expired, Forbidden, NodeviewError, NotFound, Unauthorized, api_error


def test_the_hint_is_the_second_sentence() -> None:
    error = NodeviewError("It broke.", hint="Mend it.")
    assert str(error) == "It broke. Mend it."
    assert str(NodeviewError("It broke.")) == "It broke."


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("NodeviewError", 1),
        ("UsageError", 2),
        ("KubeconfigError", 2),
        ("Unreachable", 3),
        ("CredentialError", 4),
        ("Refused", 4),
        ("JournalError", 1),
        ("Incomplete", 1),
        ("ApiError", 1),
        ("Unauthorized", 4),
        ("Forbidden", 4),
        ("NotFound", 1),
        ("Expired", 1),
    ],
)
def test_exit_codes_and_the_tree_in_the_docstring(name: str, code: int) -> None:
    kind = getattr(errors, name)
    assert issubclass(kind, NodeviewError)
    assert kind.exit_code == code
    assert f"{name} " in (errors.__doc__ or "")


def test_every_class_is_drawn_and_listed_above() -> None:
    drawn = errors.__doc__ or ""
    classes = [name for name, value in vars(errors).items() if inspect.isclass(value)]
    assert len(classes) == 13
    assert all(f"{name} " in drawn for name in classes)


@pytest.mark.parametrize(
    ("code", "reason", "kind"),
    [
        (401, "Unauthorized", Unauthorized),
        (403, "Forbidden", Forbidden),
        (404, "NotFound", NotFound),
        (410, "Expired", Expired),
        (410, "", Expired),
        (500, "Expired", Expired),
        (400, "Gone", Expired),
        (409, "Conflict", ApiError),
        (503, "", ApiError),
    ],
)
def test_a_status_becomes_its_kind(code: int, reason: str, kind: type[ApiError]) -> None:
    error = api_error(code, reason, "why", 2.5)
    assert type(error) is kind
    assert (error.code, error.reason, error.message, error.retry_after) == (code, reason, "why", 2.5)


def test_the_sentence_of_a_status() -> None:
    assert str(api_error(403, "Forbidden", 'pods is forbidden: User "a" cannot list.', hint="Ask.")) == (
        'The API server answered 403 Forbidden: pods is forbidden: User "a" cannot list. Ask.'
    )
    assert str(api_error(502)) == "The API server answered 502."


def test_errors_stand_on_the_ground_floor() -> None:
    tree = ast.parse(inspect.getsource(errors))
    imported = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    assert [ast.unparse(node) for node in imported] == ["from __future__ import annotations"]
