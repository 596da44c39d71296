"""``activitylog digest``, as an operator meets it."""

from collective.appendonly.digests import sending
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from plone.base.utils import get_installer
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


def test_a_dry_run_says_who_is_due_and_sends_nothing(
    activitylog, subscribed, post, tomorrow
):
    for _ in range(2):
        done = activitylog("digest", "--dry-run")
        assert (done.exit_code, done.stdout) == (
            0,
            "greta <greta@example.org>, /: 1 change\n"
            "mary <mary@example.org>, /garden: nothing new\n"
            "Digests that are due: 2. Nothing was sent.\n",
        )
    assert post.take() == {}


def test_it_sends_and_says_how_many(activitylog, subscribed, post, tomorrow):
    done = activitylog("digest", "--url", "https://www.example.org")
    assert (done.exit_code, done.stdout) == (
        0,
        "Mails sent: 1; members with nothing new: 1; members without a mail address, or"
        " who may not read that now: 0.\n",
    )
    (mail,) = post.take().values()
    assert "https://www.example.org/hours" in body(mail, "plain")
    assert "nohost" not in mail.as_string()
    assert activitylog("digest", "--dry-run").stdout == "No digest is due.\n"


def test_without_an_address_links_lead_to_where_they_subscribed(
    activitylog, subscribed, post, tomorrow, portal
):
    assert activitylog("digest").exit_code == 0
    (mail,) = post.take().values()
    assert f"{portal.absolute_url()}/hours" in body(mail, "plain")


def test_what_could_not_be_sent_shows_in_the_exit_code(
    activitylog, subscribed, post, tomorrow
):
    def refuse(address):
        raise ConnectionRefusedError("down")

    post.on_vote = refuse
    done = activitylog("digest")
    assert done.exit_code == 1
    assert done.stdout.startswith("Mails sent: 0; members with nothing new: 1;")
    assert "Error: 1 could not be sent: the log has the reasons." in done.stderr
    post.on_vote = lambda address: None
    assert activitylog("digest").exit_code == 0
    assert list(post.take()) == ["greta@example.org"]


def test_interrupted_it_says_how_to_go_on(activitylog, subscribed, post, tomorrow):
    def ctrl_c(address):
        raise KeyboardInterrupt

    post.on_vote = ctrl_c
    done = activitylog("digest")
    assert done.exit_code == 1
    assert done.stderr.endswith(
        "Error: Interrupted. Run the command again: it sends what was not sent.\n"
    )
    post.on_vote = lambda address: None
    transaction.abort()
    assert activitylog("digest").exit_code == 0
    assert list(post.take()) == ["greta@example.org"]


@pytest.mark.parametrize("url", ["www.example.org", "javascript:alert(1)", ""])
def test_an_address_that_is_none_is_refused(activitylog, portal, url):
    done = activitylog("digest", "--url", url)
    assert done.exit_code == 2
    assert "Give an address such as https://www.example.org." in done.stderr


@pytest.mark.parametrize("options", [[], ["--dry-run"]])
def test_with_the_setting_off_it_says_so(
    activitylog, subscribed, post, tomorrow, configure, options
):
    configure(digests=False)
    done = activitylog("digest", *options)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "Error: Digests are switched off in the settings" in done.stderr
    assert post.take() == {}


def test_a_site_without_the_add_on_is_told_with_the_remedy(activitylog, portal):
    get_installer(portal).uninstall_product("collective.appendonly")
    transaction.commit()
    done = activitylog("digest")
    assert done.exit_code == 1
    assert "Error: The add-on is not installed in this site" in done.stderr
