"""``activitylog digest``."""

from collective.appendonly.digests import sending
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from tests.product.digests.conftest import body
from tests.product.digests.conftest import edit
from tests.product.digests.conftest import eve
from tests.product.digests.conftest import make
from tests.product.digests.conftest import member
from tests.product.digests.conftest import post
from tests.product.digests.conftest import subscribe

import pytest
import transaction


__all__ = ["edit", "eve", "make", "member", "post", "subscribe"]


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
    assert "Error: Digests that could not be sent: 1. See the log file" in done.stderr
    post.on_vote = lambda recipient: None
    assert activitylog("digest").exit_code == 0
    assert list(post.take()) == ["greta@example.org"]


def test_an_interrupted_command_prints_how_to_continue(
    printed, refused, subscribed, post, tomorrow
):
    def ctrl_c(recipient):
        raise KeyboardInterrupt

    post.on_vote = ctrl_c
    error = refused("digest")
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
