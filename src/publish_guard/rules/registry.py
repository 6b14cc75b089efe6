"""All rules, in the order in which they are asked and reported: one line each, no scanning."""

from __future__ import annotations

from publish_guard.domain.case import Case
from publish_guard.domain.finding import Finding
from publish_guard.domain.rule import Rule
from publish_guard.errors import UsageError
from publish_guard.rules import (
    account_wide_token,
    ambiguous_token,
    credential_in_url,
    different_content,
    empty_secret,
    expired_token,
    expiring_token,
    index_mismatch,
    index_not_allowed,
    insecure_index,
    malformed_token,
    metadata_check,
    missing_project,
    mixed_versions,
    not_a_distribution,
    not_an_api_token,
    not_yet_valid_token,
    project_mismatch,
    stale_token,
    too_many_projects,
    uncovered_distribution,
    unknown_age,
    unknown_caveat,
    unreadable_distribution,
    unreadable_scope,
    unusable_token,
    unverifiable_projects,
)

ALL_RULES: tuple[Rule, ...] = (
    empty_secret.RULE,
    not_an_api_token.RULE,
    malformed_token.RULE,
    account_wide_token.RULE,
    unreadable_scope.RULE,
    unusable_token.RULE,
    unknown_caveat.RULE,
    project_mismatch.RULE,
    unverifiable_projects.RULE,
    too_many_projects.RULE,
    index_mismatch.RULE,
    expired_token.RULE,
    not_yet_valid_token.RULE,
    expiring_token.RULE,
    stale_token.RULE,
    unknown_age.RULE,
    ambiguous_token.RULE,
    uncovered_distribution.RULE,
    not_a_distribution.RULE,
    mixed_versions.RULE,
    unreadable_distribution.RULE,
    different_content.RULE,
    metadata_check.RULE,
    index_not_allowed.RULE,
    insecure_index.RULE,
    credential_in_url.RULE,
    missing_project.RULE,
)


def judge(case: Case) -> tuple[Finding, ...]:
    """Return all that the rules find in the case, in the order of `ALL_RULES`: the same case, the same findings."""
    return tuple(finding for rule in ALL_RULES for finding in rule.findings(case))


def rule_named(ident: str) -> Rule:
    """Return the rule with this ident. Raises UsageError, with the nearest spelling, where there is none."""
    rules = {rule.ident: rule for rule in ALL_RULES}
    if ident in rules:
        return rules[ident]
    # Only a misspelling pays for it.
    import difflib

    near = difflib.get_close_matches(ident[:100].lower().replace("_", "-"), rules, n=1, cutoff=0.5)
    remedy = f"Did you mean {near[0]}?" if near else f"The rules are: {', '.join(rules)}."
    raise UsageError("There is no rule of this name.", remedy)
