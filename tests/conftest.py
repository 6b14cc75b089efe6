"""What every test stands on: how long hypothesis may look, and a process that does not know which CI it runs in."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

# "ci" is bounded, and looks at the same examples in every run: what is red for one change was not made red by chance.
# Chance is for runs by hand (CONTRIBUTING.md): "wide" takes minutes, "long" hours (HYPOTHESIS_PROFILE=wide).
# No database: what was found is printed and becomes an explicit example, and a run leaves no files behind.
settings.register_profile(
    "ci",
    max_examples=250,
    derandomize=True,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("wide", settings.get_profile("ci"), derandomize=False, max_examples=2_000)
settings.register_profile("long", settings.get_profile("wide"), max_examples=20_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

_CI_VARIABLES = ("GITHUB_", "GITLAB_", "CI_", "ACTIONS_", "RUNNER_", "TWINE_", "PYPI_", "PUBLISH_GUARD_")
_SWITCHES = ("CI", "NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE")


@pytest.fixture(autouse=True)
def _no_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what the surrounding CI says, so that a test sees only what it sets itself."""
    for name in list(os.environ):
        if name in _SWITCHES or name.startswith(_CI_VARIABLES):
            monkeypatch.delenv(name)
