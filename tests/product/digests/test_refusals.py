"""The mail server refuses an email: it is sent again, counted, and told to member and operator."""

from collective.appendonly import clock
from collective.appendonly.digests import DigestReport
from collective.appendonly.digests import sending
from collective.appendonly.digests.subscriptions import find
from collective.appendonly.operations.maintenance import last_run
from collective.appendonly.operations.maintenance import maintain
from collective.appendonly.operations.maintenance import MaintenanceReport
from datetime import timedelta
from lxml import html
from plone import api
from tests.product.digests.conftest import in_thread
from tests.product.digests.smtp import HANG_UP

import pytest
import transaction


MARY = "mary@example.org"
PARTY = "Eve created and published Party"


@pytest.fixture
def happened(server, member, subscribe, make):
    """Two members who receive a digest about a new page."""
    for user in ("greta", "mary"):
        member(user)
        subscribe(user)
    make("party", publish=True)


def received(server, sentences):
    """Return the sentences in the emails since the last call, by member."""
    found = [
        (address.partition("@")[0], sentences(mail)) for address, mail in server.mails
    ]
    server.mails.clear()
    assert len(dict(found)) == len(found), "A member got two emails."
    return dict(found)


def refusal():
    transaction.begin()
    return find(("mary", "")).refusal


def test_a_temporary_refusal_is_sent_again_by_the_next_run(
    happened, run, server, sentences, make, caplog
):
    before = dict(find(("mary", "")).record)
    server.refused[MARY] = "450 4.2.0 Greylisted, try again in 5 minutes"
    assert run() == DigestReport(sent=1, refused=1)
    assert received(server, sentences) == {"greta": [PARTY]}
    assert refusal()[:4] == (MARY, 450, 0, 1)
    # Nothing else was committed.
    after = dict(find(("mary", "")).record)
    assert {name for name in after if after[name] != before[name]} == {"refused"}
    (record,) = [r for r in caplog.records if r.name.endswith("digests.sending")]
    assert record.getMessage() == (
        "The mail server refused the digest for 'mary' of the whole site: 450 4.2.0"
        " Greylisted, try again in 5 minutes"
    )
    assert "activitykey" not in caplog.text
    assert run(days=0) == DigestReport(refused=1)
    assert refusal()[:4] == (MARY, 450, 0, 2)
    server.refused.clear()
    make("tour", publish=True)
    assert run(days=0) == DigestReport(sent=1)
    assert received(server, sentences) == {
        "mary": ["Eve created and published 2 items"]
    }
    assert refusal() is None


def shown(browse, path):
    """Return the text of the form, or of the list, that Mary sees."""
    browser = browse(path, user="mary")
    page = html.fromstring(browser.contents)
    [part] = page.cssselect("details#activity-digest, section#digests")
    return browser, " ".join(part.text_content().split())


PAUSED = (
    f"This digest is paused: the mail server refuses emails to {MARY} (code 550). Check"
    " your email address, then resume the digest."
)


def test_permanent_refusals_on_three_days_pause_the_digest_until_it_is_resumed(
    happened, run, server, sentences, browse
):
    server.refused[MARY] = "550 5.1.1 No such user"
    assert run() == DigestReport(sent=1, refused=1)
    text = shown(browse, "/@@activity")[1]
    assert (
        f"The mail server refused the last email to {MARY} (code 550). It will be sent"
        " again." in text
    )
    assert "Resume" not in text
    greeted = server.greeted
    # On the same day, nothing is tried again.
    assert run(days=0) == DigestReport()
    assert run() == DigestReport(nothing_new=1, refused=1)
    assert run() == DigestReport(nothing_new=1, paused=1)
    assert server.greeted == greeted + 2
    assert run(days=0) == DigestReport(paused=1)
    assert run(days=7) == DigestReport(nothing_new=1, paused=1)
    assert server.greeted == greeted + 2
    assert PAUSED in shown(browse, "/@@activity")[1]
    browser, text = shown(browse, "/@@my-activity")
    assert f"Paused {PAUSED} Resume: The whole site Unsubscribe: The whole" in text
    server.refused.clear()
    browser.getControl(name="resume").click()
    assert "The digest has been resumed." in browser.contents
    assert "Paused" not in browser.contents
    received(server, sentences)
    assert run(days=0) == DigestReport(sent=1)
    assert received(server, sentences) == {"mary": [PARTY]}


@pytest.fixture
def paused(happened, run, server, sentences):
    server.refused[MARY] = "550 5.1.1 No such user"
    for _ in range(3):
        run()
    received(server, sentences)
    assert find(("mary", "")).is_paused


def test_saving_the_form_resumes_the_digest(paused, run, server, sentences, browse):
    server.refused.clear()
    browser, _ = shown(browse, "/@@activity")
    browser.getControl(name="change").click()
    assert run(days=0) == DigestReport(sent=1)
    assert received(server, sentences) == {"mary": [PARTY]}


def test_a_new_email_address_resumes_the_digest(paused, run, server, sentences):
    api.user.get("mary").setMemberProperties({"email": "new@example.org"})
    transaction.commit()
    assert run(days=0) == DigestReport(sent=1)
    assert received(server, sentences) == {"new": [PARTY]}
    assert refusal() is None


def test_a_new_email_address_that_is_refused_counts_from_the_beginning(
    paused, run, server
):
    api.user.get("mary").setMemberProperties({"email": "new@example.org"})
    transaction.commit()
    server.refused["new@example.org"] = "550 5.1.1 No such user"
    assert run(days=0) == DigestReport(refused=1)
    assert refusal()[:4] == ("new@example.org", 550, 1, 0)


def test_unsubscribing_from_a_paused_digest(paused, run, browse):
    browser, _ = shown(browse, "/@@my-activity")
    browser.getControl(name="end").click()
    assert run() == DigestReport(nothing_new=1)


def test_an_email_that_was_accepted_is_sent_once_though_the_server_hangs_up(
    happened, run, server, sentences
):
    server.replies["QUIT"] = HANG_UP
    assert run() == DigestReport(sent=2)
    assert received(server, sentences) == {"greta": [PARTY], "mary": [PARTY]}
    assert run(days=0) == DigestReport()


def test_a_server_that_refuses_the_sender_pauses_nobody(
    happened, run, server, sentences, caplog
):
    server.replies["MAIL"] = "550 5.7.1 Sender not allowed"
    for _ in range(5):
        assert run() == DigestReport(failed=2)
    assert refusal() is None
    assert "Sender not allowed" in caplog.text
    del server.replies["MAIL"]
    assert run(days=0) == DigestReport(sent=2)
    assert received(server, sentences) == {"greta": [PARTY], "mary": [PARTY]}


def test_two_runs_count_a_permanent_refusal_once(
    happened, run, server, functional, monkeypatch
):
    """Another process counts it after the server has refused the email of this one."""
    server.refused[MARY] = "550 5.1.1 No such user"
    find(("greta", "")).end()
    transaction.commit()
    theirs = []

    def note(site):
        digest = find(("mary", ""))
        digest.mark_refused(MARY, 550, run.now)
        return digest.is_due(run.now)

    def interfere(*args):
        if not theirs:
            theirs.append(in_thread(functional, note))
        return count(*args)

    count = sending._count_refusal
    monkeypatch.setattr(sending, "_count_refusal", interfere)
    assert run() == DigestReport()
    assert theirs == [False]
    assert refusal()[:4] == (MARY, 550, 1, 0)


def test_maintenance_counts_refused_and_paused_digests(
    portal, happened, server, run, monkeypatch
):
    server.refused[MARY] = "550 5.1.1 No such user"
    monkeypatch.setattr(clock, "utc_now", lambda: run.now)
    reports = []
    for _ in range(3):
        run.now += timedelta(days=1)
        transaction.abort()
        reports.append(maintain(portal))
    assert [(each.sent, each.refused, each.paused) for each in reports] == [
        (1, 1, 0),
        (0, 1, 0),
        (0, 0, 1),
    ]
    assert all(report.is_complete for report in reports)
    assert [report.has_done_something for report in reports] == [True, True, False]
    assert last_run(portal).report == MaintenanceReport(paused=1)
