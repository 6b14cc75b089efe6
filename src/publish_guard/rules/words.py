"""How rules speak: where a secret is kept, which token to make instead. Never a secret's value."""

from __future__ import annotations

from publish_guard.domain.case import Case
from publish_guard.domain.secret import StoredSecret
from publish_guard.domain.text import listed, shown
from publish_guard.domain.token import Token
from publish_guard.rules.links import new_token_page, pages_of


def place(secret: StoredSecret) -> str:
    """Return where the secret is kept, as it stands in "the token in ...": an environment variable's bare name."""
    name = shown(secret.name)
    match secret.source:
        case "environment":
            return name
        case "stdin":
            return "standard input"
        case "file":
            return f"the file {name}"
        case "pypirc":
            return f".pypirc ({name})"
        case "keyring":
            return f"the keyring ({name})"
        case _:
            return f"{shown(secret.source)} ({name})"


def new_token(case: Case, secret: StoredSecret | None = None, project: str | None = None) -> str:
    """Return what to do to have the right token, without a full stop: which to make, on which page, where to put it.

    `project` is the one that it should reach; without it, the one that this release publishes, if it is only one.
    """
    index = pages_of(case, secret.token if secret else None)
    projects = case.published_projects if project is None else (project,)
    if len(projects) == 1:
        what = f"make a token for {projects[0]} alone at {new_token_page(index, projects[0])}"
    elif projects:
        what = f"make one token for each of {listed(projects)} at {new_token_page(index)}"
    else:
        what = f"make a token for the one project that needs it at {new_token_page(index)}"
    return what if secret is None else f"{what} and store it in {place(secret)}"


def sentence(text: str) -> str:
    """Return the text as a sentence: with a capital letter at its beginning and a full stop at its end."""
    text = text.rstrip(". ")
    return f"{text[:1].upper()}{text[1:]}."


def file_of(case: Case, project: str) -> str | None:
    """Return the path of the project's distribution where it is the only one, so that a finding can name it."""
    paths = [distribution.path for distribution in case.distributions if distribution.project == project]
    return paths[0] if len(paths) == 1 else None


def narrowed_account_token(token: Token) -> bool:
    """Return whether the token is an account-wide one that somebody narrowed to names, which may create a project.

    Observed on the server: a token that carries a user and a name, but no id, publishes a first release.
    """
    kinds = {caveat.kind for caveat in token.caveats}
    return "request-user" in kinds and "project-id" not in kinds
