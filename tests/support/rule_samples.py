"""For each rule: a case in which it speaks, and the near miss in which it does not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from publish_guard.domain.case import Case, MetadataProblem
from publish_guard.domain.distribution import Stray
from publish_guard.domain.policy import IndexPolicy, Policy
from publish_guard.domain.secret import SecretKind
from support.cases import (
    DAY,
    NOW,
    PRIVATE_INDEX,
    TEST_PYPI,
    account_token,
    distribution,
    index_state,
    legacy_token,
    make_case,
    password,
    project_token,
    publisher_token,
    secret,
    token,
)

WHEEL = distribution()
SDIST = distribution(sdist=True)
BETA = distribution("beta-pkg")
TODAY = datetime.fromtimestamp(NOW, UTC).date()


@dataclass(frozen=True)
class Sample:
    """A case that the rule speaks of, and one that differs as little as possible and that it passes over."""

    triggers: Case
    near_miss: Case


SAMPLES: dict[str, Sample] = {
    "empty-secret": Sample(make_case(secret()), make_case(project_token())),
    "not-an-api-token": Sample(
        make_case(password()), make_case(secret(kind=SecretKind.MALFORMED_TOKEN, detail="it is cut off"))
    ),
    "malformed-token": Sample(
        make_case(secret(kind=SecretKind.MALFORMED_TOKEN, detail="it is cut off")), make_case(password())
    ),
    "account-wide-token": Sample(make_case(account_token()), make_case(account_token([1, ["alpha-pkg"]]))),
    "unreadable-scope": Sample(make_case(token()), make_case(account_token())),
    "unusable-token": Sample(
        make_case(project_token("alpha-pkg", more=[[1, ["beta-pkg"]]])),
        make_case(project_token("alpha-pkg", "beta-pkg", more=[[1, ["beta-pkg"]]])),
    ),
    "unknown-caveat": Sample(
        make_case(project_token(more=[[99, "x"]])), make_case(project_token(more=[[0, NOW + 400 * DAY, 0]]))
    ),
    "project-mismatch": Sample(
        make_case(project_token("alpha-pkg"), projects=["beta-pkg"]),
        make_case(project_token("alpha-pkg"), projects=["alpha-pkg"]),
    ),
    "unverifiable-projects": Sample(
        make_case(publisher_token(), projects=["alpha-pkg"]), make_case(project_token(), projects=["alpha-pkg"])
    ),
    "too-many-projects": Sample(
        make_case(project_token("alpha-pkg", "beta-pkg"), projects=["alpha-pkg"]),
        make_case(project_token("alpha-pkg", "beta-pkg"), projects=["alpha-pkg", "beta-pkg"]),
    ),
    "index-mismatch": Sample(
        make_case(project_token(), url=TEST_PYPI), make_case(project_token(location="test.pypi.org"), url=TEST_PYPI)
    ),
    "expired-token": Sample(
        make_case(project_token(more=[[0, NOW, 0]])), make_case(project_token(more=[[0, NOW + 1, 0]]))
    ),
    "not-yet-valid-token": Sample(
        make_case(project_token(more=[[0, NOW + 400 * DAY, NOW + 61]])),
        make_case(project_token(more=[[0, NOW + 400 * DAY, NOW + 60]])),
    ),
    "expiring-token": Sample(
        make_case(project_token(more=[[0, NOW + 14 * DAY - 1, 0]])),
        make_case(project_token(more=[[0, NOW + 14 * DAY, 0]])),
    ),
    "stale-token": Sample(make_case(legacy_token("alpha-pkg")), make_case(project_token())),
    "unknown-age": Sample(make_case(project_token()), make_case(publisher_token())),
    "ambiguous-token": Sample(
        make_case(project_token(), project_token(number=7), dists=[WHEEL]),
        make_case(project_token(), project_token("beta-pkg", number=7), dists=[WHEEL, BETA]),
    ),
    "uncovered-distribution": Sample(
        make_case(project_token(), project_token("gamma", number=7), dists=[WHEEL, BETA]),
        make_case(project_token(), project_token("beta-pkg", number=7), dists=[WHEEL, BETA]),
    ),
    "not-a-distribution": Sample(
        make_case(project_token(), strays=(Stray("dist/wheels", "it is a folder", unreadable=False),)),
        make_case(project_token(), strays=(Stray("dist/a.whl", "it is no archive", unreadable=True),)),
    ),
    "mixed-versions": Sample(
        make_case(project_token(), dists=[WHEEL, distribution(version="0.9")]),
        make_case(project_token(), dists=[WHEEL, SDIST, distribution("beta-pkg", "0.9")]),
    ),
    "unreadable-distribution": Sample(
        make_case(project_token(), strays=(Stray("dist/a.whl", "it is no archive", unreadable=True),)),
        make_case(project_token(), strays=(Stray("dist/wheels", "it is a folder", unreadable=False),)),
    ),
    "different-content": Sample(
        make_case(project_token(), dists=[WHEEL], index_state=index_state({"alpha-pkg": {WHEEL.filename: "0" * 64}})),
        make_case(
            project_token(), dists=[WHEEL], index_state=index_state({"alpha-pkg": {WHEEL.filename: WHEEL.sha256}})
        ),
    ),
    "metadata-check": Sample(
        make_case(project_token(), dists=[WHEEL], metadata_problems=(MetadataProblem(WHEEL.path, "no markup"),)),
        make_case(project_token(), dists=[WHEEL], metadata_problems=()),
    ),
    "index-not-allowed": Sample(
        make_case(password(), url=PRIVATE_INDEX, policy=Policy(indexes={"pypi.org": IndexPolicy()})),
        make_case(password(), url=PRIVATE_INDEX, policy=Policy(indexes={"packages.example.org": IndexPolicy()})),
    ),
    "insecure-index": Sample(
        make_case(password(), url="http://packages.example.org/legacy/"),
        make_case(password(), url="http://localhost:8080/legacy/"),
    ),
    "credential-in-url": Sample(
        make_case(password(), url="https://user:password@packages.example.org/"),
        make_case(password(), url="https://packages.example.org/user@password/"),
    ),
    "missing-project": Sample(
        make_case(project_token(), dists=[WHEEL], index_state=index_state({"alpha-pkg": None})),
        make_case(project_token(), dists=[WHEEL], index_state=index_state({"alpha-pkg": {}})),
    ),
}

# Another token's identifier, for tests that look for one in what is said.
OTHER_ID = str(UUID(int=7))
