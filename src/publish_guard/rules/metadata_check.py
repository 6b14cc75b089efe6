"""What `twine check` says against a distribution."""

from __future__ import annotations

from collections.abc import Iterator

from publish_guard.domain.case import Case
from publish_guard.domain.finding import Severity
from publish_guard.domain.rule import Judgement, Rule
from publish_guard.domain.text import one_line, shown

# So many of a file's problems are told in one finding; twine itself tells the rest.
_MOST = 4


def _judge(case: Case) -> Iterator[Judgement]:
    said: dict[tuple[str, bool], list[str]] = {}
    for problem in case.metadata_problems or ():
        said.setdefault((problem.path, problem.strict_only), []).append(one_line(problem.message).rstrip("."))
    for (path, strict_only), messages in said.items():
        more = f"; and {len(messages) - _MOST} more" if len(messages) > _MOST else ""
        yield Judgement(
            f"twine check says of {shown(path)}: {'; '.join(messages[:_MOST])}{more}.",
            "Mend the metadata in pyproject.toml, build again, and look with `twine check --strict dist/*`.",
            distribution=path,
            severity=Severity.NOTE if strict_only else None,
        )


RULE = Rule(
    ident="metadata-check",
    severity=Severity.ERROR,
    # Which metadata is fine depends on the versions of twine and packaging; an index may be of another opinion.
    lowest=Severity.NOTE,
    summary="`twine check` finds fault with a distribution.",
    when=(
        "`publish` had twine check the files, and a description does not render or the metadata cannot be read. What "
        "twine itself only warns of is a note. Not with `--verify-metadata false`."
    ),
    why=(
        "PyPI refuses a distribution whose description it cannot render, with status 400 and after the upload began "
        "(pypi/warehouse, warehouse/forklift/legacy.py). twine can tell before. A missing description is no fault, "
        "only a page without content: twine warns of it, and here it is a note.\n\n"
        "The check runs with the same twine that uploads, so the two cannot disagree about what metadata is."
    ),
    mend=(
        "1. Look at all that twine says: `twine check --strict dist/*`.\n"
        '2. For a README in Markdown, name it in pyproject.toml: `readme = "README.md"`; the build backend then writes '
        "the content type.\n"
        "3. For reStructuredText, leave out directives that only Sphinx knows.\n"
        "4. For an index that does not care: `--verify-metadata false`, or `severities: {metadata-check: note}`."
    ),
    example=(
        'Before:\n\n```toml\n[project]\nname = "alpha-pkg"\n```\n\n'
        'After:\n\n```toml\n[project]\nname = "alpha-pkg"\nreadme = "README.md"\n```'
    ),
    judge=_judge,
)
