"""publish-guard: reads a PyPI token before it is used, refuses what reaches too far, publishes with a narrowed copy.

The public Python interface is what `__all__` names; it needs nothing but the standard library.
"""

from __future__ import annotations

__version__ = "0.1.0"

# Not from `typing`: every start of the command line would pay for that import, and type checkers know the name.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from publish_guard.domain.scope import AccountWide, ProjectScoped, Scope, Unreadable, Unusable, Validity
    from publish_guard.domain.token import Token, TokenError

__all__ = [
    "AccountWide",
    "ProjectScoped",
    "Scope",
    "Token",
    "TokenError",
    "Unreadable",
    "Unusable",
    "Validity",
    "__version__",
]

_TOKEN_NAMES = ("Token", "TokenError")


def __getattr__(name: str) -> object:
    # Loaded when first asked for: the command line starts without paying for what it does not use.
    if name in __all__:
        from publish_guard.domain import scope, token

        return getattr(token if name in _TOKEN_NAMES else scope, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
