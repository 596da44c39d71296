"""What differs between a test suite with the add-on and without, and why."""

from typing import Any

import re


#: Tests that must differ, and problems that tests cause: regular expressions, with the reason.
EXPECTED: dict[str, str] = {
    "test_no_serializer_available_returns_501 .* only with the add-on": (
        "It takes an adapter of plone.restapi out of the topmost registry. With the add-on, which"
        " loads plone.restapi, the adapter is in the one below."
    ),
    "testAddablePortletsIn(Columns|Dashboard) .* only with the add-on": (
        "It lists all portlets that can be added, and the add-on has one."
    ),
    "test_addons_controlpanel_install_and_uninstall_all .* only with the add-on": (
        "It expects that no add-on is active at the beginning."
    ),
}


def findings(without: dict[str, Any], with_: dict[str, Any]) -> dict[str, str]:
    """Return what differs and what is wrong, each with the reason, or "" if there is none.

    The arguments are the results of both runs.
    """
    found = [
        f"{test} fails only {mode} the add-on"
        for mode, one, other in (("with", with_, without), ("without", without, with_))
        for test in sorted({*one["failed"]} - {*other["failed"]})
    ]
    found += [f"{key}, in {tests[0]}" for key, tests in with_["problems"].items()]
    if without["tests"] != with_["tests"]:
        found.append(f"{without['tests']} tests without, {with_['tests']} with")
    if not with_["change sets"]:
        found.append("Nothing was recorded")
    return {finding: _reason(finding) for finding in found}


def _reason(finding: str) -> str:
    reasons = (
        reason for known, reason in EXPECTED.items() if re.search(known, finding)
    )
    return next(reasons, "")
