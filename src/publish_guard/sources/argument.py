"""Guards the arguments that say where a secret is: whoever passes the secret itself must not see it repeated."""

from __future__ import annotations

from publish_guard.domain.recognise import recognise
from publish_guard.domain.secret import SecretKind
from publish_guard.domain.text import holds_token
from publish_guard.errors import UsageError


def is_a_secret(text: str) -> bool:
    """Return whether `text` is, or holds, a token of PyPI or of another service that is known."""
    seen = recognise(text)
    if seen.token is not None or seen.inside or seen.kind is SecretKind.FOREIGN_TOKEN:
        return True
    return holds_token(text)


def refuse_a_secret(text: str, option: str, wants: str) -> None:
    """Raise UsageError, which repeats nothing of it, where `text` is a secret instead of what `option` wants."""
    if is_a_secret(text):
        raise UsageError(
            f"{option} got what looks like the secret itself; it wants {wants}.",
            "Pass the secret in an environment variable and name it with --env, or pipe it to --stdin. "
            "Command lines are seen by other processes: revoke this one if others share the machine.",
        )
