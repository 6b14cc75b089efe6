"""A report for people, on a terminal or in a CI log. ASCII but for what came from outside; one verdict, last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Protocol

from publish_guard.domain.case import Case
from publish_guard.domain.distribution import Distribution
from publish_guard.domain.finding import Finding, Severity
from publish_guard.domain.policy import Policy
from publish_guard.domain.report import Report, Upload
from publish_guard.domain.secret import StoredSecret
from publish_guard.domain.text import listed
from publish_guard.reporters.lines import clean, disarm, name, wrapped
from publish_guard.reporters.words import (
    KIND_WORDS,
    age_words,
    count,
    issued_words,
    scope_words,
    size_words,
    validity_words,
)

# So many digits tell two policies of a project apart, and fit on the line.
_DIGEST_LENGTH = 12

_FILETYPES = {"bdist_wheel": "wheel", "sdist": "source distribution"}

# SGR codes of the words that carry the weight; nothing else is coloured.
_COLOURS = {
    "error": "1;31",
    "warning": "1;33",
    "note": "36",
    "refused": "1;31",
    "failed": "1;31",
    "warned": "1;33",
    "ok": "1;32",
    "uploaded": "32",
    "in-doubt": "1;33",
}


class Stream(Protocol):
    """What `use_colour` asks of an output stream."""

    def isatty(self) -> bool:
        """Return whether a person's terminal is at the other end."""
        ...


def use_colour(stream: Stream, environ: Mapping[str, str]) -> bool:
    """Return whether to colour: NO_COLOR says no, else FORCE_COLOR yes, else a terminal that is not a dumb one.

    Either variable counts when it is set and not empty, whatever it holds (no-color.org, force-color.org).
    """
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return True
    return environ.get("TERM") != "dumb" and stream.isatty()


def render_text(report: Report, *, colour: bool, width: int, print_hash: bool = False) -> str:
    """Return the report in lines of about `width` characters, ending in a line break.

    `print_hash` adds the digests of each distribution. The last line is the verdict and what was counted.
    """
    blocks: list[list[str]] = []
    case = report.case
    if case is not None:
        blocks.append(wrapped("index", _target(case), width) + wrapped("policy", _policy(case.policy), width))
        blocks.extend(_secret(secret, case, width) for secret in case.secrets)
        names = {secret.id: secret.name for secret in case.secrets}
        assignment = {path: names.get(ident, ident) for path, ident in report.assignment}
        blocks.append(
            [line for dist in case.distributions for line in _distribution(dist, assignment, print_hash=print_hash)]
        )
    loud = (finding for finding in report.findings if finding.severity is not Severity.NOTE)
    blocks.extend(_finding(finding, width) for finding in sorted(loud, key=lambda item: -item.severity.weight))
    notes = (finding for finding in report.findings if finding.severity is Severity.NOTE)
    blocks.append([line for finding in notes for line in wrapped(_label(finding), clean(finding.message), width)])
    projects = {dist.path: dist.project for dist in case.distributions} if case is not None else {}
    blocks.append([line for upload in report.uploads for line in _upload(upload, projects.get(upload.path), width)])
    blocks.append([line for remark in report.remarks for line in wrapped("remark", clean(remark), width)])
    if report.error is not None:
        blocks.append(_labelled("error", clean(report.error.message), clean(report.error.remedy), width))
    blocks.append([_verdict(report)])
    return "".join(f"{line}\n" for line in _joined(blocks, colour=colour))


def _joined(blocks: Iterable[list[str]], *, colour: bool) -> Iterator[str]:
    """Yield the lines of all blocks, an empty one between two, each harmless and its first word coloured if asked."""
    first = True
    for block in blocks:
        if block and not first:
            yield ""
        for line in block:
            first = False
            safe = disarm(line)
            yield _coloured(safe) if colour else safe


def _coloured(line: str) -> str:
    for end, character in enumerate(line):
        if not (character.isalpha() or character == "-"):
            code = _COLOURS.get(line[:end])
            return f"\x1b[{code}m{line[:end]}\x1b[0m{line[end:]}" if code else line
    return line


def _target(case: Case) -> str:
    index = "another index" if case.target.index == "other" else case.target.index
    text = f"{index} at {clean(case.target.url)}"
    return f"{text}, expecting {listed(case.expected_projects)}" if case.expected_projects else text


def _policy(policy: Policy) -> str:
    """Return where the policy stands, with the beginning of its digest where it is not the built-in one."""
    origin = name(policy.origin)
    digest = policy.digest.removeprefix("sha256:")[:_DIGEST_LENGTH]
    return origin if policy.origin == Policy().origin or not digest else f"{origin} (sha256:{digest})"


def _secret(secret: StoredSecret, case: Case, width: int) -> list[str]:
    lines = wrapped("secret", f"{name(secret.name)} ({name(secret.source)})", width)
    token = secret.token
    if token is None:
        kind = KIND_WORDS[secret.kind]
        detail = f" ({clean(secret.detail)})" if secret.detail and secret.detail != kind else ""
        return lines + wrapped("kind", kind + detail, width, indent=1)
    facts = {
        "scope": scope_words(token),
        "issued": issued_words(token),
        "valid": validity_words(token.validity, case.now),
        "age": age_words(case.age(secret)),
        "fingerprint": token.fingerprint,
    }
    return lines + [line for label, text in facts.items() for line in wrapped(label, text, width, indent=1)]


def _distribution(dist: Distribution, assignment: Mapping[str, str], *, print_hash: bool) -> Iterator[str]:
    secret = assignment.get(dist.path)
    using = f", with {name(secret)}" if secret is not None else ""
    yield (
        f"file {name(dist.path)}: {name(dist.name)} {name(dist.version)}, "
        f"{_FILETYPES[dist.filetype]}, {size_words(dist.size)}{using}"
    )
    if print_hash:
        yield f"  sha256:      {dist.sha256}"
        yield f"  blake2b-256: {dist.blake2b_256}"
        yield f"  md5:         {dist.md5}"


def _finding(finding: Finding, width: int) -> list[str]:
    return _labelled(_label(finding), clean(finding.message), clean(finding.remedy), width, rule=finding.url)


def _labelled(label: str, cause: str, remedy: str, width: int, *, rule: str | None = None) -> list[str]:
    lines = wrapped(label, cause, width)
    if rule is not None:
        lines += wrapped("rule", rule, width, indent=1)
    if remedy:
        lines += wrapped("remedy", remedy, width, indent=1)
    return lines


def _label(finding: Finding) -> str:
    return f"{finding.severity.value}[{finding.rule}]"


def _upload(upload: Upload, project: str | None, width: int) -> list[str]:
    facts = []
    if upload.status is not None:
        facts.append(f"HTTP {upload.status}")
    if upload.attempts > 1:
        facts.append(f"{upload.attempts} attempts")
    shown = name(upload.path) + (f" ({', '.join(facts)})" if facts else "") + _copy(upload, project)
    told = upload.cause or upload.url
    lines = [f"{upload.outcome} {shown}" + (f": {clean(told)}" if told else "")]
    if upload.message:
        lines += wrapped("the index says", clean(upload.message), width, indent=1)
    if upload.remedy:
        lines += wrapped("remedy", clean(upload.remedy), width, indent=1)
    if upload.cause and upload.url:
        lines += wrapped("url", clean(upload.url), width, indent=1)
    return lines


def _copy(upload: Upload, project: str | None) -> str:
    """Return what was sent with the file in place of the token, or nothing where that was not narrowed."""
    if upload.narrowed_until is None:
        return ""
    # A copy lives for minutes: the time of day tells, and one that is in no calendar is none of ours.
    at = f"{datetime.fromtimestamp(upload.narrowed_until, UTC):%H:%M} UTC"
    return f", with a copy for {name(project or 'its project')} until {at}"


def _verdict(report: Report) -> str:
    severities = Counter(finding.severity for finding in report.findings)
    found = [
        count(severities[severity], severity.value, f"{severity.value}s")
        for severity in sorted(severities, key=lambda item: -item.weight)
    ]
    text = f"{report.verdict}: {listed(found) or 'no findings'}"
    if report.case is None:
        text = f"{report.verdict}: nothing was judged" if not found else text
    else:
        files = len(report.case.distributions)
        text += f" in {count(len(report.case.secrets), 'secret', 'secrets')}"
        if files or report.command == "publish":
            text += f" and {count(files, 'distribution', 'distributions')}"
    outcomes = Counter(upload.outcome for upload in report.uploads)
    if outcomes:
        text += "; " + ", ".join(f"{number} {outcome}" for outcome, number in outcomes.items())
    elif report.command == "publish":
        text += "; nothing was uploaded"
    return f"{text}."
