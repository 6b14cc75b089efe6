"""Credentials of other services that are put where a PyPI token belongs, told by what their issuers write first.

Only forms that belong to one service for certain are here; whatever else is opaque stays unnamed.
"""

from __future__ import annotations

import base64
import json
import re

from publish_guard.domain.token import PREFIX, Token, TokenError

_GITHUB = "it looks like a GitHub token"
_GITLAB = "it looks like a GitLab token"

# The shortest of these has twenty characters; a password that happens to begin so is rarely as long.
_MIN_LENGTH = 20
_PREFIXES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (_GITHUB, ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_")),
    # docs.gitlab.com, "Token overview", section "Token prefixes".
    (
        _GITLAB,
        (
            *("glpat-", "gldt-", "glrt-", "glrtr-", "glcbt-", "glptt-", "glft-"),
            *("glimt-", "glagent-", "gloas-", "glsoat-", "glffct-", "glwt-"),
        ),
    ),
    ("it looks like an npm token", ("npm_",)),
    ("it looks like a Docker Hub token", ("dckr_pat_", "dckr_oat_")),
    ("it looks like a RubyGems token", ("rubygems_",)),
    ("it looks like a Hugging Face token", ("hf_",)),
    ("it looks like a Slack token", ("xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-")),
    ("it looks like a Google credential", ("AIza", "ya29.")),
    # "reftkn" in base64 begins every reference token of Artifactory.
    ("it looks like a JFrog Artifactory token", ("cmVmdGtu", "AKCp")),
)
_AWS = "it looks like the id of an AWS access key"
_AZURE = "it looks like an Azure DevOps token"
_DEVPI = "it looks like a devpi token"
_JWT = "it looks like a JSON Web Token, such as an OIDC token of a CI job"
_GOOGLE_ACCOUNT = "it looks like the key file of a Google service account"

_WORD = re.compile(r"[A-Za-z0-9_.=+/~-]+").fullmatch
_AWS_KEY_ID = re.compile(r"(?:AKIA|ASIA)[A-Z2-7]{16}").fullmatch
_AZURE_TOKEN = re.compile(r"[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}").fullmatch
_DEVPI_PREFIX = "devpi-"
_JWT_PREFIX = "eyJ"
_MAX_JWT_HEADER = 4096


def foreign_detail(body: str) -> str | None:
    """Return a clause that says whose credential `body` looks like, or None; takes linear time and never raises."""
    if body.startswith("{") and '"service_account"' in body and '"private_key"' in body:
        return _GOOGLE_ACCOUNT
    if len(body) < _MIN_LENGTH or _WORD(body) is None:
        return None
    for detail, prefixes in _PREFIXES:
        if body.startswith(prefixes):
            return detail
    if _AWS_KEY_ID(body):
        return _AWS
    if _AZURE_TOKEN(body):
        return _AZURE
    if body.startswith(_DEVPI_PREFIX) and _is_devpi_token(body):
        return _DEVPI
    if body.startswith(_JWT_PREFIX) and _is_json_web_token(body):
        return _JWT
    return None


def _is_devpi_token(body: str) -> bool:
    """Return whether it is a macaroon behind devpi's own prefix (the plugin devpi-tokens)."""
    try:
        Token.parse(PREFIX + body[len(_DEVPI_PREFIX) :])
    except TokenError:
        return False
    return True


def _is_json_web_token(body: str) -> bool:
    """Return whether it has a JOSE header that names an algorithm (RFC 7515, compact serialization)."""
    header, *rest = body.split(".", 5)
    if len(rest) not in (2, 4) or len(header) > _MAX_JWT_HEADER:
        return False
    try:
        value: object = json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and "alg" in value
