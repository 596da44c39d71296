"""Members get mails with what they may see of what is new: that, and each thing once."""

from collective.appendonly.digests import Report
from collective.appendonly.digests import send_due
from collective.appendonly.digests.subscriptions import find
from plone import api
from plone.registry.interfaces import IRegistry
from tests.product.digests.elsewhere import elsewhere
from zope.component import getUtility

import pytest
import transaction


@pytest.fixture
def three(portal, member, subscribe, make):
    """Three members with different rights, who subscribe to everything."""
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


def test_each_gets_what_they_may_see_and_once(happened, run, post, sentences):
    assert run(days=0) == Report()
    assert run() == Report(sent=3)
    mails = post.take()
    assert by_member(mails, sentences) == EACH
    assert {address: mail["Subject"] for address, mail in mails.items()} == {
        "mary@example.org": "1 change in “Garden Society”",
        "greta@example.org": "2 changes in “Garden Society”",
        "manfred@example.org": "3 changes in “Garden Society”",
    }
    # A second run on that day, and one on the next.
    assert run(days=0) == Report()
    assert run() == Report(nothing_new=3)
    assert post.take() == {}


def test_a_second_digest_tells_what_came_since(
    happened, run, post, sentences, make, edit
):
    run()
    post.take()
    edit("shed/spade")
    make("plan")
    assert run() == Report(sent=2, nothing_new=1)
    assert by_member(post.take(), sentences) == {
        "greta": ["Eve edited Spade!"],
        "manfred": ["Eve created Plan", "Eve edited Spade!"],
    }
    edit("garden/roses")
    assert run() == Report(sent=3)
    assert by_member(post.take(), sentences) == {
        user: ["Eve edited Roses!"] for user in EACH
    }


class Crash(BaseException):
    """What no handler of errors sees, as if the process had died."""


@pytest.mark.parametrize("sent", [0, 1, 2])
def test_after_a_crash_nobody_is_told_twice_and_nobody_left_out(
    happened, run, post, sentences, sent
):
    def crash(address):
        if len(post.mails) == sent:
            raise Crash

    post.on_vote = crash
    with pytest.raises(Crash):
        run()
    post.on_vote = lambda address: None
    assert len(post.mails) == sent
    assert run(days=0) == Report(sent=3 - sent)
    assert by_member(post.take(), sentences) == EACH
    assert run() == Report(nothing_new=3)


def test_what_fails_for_one_does_not_stop_the_others(
    happened, run, post, sentences, caplog
):
    def refuse(address):
        if address == "greta@example.org":
            raise ConnectionRefusedError("The server is down.")

    post.on_vote = refuse
    assert run() == Report(sent=2, failed=1)
    assert sorted(by_member(post.take(), sentences)) == ["manfred", "mary"]
    (record,) = [r for r in caplog.records if r.name.endswith("digests.sending")]
    assert (
        "The digest for 'greta' of the whole site could not be sent."
        in record.getMessage()
    )
    assert "The server is down." in str(record.exc_info[1])
    assert "activitykey" not in caplog.text
    # The next run has only her left.
    post.on_vote = lambda address: None
    assert run(days=0) == Report(sent=1)
    assert by_member(post.take(), sentences) == {"greta": EACH["greta"]}


def test_a_broken_subscription_does_not_stop_the_others(
    portal, happened, run, post, sentences, caplog
):
    del find(("mary", "")).record["place"]
    transaction.commit()
    assert run() == Report(sent=2, failed=1)
    assert sorted(by_member(post.take(), sentences)) == ["greta", "manfred"]


def test_without_an_address_of_the_sender_it_says_so_once(
    portal, happened, run, post, caplog
):
    del getUtility(IRegistry).records["plone.email_from_address"]
    transaction.commit()
    assert run() == Report(failed=3)
    (record,) = [r for r in caplog.records if r.name.endswith("digests.sending")]
    assert "the mail settings of the site have no address" in record.getMessage()
    assert post.take() == {}


def test_what_comes_while_a_mail_is_written_comes_with_the_next(
    portal, happened, run, post, sentences, functional
):
    """Somebody else commits it, after the log was read and before the mail leaves."""

    def create(site):
        page = api.content.create(site, "Document", "surprise", title="Surprise")
        api.content.transition(page, "publish")

    def interfere():
        if post.handed_over == 2:
            elsewhere(functional, create, "eve")

    post.on_hand_over = interfere
    assert run() == Report(sent=3)
    first = by_member(post.take(), sentences)
    assert run() == Report(sent=2, nothing_new=1)
    second = by_member(post.take(), sentences)
    surprise = "Eve created and published Surprise"
    assert second == {"greta": [surprise], "manfred": [surprise]}
    for user, told in EACH.items():
        assert sorted(first[user] + second.get(user, [])) == sorted([*told, surprise])


def test_two_at_once_send_each_digest_once(
    portal, happened, run, post, sentences, functional
):
    """Another process sends them all, while this one is about to send the first."""
    theirs = []

    def interfere():
        post.on_hand_over = lambda: None
        theirs.append(elsewhere(functional, lambda site: send_due(site, now=run.now)))

    post.on_hand_over = interfere
    assert run() == Report()
    assert theirs == [Report(sent=3)]
    assert by_member(post.take(), sentences) == EACH
    # It tried the first one, and found it sent.
    assert post.handed_over == 4


def test_who_ends_it_at_that_moment_gets_no_more(
    happened, run, post, sentences, functional
):
    def interfere():
        post.on_hand_over = lambda: None
        elsewhere(functional, lambda site: find(("greta", "")).end())

    post.on_hand_over = interfere
    assert run() == Report(sent=2)
    assert sorted(by_member(post.take(), sentences)) == ["manfred", "mary"]


def test_with_the_setting_off_nothing_is_sent(
    happened, run, post, configure, sentences
):
    configure(digests=False)
    assert run() == Report()
    assert post.take() == {}
    configure(digests=True)
    assert run(days=0) == Report(sent=3)
    assert by_member(post.take(), sentences) == EACH


def test_progress_arrives(happened, run):
    told = []
    run(progress=lambda *numbers: told.append(numbers))
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]
