"""The composition root: chooses who reads, who judges and who publishes, and hands everything over."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from publish_guard.adapters.run import run_from_environment
from publish_guard.adapters.worker_environment import worker_environment, worker_python
from publish_guard.cli.options import CheckOptions, PublishOptions, SourceOptions
from publish_guard.cli.output import Output
from publish_guard.domain.case import Case
from publish_guard.domain.distribution import Distribution, Stray
from publish_guard.domain.policy import Policy
from publish_guard.domain.record import replace
from publish_guard.domain.redact import Redactor
from publish_guard.domain.report import Report
from publish_guard.domain.secret import StoredSecret
from publish_guard.domain.target import Target, parse_target
from publish_guard.domain.worker import AskWorker, Message
from publish_guard.errors import UsageError
from publish_guard.rules.registry import ALL_RULES, judge, rule_named
from publish_guard.sources.policy_file import find_policy

TOKEN_USER = "__token__"  # noqa: S105 - the user that every API token goes with


def check(options: CheckOptions, environ: Mapping[str, str], output: Output, redactor: Redactor) -> Report:
    """Return the report of `check`."""
    from publish_guard.services import check as service

    case, remarks = _case("check", options, environ, output, redactor)
    return service.check(case, judge=judge, refuses_always=_refuses_always, fail_on=options.fail_on, remarks=remarks)


def publish(options: PublishOptions, environ: Mapping[str, str], output: Output, redactor: Redactor) -> Report:
    """Return the report of `publish`."""
    from publish_guard.adapters.publisher import WorkerPublisher
    from publish_guard.adapters.worker_process import WorkerProcess
    from publish_guard.services import publish as service

    case, remarks = _case("publish", options.common, environ, output, redactor)
    case = replace(case, skip_existing=options.skip_existing)
    if case.reads_macaroons and options.user not in (None, TOKEN_USER):
        raise UsageError(
            "This index takes API tokens, and an API token's user is always __token__.", "Leave --user out."
        )
    narrowing = options.narrow and case.policy.narrow
    if case.reads_macaroons and not narrowing:
        remarks = (*remarks, "Narrowing is off: twine gets the stored token itself.")
    values = tuple(secret.value for secret in case.secrets if secret.value)

    def open_publisher() -> WorkerPublisher:
        worker = WorkerProcess(
            "publish",
            python=worker_python(environ),
            environment=worker_environment(environ, secrets=values),
            log=_log(output, verbose=options.verbose),
        )
        return WorkerPublisher(worker, case.target, redactor=redactor, verbose=options.verbose)

    return service.publish(
        case,
        service.ReleaseOptions(
            user=options.user,
            verify_metadata=options.verify_metadata,
            narrow=options.narrow,
            dry_run=options.dry_run,
            fail_on=options.common.fail_on,
        ),
        judge=judge,
        refuses_always=_refuses_always,
        open_publisher=open_publisher,
        clock=lambda: int(time.time()),
        redactor=redactor,
        progress=output.progress,
        remarks=remarks,
    )


def _refuses_always(ident: str) -> bool:
    return rule_named(ident).always


def _case(
    command: str, options: CheckOptions, environ: Mapping[str, str], output: Output, redactor: Redactor
) -> tuple[Case, tuple[str, ...]]:
    """Gather what the rules judge by, and what the report should say about where it came from."""
    target = parse_target(options.repository_url)
    ask = _ask_worker(environ, output)
    policy = _policy(options, ask)
    distributions, strays = _distributions(options)
    sweep = command == "check" and options.sources.all_env
    expected, remarks = _expected_projects(command, options, sweep=sweep)
    secrets = _secrets(options.sources, environ, target, ask)
    for secret in secrets:
        if secret.token is not None:
            redactor.add_token(secret.token)
        if secret.value:
            redactor.add_upload(secret.user or TOKEN_USER, secret.value)
    case = Case(
        command="publish" if command == "publish" else "check",
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
    )
    return case, remarks


def _expected_projects(command: str, options: CheckOptions, *, sweep: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the projects that the secret must reach, and a remark where they were not named on the command line."""
    named = tuple(sorted(set(options.projects)))
    if named or options.dists or sweep or command == "publish":
        return named, ()
    from publish_guard.adapters.project import project_of

    project = project_of(Path("pyproject.toml"))
    if project is None:
        return (), ("No project is expected: none was named, and ./pyproject.toml names none.",)
    return (project,), (f"Expecting the project {project}, which ./pyproject.toml names.",)


def _policy(options: CheckOptions, ask: AskWorker) -> Policy:
    lowest = {rule.ident: rule.lowest for rule in ALL_RULES}
    return find_policy(Path(), options.policy, ask=ask, lowest=lowest)


def _distributions(options: CheckOptions) -> tuple[tuple[Distribution, ...], tuple[Stray, ...]]:
    if not options.dists:
        return (), ()
    from publish_guard.adapters.distributions import gather

    return gather([Path(path) for path in options.dists])


def _secrets(
    sources: SourceOptions, environ: Mapping[str, str], target: Target, ask: AskWorker
) -> tuple[StoredSecret, ...]:
    """Read every source that was named, in the order of the help text; the default variables where none was."""
    from publish_guard.sources import environment

    found: list[StoredSecret] = []
    if not sources.given:
        found += environment.from_environment(environ, environment.default_names(environ))
    if sources.env:
        found += environment.from_environment(environ, sources.env)
    if sources.stdin:
        from publish_guard.sources.stdin import from_stdin

        found += from_stdin(sys.stdin.buffer if sys.stdin is not None else None, monotonic=time.monotonic)
        # Whoever may look at our open files finds the secret there no more.
        os.dup2(os.open(os.devnull, os.O_RDONLY), sys.stdin.fileno())
    for path in sources.files:
        from publish_guard.sources.file import from_file

        found += from_file(path)
    if sources.pypirc is not None:
        from publish_guard.sources.pypirc import from_pypirc

        found += from_pypirc(sources.pypirc or None, repository_url=target.url, environ=environ)
    if sources.keyring:
        from publish_guard.sources.keyring_store import from_keyring

        found.append(from_keyring(ask, service=target.url, user=TOKEN_USER))
    if sources.all_env:
        from publish_guard.sources.sweep import from_all_environment

        found += from_all_environment(environ)
    # What was named counts before what a sweep happens to find under the same id.
    return tuple({secret.id: secret for secret in reversed(found)}.values())[::-1]


def _ask_worker(environ: Mapping[str, str], output: Output) -> AskWorker:
    """Return the way to ask a worker for one thing: a fresh process for each question."""

    def ask(operation: str, request: Message, *, timeout: float) -> Message:
        from publish_guard.adapters.worker_process import ask_once

        return ask_once(
            operation,
            request,
            timeout=timeout,
            python=worker_python(environ),
            environment=worker_environment(environ, for_keyring=operation == "read_keyring"),
            log=_log(output, verbose=False),
        )

    return ask


def _log(output: Output, *, verbose: bool) -> Callable[[str], None]:
    def log(line: str) -> None:
        if verbose:
            output.progress(line)

    return log
