"""`publish`: judge, ask the index, check the metadata, narrow, hand over, and say what became of each file."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from publish_guard.domain.case import Case, IndexState, MetadataProblem
from publish_guard.domain.distribution import Distribution
from publish_guard.domain.finding import Finding, Severity
from publish_guard.domain.publisher import Publisher
from publish_guard.domain.record import record, replace
from publish_guard.domain.redact import Redactor
from publish_guard.domain.report import Report, ReportError, Upload, Verdict
from publish_guard.domain.secret import StoredSecret
from publish_guard.errors import ExitCode, FailureError, NothingToCheckError
from publish_guard.services.assignment import assign
from publish_guard.services.judgement import Judge, RefusesAlways, conclude, rollout_remarks
from publish_guard.services.narrowing import narrows, upload_password

Progress = Callable[[str], None]


@record
class ReleaseOptions:
    """What the command line asked of a release. `user` is None where the index decides it (`__token__`)."""

    user: str | None = None
    verify_metadata: bool = True
    narrow: bool = True
    dry_run: bool = False
    fail_on: Severity = Severity.ERROR


def publish(
    case: Case,
    options: ReleaseOptions,
    *,
    judge: Judge,
    refuses_always: RefusesAlways,
    open_publisher: Callable[[], AbstractContextManager[Publisher]],
    clock: Callable[[], int],
    redactor: Redactor,
    progress: Progress,
    remarks: tuple[str, ...] = (),
) -> Report:
    """Return the report on a release; nothing is sent where a rule refuses it, or `fail_on` is met.

    Raises NothingToCheckError where there is no distribution, FailureError where the worker or its Python fails.
    """
    release = _Release(case, options, judge, refuses_always, clock, redactor, progress, remarks)
    findings = judge(case)
    verdict, exit_code = release.conclude(findings)
    if exit_code is not ExitCode.CLEAN:
        return release.stopped(findings, verdict, exit_code)
    if not case.distributions:
        raise NothingToCheckError(
            "There is no distribution to publish.",
            "Name the files that the build made, such as dist/*, and check that the build ran.",
        )
    with open_publisher() as publisher:
        return release.run(publisher)


@dataclass
class _Release:
    """One release on its way; the case grows as the index and twine are asked."""

    case: Case
    options: ReleaseOptions
    judge: Judge
    refuses_always: RefusesAlways
    clock: Callable[[], int]
    redactor: Redactor
    progress: Progress
    remarks: tuple[str, ...]

    def conclude(self, findings: tuple[Finding, ...]) -> tuple[Verdict, ExitCode]:
        return conclude(findings, self.case, refuses_always=self.refuses_always, fail_on=self.options.fail_on)

    def run(self, publisher: Publisher) -> Report:
        state = self._ask_index(publisher)
        problems = self._check_metadata(publisher) if self.options.verify_metadata else ()
        self.case = replace(self.case, index_state=state, metadata_problems=problems)
        findings = self.judge(self.case)
        verdict, exit_code = self.conclude(findings)
        if exit_code is not ExitCode.CLEAN:
            return self.stopped(findings, verdict, exit_code)
        uploads = self._send_all(publisher)
        failed = [upload for upload in uploads if upload.outcome in ("failed", "in-doubt", "not-attempted")]
        if not failed:
            return self.report(findings, verdict, exit_code, uploads)
        error = ReportError(
            f"{len(failed)} of {len(uploads)} files were not published.",
            "See what the index says of the first of them; run the same command again when it is mended.",
        )
        return self.report(findings, "failed", ExitCode.FAILURE, uploads, error)

    def stopped(self, findings: tuple[Finding, ...], verdict: Verdict, exit_code: ExitCode) -> Report:
        return self.report(
            findings, verdict, exit_code, tuple(Upload(dist.path, "not-attempted") for dist in self.case.distributions)
        )

    def report(
        self,
        findings: tuple[Finding, ...],
        verdict: Verdict,
        exit_code: ExitCode,
        uploads: tuple[Upload, ...],
        error: ReportError | None = None,
    ) -> Report:
        return Report(
            command="publish",
            verdict=verdict,
            exit_code=exit_code,
            generated_at=self.case.now,
            case=self.case,
            findings=findings,
            uploads=uploads,
            assignment=tuple((path, secret.id) for path, secret in assign(self.case).items()),
            error=error,
            remarks=(*self.remarks, *rollout_remarks(findings, self.case)),
        )

    def _ask_index(self, publisher: Publisher) -> IndexState:
        """Return what the index has of this release's projects, or why that is not known."""
        projects: dict[str, dict[str, str | None] | None] = {}
        try:
            for project in self.case.published_projects:
                listed = publisher.list_files(project)
                if not listed.asked:
                    return IndexState(problem="nobody knows where this index lists its files")
                projects[project] = None if listed.files is None else dict(listed.files)
        except FailureError as error:
            self.remarks = (*self.remarks, f"What the index already has is not known: {error.message}")
            return IndexState(problem=error.message)
        return IndexState(projects)

    def _check_metadata(self, publisher: Publisher) -> tuple[MetadataProblem, ...]:
        problems: list[MetadataProblem] = []
        for distribution in self.case.distributions:
            errors, warnings = publisher.check_metadata(distribution)
            problems += [MetadataProblem(distribution.path, message) for message in errors]
            problems += [MetadataProblem(distribution.path, message, strict_only=True) for message in warnings]
        return tuple(problems)

    def _send_all(self, publisher: Publisher) -> tuple[Upload, ...]:
        secrets = assign(self.case)
        uploads: list[Upload] = []
        broken = False
        for distribution in self.case.distributions:
            if broken:
                uploads.append(Upload(distribution.path, "not-attempted"))
                continue
            upload = self._already_there(distribution) or self._send(
                publisher, distribution, secrets[distribution.path]
            )
            self.progress(f"{distribution.filename}: {upload.outcome}")
            uploads.append(upload)
            broken = upload.outcome in ("failed", "in-doubt")
        return tuple(uploads)

    def _already_there(self, distribution: Distribution) -> Upload | None:
        state = self.case.index_state
        files = state.projects.get(distribution.project) if state is not None else None
        if not files or distribution.filename not in files:
            return None
        if files[distribution.filename] == distribution.sha256:
            return Upload(distribution.path, "already-there")
        return Upload(distribution.path, "skipped") if self.case.skip_existing else None

    def _send(self, publisher: Publisher, distribution: Distribution, secret: StoredSecret) -> Upload:
        if self.options.dry_run:
            return Upload(distribution.path, "would-upload")
        narrow = narrows(self.case, requested=self.options.narrow)
        password = upload_password(secret, distribution, self.case, narrow=narrow, now=self.clock())
        user = self.options.user or ("__token__" if secret.token is not None else secret.user) or "__token__"
        self.redactor.add_upload(user, password)
        return publisher.upload(distribution, user=user, password=password)
