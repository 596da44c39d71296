"""Members receive the new activity that they can view, each change once."""

from collective.appendonly.digests import DigestReport
from collective.appendonly.digests import DigestState
from collective.appendonly.digests import preview
from collective.appendonly.digests import send_due
from collective.appendonly.digests.new_activity import latest_cursor
from collective.appendonly.digests.subscriptions import find
from collective.appendonly.digests.subscriptions import subscribe
from datetime import timedelta
from plone import api
from plone.registry.interfaces import IRegistry
from tests.product.digests.conftest import in_thread
from zope.component import getUtility

import pytest
import transaction


pytestmark = pytest.mark.large


@pytest.fixture
def three(portal, member, subscribe, make):
    """Three members with different permissions, subscribed to the whole site."""
    make("garden", "Folder", publish=True)
    make("shed", "Folder")
    member("mary")
    member("greta")
    member("manfred", "Manager")
    api.group.create("gardeners")
    api.group.add_user(groupname="gardeners", username="greta")
    api.group.grant_roles(groupname="gardeners", roles=["Reader"], obj=portal["shed"])
    portal["shed"].reindexObjectSecurity()
    transaction.commit()
    for user in ("mary", "greta", "manfred"):
        subscribe(user)


PUBLIC = "Eve created and published Roses"
GROUP = "Eve created Spade"
SECRET = "Eve created Budget"


@pytest.fixture
def happened(three, make):
    make("garden/roses", publish=True)
    make("shed/spade")
    make("budget")


def by_member(mails, sentences):
    return {
        address.partition("@")[0]: sentences(mail) for address, mail in mails.items()
    }


EACH = {
    "mary": [PUBLIC],
    "greta": [GROUP, PUBLIC],
    "manfred": [SECRET, GROUP, PUBLIC],
}


def test_each_member_receives_visible_activity_once(happened, run, post, sentences):
    assert run(days=0) == DigestReport()
    assert run() == DigestReport(sent=3)
    mails = post.take()
    assert by_member(mails, sentences) == EACH
    assert {address: mail["Subject"] for address, mail in mails.items()} == {
        "mary@example.org": "1 change in “Garden Society”",
        "greta@example.org": "2 changes in “Garden Society”",
        "manfred@example.org": "3 changes in “Garden Society”",
    }
    # A second run on the same day, and one on the next day.
    assert run(days=0) == DigestReport()
    assert run() == DigestReport(nothing_new=3)
    assert post.take() == {}


def test_second_digest_continues_after_the_first(
    happened, run, post, sentences, make, edit
):
    run()
    post.take()
    edit("shed/spade")
    make("plan")
    assert run() == DigestReport(sent=2, nothing_new=1)
    assert by_member(post.take(), sentences) == {
        "greta": ["Eve edited Spade!"],
        "manfred": ["Eve created Plan", "Eve edited Spade!"],
    }
    edit("garden/roses")
    assert run() == DigestReport(sent=3)
    assert by_member(post.take(), sentences) == {
        user: ["Eve edited Roses!"] for user in EACH
    }


class Crash(BaseException):
    """Passes all error handlers, as if the process had died."""


@pytest.mark.parametrize("sent", [0, 1, 2])
def test_run_after_crash_sends_each_digest_once(happened, run, post, sentences, sent):
    def crash(address):
        if len(post.mails) == sent:
            raise Crash

    post.on_vote = crash
    with pytest.raises(Crash):
        run()
    post.on_vote = lambda address: None
    assert len(post.mails) == sent
    assert run(days=0) == DigestReport(sent=3 - sent)
    assert by_member(post.take(), sentences) == EACH
    assert run() == DigestReport(nothing_new=3)


def test_failing_digest_does_not_stop_others(happened, run, post, sentences, caplog):
    def refuse(address):
        if address == "greta@example.org":
            raise ConnectionRefusedError("The server is down.")

    post.on_vote = refuse
    assert run() == DigestReport(sent=2, failed=1)
    assert sorted(by_member(post.take(), sentences)) == ["manfred", "mary"]
    (record,) = [r for r in caplog.records if r.name.endswith("digests.sending")]
    assert (
        "Could not send the digest for 'greta' of the whole site."
        in record.getMessage()
    )
    assert "The server is down." in str(record.exc_info[1])
    assert "activitykey" not in caplog.text
    # The next run only sends the remaining one.
    post.on_vote = lambda address: None
    assert run(days=0) == DigestReport(sent=1)
    assert by_member(post.take(), sentences) == {"greta": EACH["greta"]}


def test_broken_subscription_does_not_stop_others(
    portal, happened, run, post, sentences, caplog
):
    del find(("mary", "")).record["place"]
    transaction.commit()
    assert run() == DigestReport(sent=2, failed=1)
    assert sorted(by_member(post.take(), sentences)) == ["greta", "manfred"]


DOMAIN = "xn--grnzeug-o2a.example"


def change_address(user_id, email_address):
    api.user.get(user_id).setMemberProperties({"email": email_address})
    transaction.commit()


def test_a_domain_with_umlauts_is_encoded(happened, run, post, sentences):
    change_address("greta", "greta@grünzeug.example")
    assert run() == DigestReport(sent=3)
    mails = post.take()
    assert sorted(mails) == [
        f"greta@{DOMAIN}",
        "manfred@example.org",
        "mary@example.org",
    ]
    assert mails[f"greta@{DOMAIN}"]["To"] == f"greta@{DOMAIN}"


@pytest.mark.parametrize(
    "email_address", ["größe@example.org", f"greta@{'g' * 64}.example", "greta@a..b"]
)
def test_an_address_that_cannot_be_encoded_is_skipped_and_the_others_get_theirs(
    happened, run, post, sentences, email_address, caplog
):
    change_address("greta", email_address)
    assert run() == DigestReport(sent=2, skipped=1)
    assert sorted(by_member(post.take(), sentences)) == ["manfred", "mary"]
    assert [r for r in caplog.records if r.name.endswith("digests.sending")] == []
    # Nothing is lost.
    change_address("greta", "greta@example.org")
    assert run() == DigestReport(sent=1, nothing_new=2)
    assert by_member(post.take(), sentences) == {"greta": EACH["greta"]}


def test_a_sender_with_a_domain_with_umlauts(portal, happened, run, post):
    # Plone accepts no such address today. A site can have one from an earlier version.
    records = getUtility(IRegistry).records
    records._values["plone.email_from_address"] = "post@grünzeug.example"
    # Plone 6.1 has no cache.
    getattr(records, "_invalidate_cache", bool)()
    transaction.commit()
    assert run() == DigestReport(sent=3)
    assert {str(mail["From"]) for mail in post.take().values()} == {
        f"The Garden Society <post@{DOMAIN}>"
    }


def test_missing_sender_address_is_logged_once(portal, happened, run, post, caplog):
    del getUtility(IRegistry).records["plone.email_from_address"]
    transaction.commit()
    assert run() == DigestReport(failed=3)
    (record,) = [r for r in caplog.records if r.name.endswith("digests.sending")]
    assert (
        "the mail settings of the site have no valid sender address"
        in record.getMessage()
    )
    assert post.take() == {}


def test_activity_during_a_run_is_in_the_next_digest(
    portal, happened, run, post, sentences, functional
):
    """Another process commits after the log was read and before the email is sent."""

    def create(site):
        page = api.content.create(site, "Document", "surprise", title="Surprise")
        api.content.transition(page, "publish")

    def interfere():
        if post.handed_over == 2:
            in_thread(functional, create, "eve")

    post.on_hand_over = interfere
    assert run() == DigestReport(sent=3)
    first = by_member(post.take(), sentences)
    assert run() == DigestReport(sent=2, nothing_new=1)
    second = by_member(post.take(), sentences)
    surprise = "Eve created and published Surprise"
    assert second == {"greta": [surprise], "manfred": [surprise]}
    for user, expected in EACH.items():
        assert sorted(first[user] + second.get(user, [])) == sorted(
            [*expected, surprise]
        )


def test_concurrent_runs_send_each_digest_once(
    portal, happened, run, post, sentences, functional
):
    """Another process sends all digests while this one is sending the first."""
    theirs = []

    def interfere():
        post.on_hand_over = lambda: None
        theirs.append(in_thread(functional, lambda site: send_due(site, now=run.now)))

    post.on_hand_over = interfere
    assert run() == DigestReport()
    assert theirs == [DigestReport(sent=3)]
    assert by_member(post.take(), sentences) == EACH
    # This run prepared the first digest before it noticed that it had been sent.
    assert post.handed_over == 4


def test_unsubscribing_during_a_run(happened, run, post, sentences, functional):
    def interfere():
        post.on_hand_over = lambda: None
        in_thread(functional, lambda site: find(("greta", "")).end())

    post.on_hand_over = interfere
    assert run() == DigestReport(sent=2)
    assert sorted(by_member(post.take(), sentences)) == ["manfred", "mary"]


def test_nothing_is_sent_with_setting_off(happened, run, post, configure, sentences):
    configure(digests=False)
    assert run() == DigestReport()
    assert post.take() == {}
    configure(digests=True)
    assert run(days=0) == DigestReport(sent=3)
    assert by_member(post.take(), sentences) == EACH


def test_progress_is_reported(happened, run):
    reported = []
    run(progress=lambda *numbers: reported.append(numbers))
    assert reported == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_a_preview_of_many_digests_takes_no_more_memory_than_of_a_few(
    portal, mary, make, run
):
    cursor, places = latest_cursor(portal), []
    for number in range(15):
        places.append(make(f"page-{number}", publish=True).UID())
    for uid in places:
        subscribe(("mary", uid), "daily", "en", "http://nohost", cursor, run.now)
    transaction.commit()
    cache = portal._p_jar._cache
    size, cache.cache_size = cache.cache_size, 20
    portal._p_jar.cacheMinimize()
    held = []
    try:
        for digest in preview(portal, run.now + timedelta(days=1)):
            assert digest.state is DigestState.READY
            held.append(cache.cache_non_ghost_count)
    finally:
        cache.cache_size = size
    assert len(held) == 15
    assert held[-1] <= held[0]
