"""What holds for every rule in every case: nothing of a secret is said, messages stay short, nothing slips through."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish_guard.domain.case import Case, MetadataProblem
from publish_guard.domain.distribution import Stray
from publish_guard.domain.finding import Severity
from publish_guard.domain.known_index import PYPI_UPLOAD_URL
from publish_guard.domain.policy import AccountWideRule, IndexPolicy, Policy
from publish_guard.domain.record import replace
from publish_guard.domain.run import Run
from publish_guard.domain.secret import SecretKind, StoredSecret
from publish_guard.domain.token import Token
from publish_guard.rules.registry import ALL_RULES, judge, rule_named
from publish_guard.services.assignment import assign
from support.cases import (
    LOOPBACK,
    NOW,
    PRIVATE_INDEX,
    PUBLISHER_ID,
    TEST_PYPI,
    USER_ID,
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
from support.rule_samples import SAMPLES, TODAY

LONG = "x" * 5000
NASTY = "\x1b]0;title\x07\u202e\r\n::error::" + LONG

TOKENS: tuple[Token, ...] = (
    account_token(),
    account_token([1, ["alpha-pkg"]]),
    project_token(),
    project_token("beta-pkg"),
    project_token("alpha-pkg", "beta-pkg", location="test.pypi.org"),
    project_token(more=[[0, NOW - 1, 0]]),
    project_token(more=[[99, "x"]]),
    project_token(more=[[1, []]]),
    project_token(*(f"project-{number}" for number in range(500))),
    project_token("a" * 512),
    publisher_token(),
    legacy_token(),
    legacy_token("alpha-pkg"),
    token(),
    token([0, 10**40, 10**30]),
)
SECRETS: tuple[StoredSecret, ...] = (
    secret(),
    secret(source="stdin", name=NASTY, detail="empty"),
    password(),
    secret(kind=SecretKind.UNRECOGNIZED, detail=NASTY),
    secret(kind=SecretKind.FOREIGN_TOKEN, detail=None, value="v"),
    secret(kind=SecretKind.MALFORMED_TOKEN, detail=None),
    *(secret(each, name) for each, name in zip(TOKENS, ("PYPI_TOKEN", NASTY) * len(TOKENS), strict=False)),
)
POLICIES = (
    Policy(),
    Policy(NASTY, account_wide=AccountWideRule.ALLOW, account_wide_reason=NASTY, unreadable_scope_reason=NASTY),
    Policy(account_wide=AccountWideRule.FIRST_RELEASE, report_until=TODAY.replace(year=2099)),
    Policy(projects=(NASTY,) * 20, indexes={NASTY: IndexPolicy(), PRIVATE_INDEX: IndexPolicy()}),
    Policy(indexes={"packages.example.org": IndexPolicy(macaroons=True)}, age_refuse_after_days=1),
    Policy(severities=dict.fromkeys((rule.ident for rule in ALL_RULES), Severity.NOTE)),
)
DISTRIBUTIONS = (
    distribution(),
    distribution(sdist=True, version="0.9"),
    distribution("beta-pkg", path="dist/" + NASTY),
    replace(distribution("gamma"), filename=NASTY, version=NASTY, size=10**12),
)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Cases of all kinds, sensible or not."""
    dists = draw(st.lists(st.sampled_from(DISTRIBUTIONS), max_size=3, unique=True))
    files = {dist.filename: "0" * 64 for dist in dists}
    state = st.sampled_from(
        [
            None,
            index_state({}, NASTY),
            index_state({"alpha-pkg": None, "beta-pkg": files}),
            index_state({"gamma": files}),
        ]
    )
    return make_case(
        *draw(st.lists(st.sampled_from(SECRETS), max_size=4)),
        command=draw(st.sampled_from(["check", "publish"])),
        url=draw(
            st.sampled_from(
                [PYPI_UPLOAD_URL, TEST_PYPI, PRIVATE_INDEX, LOOPBACK, "http://u:secretpassword@example.org/"]
            )
        ),
        policy=draw(st.sampled_from(POLICIES)),
        run=draw(st.sampled_from([Run(), Run("github", event="pull_request"), Run("gitlab", ref_protected=False)])),
        projects=draw(st.lists(st.sampled_from(["alpha-pkg", "delta"]), unique=True)),
        dists=dists,
        strays=draw(
            st.sampled_from([(), (Stray(NASTY, NASTY, unreadable=True), Stray(NASTY, NASTY, unreadable=False))])
        ),
        sweep=draw(st.booleans()),
        allow_account_wide=draw(st.sampled_from([None, NASTY])),
        skip_existing=draw(st.booleans()),
        index_state=draw(state),
        metadata_problems=draw(st.sampled_from([None, (), (MetadataProblem(NASTY, NASTY),)])),
    )


def _pieces(text: str) -> set[str]:
    return {text[start : start + 16] for start in range(len(text) - 15)}


# What no message may hold: of each token all after its prefix, what everybody's token begins with left out.
_SECRET_PIECES = {
    piece
    for each in TOKENS
    for text in (
        each.reveal()[28:],
        each.macaroon.identifier.decode(),
        each.macaroon.signature.hex(),
        base64.b64encode(f"__token__:{each.reveal()}".encode()).decode()[32:],
        USER_ID,
        PUBLISHER_ID,
        "correct horse battery staple",
    )
    for piece in _pieces(text)
}


@given(cases())
def test_messages_are_short_printable_and_tell_no_secret(case: Case) -> None:
    """Cause and remedy are one line each, of bounded length, in sentences, and hold no piece of any secret."""
    for finding in judge(case):
        for text in (finding.message, finding.remedy):
            assert text
            assert text.isprintable()
            assert len(text) <= 1500
            assert not text.startswith("::")
            assert not _pieces(text) & _SECRET_PIECES
            assert "secretpassword" not in text
        assert finding.secret in (None, *(each.id for each in case.secrets))


@given(cases())
def test_severities_stay_within_their_bounds(case: Case) -> None:
    """Never above what rule or policy say; what always refuses is never lowered by a policy."""
    for finding in judge(case):
        rule = rule_named(finding.rule)
        wanted = case.policy.severities.get(rule.ident, rule.severity)
        assert finding.severity.weight <= max(wanted.weight, rule.lowest.weight)


@given(cases())
def test_a_file_without_one_secret_is_always_refused(case: Case) -> None:
    """Where no secret, or more than one, would publish a file, an error refuses in every mode: nobody has to guess."""
    if not case.secrets or case.sweep:
        return
    if len(assign(case)) < len({dist.path for dist in case.distributions}):
        assert any(finding.severity is Severity.ERROR and rule_named(finding.rule).always for finding in judge(case))


@given(cases())
def test_an_account_wide_token_never_publishes_unseen(case: Case) -> None:
    """Unless the index has yet to be asked, every account-wide token has its finding, and only a reason makes it mild."""
    waits = (
        case.policy.account_wide is AccountWideRule.FIRST_RELEASE
        and case.command == "publish"
        and not case.sweep
        and case.index_state is None
        and not case.allow_account_wide
    )
    found = {finding.secret: finding for finding in judge(case) if finding.rule == "account-wide-token"}
    for stored, held in case.tokens:
        if held.scope.kind == "account-wide" and not waits:
            assert stored.id in found
            if not case.allow_account_wide and case.policy.account_wide is AccountWideRule.REFUSE:
                assert found[stored.id].severity is Severity.ERROR


@pytest.mark.parametrize("held", [account_token(), token(), project_token(more=[[1, []]]), None])
def test_a_token_given_as_a_name_is_not_repeated(held: Token | None) -> None:
    """Who writes the token where the variable's name belongs does not find it in the messages."""
    text = project_token(number=9).reveal()
    for finding in judge(make_case(secret(held, text), projects=["alpha-pkg"])):
        assert not _pieces(finding.message + finding.remedy) & _pieces(text[8:])


@pytest.mark.parametrize("ident", SAMPLES)
def test_a_policy_changes_the_severity_within_bounds(ident: str) -> None:
    """A policy that lowers a rule gets its lowest severity at best, one that raises it gets an error."""
    rule = rule_named(ident)
    case = SAMPLES[ident].triggers
    for wanted in Severity:
        policy = replace(case.policy, severities={ident: wanted})
        effective = max(wanted, rule.lowest, key=lambda severity: severity.weight)
        chosen = {finding.severity for finding in rule.findings(replace(case, policy=policy))}
        own = {judgement.severity for judgement in rule.judge(case)}
        if own == {None}:
            assert chosen == {effective}
        else:
            assert all(severity.weight <= effective.weight for severity in chosen)


@pytest.mark.parametrize("ident", SAMPLES)
def test_a_sweep_judges_tokens_only(ident: str) -> None:
    """In a sweep only rules on tokens speak, and on the URL that was given."""
    case = replace(SAMPLES[ident].triggers, sweep=True, distributions=(), expected_projects=(), strays=())
    spoken = {finding.rule for finding in judge(case)}
    assert spoken <= {
        "malformed-token",
        "account-wide-token",
        "unreadable-scope",
        "unusable-token",
        "unknown-caveat",
        "expired-token",
        "not-yet-valid-token",
        "expiring-token",
        "stale-token",
        "unknown-age",
        "insecure-index",
        "credential-in-url",
        "metadata-check",
    }
