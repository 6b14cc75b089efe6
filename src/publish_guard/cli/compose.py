"""The composition root: chooses who reads, who judges and who publishes, and hands everything over."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping

from publish_guard.adapters.worker_environment import worker_environment, worker_python
from publish_guard.cli.gather import Gathered, gather
from publish_guard.cli.options import CheckOptions, PublishOptions
from publish_guard.cli.output import Output
from publish_guard.domain.redact import Redactor
from publish_guard.domain.report import Report
from publish_guard.domain.token import TOKEN_USER
from publish_guard.domain.worker import AskWorker, Message


def check(options: CheckOptions, environ: Mapping[str, str], output: Output, redactor: Redactor) -> Report:
    """Return the report of `check`."""
    from publish_guard.services import check as service

    gathered = gather("check", options, environ, _ask_worker(environ, output))
    _tell(redactor, gathered)
    return service.check(gathered.case, fail_on=options.fail_on, remarks=gathered.remarks, problem=gathered.problem)


def publish(options: PublishOptions, environ: Mapping[str, str], output: Output, redactor: Redactor) -> Report:
    """Return the report of `publish`."""
    gc.enable()
    # A wrong interpreter is a mistake of configuration, which is told before anything is judged.
    python = worker_python(environ)
    from publish_guard.adapters.publisher import WorkerPublisher
    from publish_guard.adapters.worker_process import WorkerProcess
    from publish_guard.cli.preload import load_everything
    from publish_guard.services import publish as service

    ask = _ask_worker(environ, output)
    gathered = gather("publish", options.common, environ, ask, skip_existing=options.skip_existing)
    _tell(redactor, gathered)
    case = gathered.case
    values = tuple(secret.value for secret in case.secrets if secret.value)

    def open_publisher() -> WorkerPublisher:
        load_everything()
        worker = WorkerProcess(
            "publish",
            python=python,
            environment=worker_environment(environ, loopback=case.target.loopback, secrets=values),
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
        open_publisher=open_publisher,
        clock=lambda: int(time.time()),
        redactor=redactor,
        progress=output.progress,
        remarks=gathered.remarks,
        problem=gathered.problem,
    )


def _tell(redactor: Redactor, gathered: Gathered) -> None:
    """Let the redactor know every secret of the run before anything is said of them."""
    for secret in gathered.case.secrets:
        if secret.token is not None:
            redactor.add_token(secret.token)
        if secret.value:
            redactor.add_upload(secret.user or TOKEN_USER, secret.value)


def _ask_worker(environ: Mapping[str, str], output: Output) -> AskWorker:
    """Return the way to ask a worker for one thing: a fresh process for each question."""

    def ask(operation: str, request: Message, *, timeout: float) -> Message:
        from publish_guard.adapters.worker_process import ask_once
        from publish_guard.cli.preload import load_everything

        load_everything()
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
    output.share_between_threads()

    def log(line: str) -> None:
        if verbose:
            output.log(line)

    return log
