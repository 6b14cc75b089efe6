"""Another service's credential is named by its issuer, and nothing else is."""

from __future__ import annotations

import base64

import pytest

from publish_guard.domain.foreign import foreign_detail
from publish_guard.domain.recognise import recognise
from publish_guard.domain.secret import SecretKind
from support.tokens import made_token


def _b64(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


# Put together here, so that no scanner takes this file for a leak.
BODY = "0aA1bB2cC3dD4eE5fF6gG7hH8iI9jJ0kK1lL"
JWT = ".".join(_b64(part) for part in ('{"alg":"RS256","typ":"JWT"}', '{"sub":"x"}', "signature"))
HEADER_WITHOUT_ALGORITHM = _b64('{"no":"algorithm"}')
HEADER_TOO_DEEP = _b64('{"a":' + "[" * 2900)
SAMPLES = {
    **{prefix: ("GitHub", prefix + BODY) for prefix in ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_")},
    **{
        prefix: ("GitLab", prefix + BODY)
        for prefix in (
            *("glpat-", "gldt-", "glrt-", "glrtr-", "glcbt-", "glptt-", "glft-"),
            *("glimt-", "glagent-", "gloas-", "glsoat-", "glffct-", "glwt-"),
        )
    },
    "routable-gitlab": ("GitLab", f"glpat-{BODY}.01.0w1a2b3c4"),
    "npm": ("npm", f"npm_{BODY}"),
    "aws": ("AWS", "AKIA" + "ABCDEFGH234567AB"),
    "aws-session": ("AWS", "ASIA" + "ABCDEFGH234567AB"),
    "jwt": ("JSON Web Token", JWT),
    "devpi": ("devpi", "devpi-" + made_token().removeprefix("pypi-")),
    "azure": ("Azure DevOps", "A" * 76 + "AZDO" + "1a2B"),
    "docker": ("Docker Hub", f"dckr_pat_{BODY}"),
    "rubygems": ("RubyGems", f"rubygems_{BODY}"),
    "artifactory": ("JFrog", _b64("reftkn:01:1795330800:x") + BODY),
    "google": ("Google service account", '{"type": "service_account", "private_key": "x"}'),
}


@pytest.mark.parametrize(("owner", "text"), SAMPLES.values(), ids=SAMPLES)
def test_foreign_credential_is_named_by_its_issuer(owner: str, text: str) -> None:
    """The detail names whose credential it looks like, also quoted and behind Bearer."""
    seen = recognise(text)
    assert seen.kind is SecretKind.FOREIGN_TOKEN
    assert owner in (seen.detail or "")
    if not text.startswith("{"):
        for wrapped in (f'"{text}"', f"Bearer {text}", f"\ufeff{text}"):
            assert recognise(wrapped) == seen


@pytest.mark.parametrize(
    "text",
    [
        "ghp_short",
        f"ghp_{BODY} and more words",
        "AKIA" + "abcdefgh234567ab",
        "AKIA" + "ABCDEFGH234567ABC",
        "eyJhbGciOiJSUzI1NiJ9",
        "eyJhbGciOiJSUzI1NiJ9.e30",
        f"{HEADER_WITHOUT_ALGORITHM}.e30.c2ln",
        f"{HEADER_TOO_DEEP}.e30.c2ln",
        "eyJ=.a.bbbbbbbbbbbbbbbbbb",
        "eyJ" + "a" * 5000 + ".b.c",
        "devpi-is-a-fine-index-server",
        "A" * 76 + "azdo" + "1a2B",
    ],
    ids=range(12),
)
def test_near_misses_are_not_claimed(text: str) -> None:
    """Too short, more than one word, another alphabet, or a header that names no algorithm: not a foreign token."""
    assert foreign_detail(text) is None
