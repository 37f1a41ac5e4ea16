"""The AWS profile that a kubeconfig's user signs in with: the one whose account the cluster is in."""

from __future__ import annotations

import os

from nodeview.errors import KubeconfigError
from nodeview.wire.kubeconfig import Entry


def aws_profile_of(user: Entry | None) -> str | None:
    """The profile that the user's exec entry names, as argument or variable; None where AWS's own chain decides.

    Raises nothing: what is wrong with the entry is said, if it matters, by who runs it.
    """
    try:
        plugin = user.part("exec") if user is not None else None
        return _named_by(plugin) if plugin is not None else None
    except KubeconfigError:
        return None


def _named_by(plugin: Entry) -> str | None:
    arguments = plugin.texts("args")
    if any(os.path.basename(word).startswith("aws") for word in (plugin.text("command"), *arguments)):
        words = iter(arguments)
        for word in words:
            option, _, value = word.partition("=")
            if option == "--profile" and (named := value or next(words, "")):
                return named
    names = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")
    said = {part.text("name"): part.text("value") for part in plugin.parts("env")}
    return next((said[name] for name in names if said.get(name)), None)
