"""The exact pages of PyPI and TestPyPI that a remedy sends people to (pypi/warehouse, warehouse/routes.py)."""

from __future__ import annotations

from urllib.parse import quote

from publish_guard.domain.case import Case
from publish_guard.domain.known_index import OTHER, PYPI, known_index
from publish_guard.domain.token import Token


def new_token_page(index: str, project: str | None = None) -> str:
    """Return the page on which a token is made, with `project` (a normalized name) chosen in its form already.

    The form compares the parameter with normalized names, and lists only projects that exist
    (warehouse/manage/views/__init__.py, ProvisionMacaroonViews). `index` is the `ident` of a known index; any other
    index has no page of its own, so PyPI's is meant.
    """
    page = f"{_site(index)}/manage/account/token/"
    return page if project is None else f"{page}?selected_project={quote(project, safe='')}"


def tokens_page(index: str) -> str:
    """Return the page that lists an account's tokens with their dates, where one is removed."""
    return f"{_site(index)}/manage/account/#api-tokens"


def publisher_page(index: str, project: str) -> str:
    """Return the page of an existing project on which a Trusted Publisher is added."""
    return f"{_site(index)}/manage/project/{quote(project, safe='')}/settings/publishing/"


def pending_publisher_page(index: str) -> str:
    """Return the page on which a Trusted Publisher is set up for a project that does not exist yet."""
    return f"{_site(index)}/manage/account/publishing/"


def pages_of(case: Case, token: Token | None = None) -> str:
    """Return whose pages help here: the target's; where it has none, or in a sweep, those of the token's own index."""
    if case.target.index != OTHER and not case.sweep:
        return case.target.index
    if token is not None and token.index != OTHER:
        return token.index
    return PYPI.ident


def _site(index: str) -> str:
    return (known_index(index) or PYPI).site
