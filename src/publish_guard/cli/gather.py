"""Gathers what the rules judge by: the policy, the distributions, the secrets and where they go."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal

from publish_guard.adapters.run import run_from_environment
from publish_guard.cli.options import CheckOptions, SourceOptions
from publish_guard.domain.case import Case
from publish_guard.domain.distribution import Distribution, Stray
from publish_guard.domain.record import record
from publish_guard.domain.secret import StoredSecret
from publish_guard.domain.target import Target, parse_target
from publish_guard.domain.token import TOKEN_USER
from publish_guard.domain.worker import AskWorker
from publish_guard.errors import FailureError, NothingToCheckError, PublishGuardError
from publish_guard.rules.registry import ALL_RULES
from publish_guard.sources.policy_file import find_policy

Secrets = tuple[StoredSecret, ...]


@record
class Gathered:
    """The case, what the report says of where it came from, and what kept a source from being read, if anything."""

    case: Case
    remarks: tuple[str, ...]
    problem: PublishGuardError | None


def gather(
    command: Literal["check", "publish"],
    options: CheckOptions,
    environ: Mapping[str, str],
    ask: AskWorker,
    *,
    skip_existing: bool = False,
) -> Gathered:
    """Return everything that is judged. Raises UsageError for what the command line or a policy has wrong."""
    target = parse_target(options.repository_url)
    # Before the first worker starts: it could look over the shoulder of whoever still writes a secret into our pipe.
    secrets, problem = _secrets(_readers(options.sources, environ, target))
    policy = find_policy(Path(), options.policy, ask=ask, lowest={rule.ident: rule.lowest for rule in ALL_RULES})
    distributions, strays, nothing = _distributions(options)
    sweep = command == "check" and options.sources.only_all_env and not options.projects and not options.dists
    expected, remarks = _expected_projects(command, options)
    if options.sources.keyring:
        kept, locked = _secrets([lambda: _read_keyring(ask, target)])
        secrets, problem = (*secrets, *kept), problem or locked
    case = Case(
        command=command,
        secrets=secrets,
        target=target,
        policy=policy,
        now=int(time.time()),
        run=run_from_environment(environ),
        expected_projects=expected,
        distributions=distributions,
        strays=strays,
        sweep=sweep,
        allow_account_wide=options.allow_account_wide,
        skip_existing=skip_existing,
    )
    return Gathered(case, remarks, problem or nothing)


def _expected_projects(command: str, options: CheckOptions) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the projects that the secret must reach, and a remark where they were not named on the command line."""
    named = tuple(sorted(set(options.projects)))
    if named or options.dists or options.sources.all_env or command == "publish":
        return named, ()
    from publish_guard.sources.pyproject import project_of

    project = project_of(Path("pyproject.toml"))
    if project is None:
        return (), ("No project is expected: none was named, and ./pyproject.toml names none.",)
    return (project,), (f"Expecting the project {project}, which ./pyproject.toml names.",)


def _distributions(
    options: CheckOptions,
) -> tuple[tuple[Distribution, ...], tuple[Stray, ...], NothingToCheckError | None]:
    """Return the distributions, what else lies there, and that there is nothing where a pattern or folder is empty."""
    if not options.dists:
        return (), (), None
    from publish_guard.adapters.distributions import gather as gather_distributions

    try:
        distributions, strays = gather_distributions([Path(path) for path in options.dists])
    except NothingToCheckError as error:
        return (), (), error
    if distributions:
        return distributions, strays, None
    return (
        (),
        strays,
        NothingToCheckError(
            "There is no distribution to look at.",
            "Name the files that the build made, such as dist/*, and check that the build ran.",
        ),
    )


def _secrets(readers: Iterable[Callable[[], Secrets]]) -> tuple[Secrets, FailureError | None]:
    """Read every source. One that fails does not hide what the others hold: its error comes along."""
    found: dict[str, StoredSecret] = {}
    problem: FailureError | None = None
    for read in readers:
        try:
            secrets = read()
        except FailureError as error:
            problem = problem or error
            continue
        for secret in secrets:
            # What was named counts before what a sweep happens to find under the same id.
            found.setdefault(secret.id, secret)
    return tuple(found.values()), problem


def _readers(sources: SourceOptions, environ: Mapping[str, str], target: Target) -> Iterator[Callable[[], Secrets]]:
    """Yield the sources that need no worker, in the order of the help text; without any, the default variables."""
    # Each source is imported where it is asked for: a start pays for no other.
    from publish_guard.sources import environment

    if not sources.given:
        yield lambda: environment.from_environment(environ, environment.default_names(environ))
    if sources.env:
        yield lambda: environment.from_environment(environ, sources.env)
    if sources.stdin:
        yield _read_stdin
    for path in sources.files:
        from publish_guard.sources.file import from_file

        yield lambda path=path: from_file(path)  # type: ignore[misc] # the path of this turn of the loop
    if sources.pypirc is not None:
        from publish_guard.sources.pypirc import from_pypirc

        yield lambda: from_pypirc(sources.pypirc or None, repository_url=target.url, environ=environ)
    if sources.all_env:
        from publish_guard.sources.sweep import from_all_environment

        yield lambda: from_all_environment(environ)


def _read_keyring(ask: AskWorker, target: Target) -> Secrets:
    from publish_guard.sources.keyring_store import from_keyring

    return (from_keyring(ask, service=target.url, user=TOKEN_USER),)


def _read_stdin() -> Secrets:
    from publish_guard.sources.stdin import from_stdin

    if sys.stdin is None:
        return from_stdin(None, monotonic=time.monotonic)
    secrets = from_stdin(sys.stdin.buffer, monotonic=time.monotonic)
    # Whoever may look at our open files finds the secret there no more.
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, sys.stdin.fileno())
    os.close(nothing)
    return secrets
