"""``activitylog digest``."""

from collective.appendonly.digests import sending
from collective.appendonly.digests.subscriptions import all_keys
from collective.appendonly.digests.subscriptions import find
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from plone import api
from tests.product.digests.conftest import body
from tests.product.digests.conftest import edit
from tests.product.digests.conftest import eve
from tests.product.digests.conftest import make
from tests.product.digests.conftest import member
from tests.product.digests.conftest import post
from tests.product.digests.conftest import sender
from tests.product.digests.conftest import subscribe

import pytest
import transaction


__all__ = ["edit", "eve", "make", "member", "post", "sender", "subscribe"]


@pytest.fixture
def tomorrow(monkeypatch):
    now = datetime.now(timezone.utc) + timedelta(days=1)
    monkeypatch.setattr(sending, "utc_now", lambda: now)


@pytest.fixture
def subscribed(member, make, subscribe, post):
    make("garden", "Folder", "The garden", publish=True)
    member("greta")
    member("mary")
    subscribe("greta")
    subscribe("mary", "/garden")
    make("hours", publish=True)


def test_a_dry_run_lists_digests_and_sends_nothing(printed, subscribed, post, tomorrow):
    for _ in range(2):
        assert printed("digest", "--dry-run") == (
            "greta <greta@example.org>, /: 1 change\n"
            "mary <mary@example.org>, /garden: no new activity\n"
            "Digests due: 2. Nothing was sent.\n"
        )
    assert post.take() == {}


@pytest.mark.parametrize("missing", ["place", "handled"])
def test_a_dry_run_goes_on_after_a_digest_that_cannot_be_written(
    activitylog, subscribed, post, tomorrow, caplog, missing
):
    del find(("greta", "")).record[missing]
    transaction.commit()
    done = activitylog("digest", "--dry-run")
    assert (done.exit_code, done.stdout) == (
        1,
        "greta: cannot be written\n"
        "mary <mary@example.org>, /garden: no new activity\n"
        "Digests due: 2. Nothing was sent.\n",
    )
    assert "Error: Digests that cannot be written: 1. The messages above" in done.stderr
    assert "Could not write the digest for 'greta' of the whole site." in caplog.text


def test_it_sends_and_prints_numbers(printed, subscribed, post, tomorrow):
    assert printed("digest", "--url", "https://www.example.org") == (
        "Digests sent: 1; members without new activity: 1; members without a valid email"
        " address, or who cannot view the activity now: 0.\n"
    )
    (mail,) = post.take().values()
    assert "https://www.example.org/hours" in body(mail, "plain")
    assert "nohost" not in mail.as_string()
    assert printed("digest", "--dry-run") == "No digest is due.\n"


def test_without_a_url_links_use_that_of_the_subscription(
    activitylog, subscribed, post, tomorrow, portal
):
    assert activitylog("digest").exit_code == 0
    (mail,) = post.take().values()
    assert f"{portal.absolute_url()}/hours" in body(mail, "plain")


def test_a_digest_that_cannot_be_sent_sets_the_exit_code(
    activitylog, subscribed, post, tomorrow
):
    def refuse(recipient):
        raise ConnectionRefusedError("down")

    post.on_vote = refuse
    done = activitylog("digest")
    assert done.exit_code == 1
    assert done.stdout.startswith("Digests sent: 0; members without new activity: 1;")
    assert "Error: Digests that could not be sent: 1. The messages above" in done.stderr
    post.on_vote = lambda recipient: None
    assert activitylog("digest").exit_code == 0
    assert list(post.take()) == ["greta@example.org"]


def test_an_interrupted_command_prints_how_to_continue(
    printed, refused, subscribed, post, tomorrow
):
    def ctrl_c(recipient):
        raise KeyboardInterrupt

    post.on_vote = ctrl_c
    error = refused("digest", status=130)
    assert error.endswith(
        "Error: Interrupted. Run the command again to send the remaining digests.\n"
    )
    post.on_vote = lambda recipient: None
    transaction.abort()
    printed("digest")
    assert list(post.take()) == ["greta@example.org"]


@pytest.mark.parametrize("url", ["www.example.org", "javascript:alert(1)", ""])
def test_an_invalid_url_is_refused(refused, portal, url):
    error = refused("digest", "--url", url, status=2)
    assert "Enter a URL such as https://www.example.org." in error


@pytest.mark.parametrize("options", [[], ["--dry-run"]])
def test_digests_that_are_turned_off_are_reported(
    activitylog, subscribed, post, tomorrow, configure, options
):
    configure(digests=False)
    done = activitylog("digest", *options)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "Error: Digests are turned off in the settings" in done.stderr
    assert post.take() == {}


@pytest.fixture
def paused(subscribed):
    """Greta's digest was refused on three days, Mary's once."""
    for user, uid, times in (("greta", "", 3), ("mary", None, 1)):
        uid = api.content.get_uuid(api.content.get("/garden")) if uid is None else uid
        for day in range(times):
            now = datetime(2026, 11, 23 + day, tzinfo=timezone.utc)
            find((user, uid)).mark_refused(f"{user}@example.org", 550, now)
    transaction.commit()


def test_paused_digests_are_listed(printed, paused, post):
    assert printed("digest", "--paused", "list") == (
        "greta <greta@example.org>, site: code 550, 2026-11-25\nDigests paused: 1.\n"
    )
    assert post.take() == {}


def test_paused_digests_are_resumed(printed, paused, post, tomorrow):
    assert printed("digest", "--dry-run").startswith(
        "greta <greta@example.org>, /: paused, because the mail server refuses the email"
        " address\n"
    )
    assert printed("digest") == (
        "Digests sent: 0; members without new activity: 1; members without a valid"
        " email address, or who cannot view the activity now: 0. Refused by the mail"
        " server: 0; paused after several refusals: 1.\n"
    )
    assert printed("digest", "--paused", "resume") == "Digests resumed: 1.\n"
    assert printed("digest", "--paused", "resume") == "Digests resumed: 0.\n"
    printed("digest")
    assert list(post.take()) == ["greta@example.org"]


def test_paused_digests_are_ended(printed, paused, post, tomorrow):
    assert printed("digest", "--paused", "end") == "Digests ended: 1.\n"
    printed("digest")
    assert post.take() == {}
    assert [key[0] for key in all_keys()] == ["mary"]
