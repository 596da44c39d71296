"""Members subscribe, change and unsubscribe on the activity pages."""

from collective.appendonly.digests import DigestReport
from collective.appendonly.digests.subscriptions import find
from collective.appendonly.digests.subscriptions import SUBSCRIPTIONS
from lxml import html
from plone import api
from plone.app.testing import SITE_OWNER_NAME
from plone.app.testing import SITE_OWNER_PASSWORD
from tests.product.people import PASSWORD
from zope.annotation.interfaces import IAnnotations

import pytest
import transaction


pytestmark = pytest.mark.large


@pytest.fixture
def garden(make):
    return make("garden", "Folder", "The garden", publish=True)


def form(browser):
    """Return summary and buttons of the form, None if there is no form."""
    found = html.fromstring(browser.contents).cssselect("details#activity-digest")
    if not found:
        return None
    buttons = [button.text_content().strip() for button in found[0].iter("button")]
    return " ".join(found[0].cssselect("summary")[0].text_content().split()), buttons


def message(browser):
    found = html.fromstring(browser.contents).cssselect(".portalMessage")
    return " ".join(found[0].text_content().split()).partition("_mtype_")[2]


def stored(portal):
    transaction.begin()
    return {
        key: record.get("frequency")
        for key, record in IAnnotations(portal).get(SUBSCRIPTIONS, {}).items()
    }


def press(browser, name):
    browser.getControl(name=name).click()


def test_subscribe_change_and_unsubscribe(portal, mary, browse):
    browser = browse("/@@activity", user="mary")
    assert form(browser) == ("Email digest", ["Subscribe"])
    assert SUBSCRIPTIONS not in IAnnotations(portal)
    press(browser, "subscribe")
    assert browser.url == f"{portal.absolute_url()}/@@activity"
    assert message(browser) == (
        "info Info: You have subscribed. The digest lists activity from now on."
    )
    assert form(browser) == (
        "Email digest Daily",
        ["Save", "Unsubscribe"],
    )
    assert stored(portal) == {("mary", ""): "daily"}
    assert browser.getControl(name="frequency").value == ["daily"]
    browser.getControl(name="frequency").value = ["weekly"]
    press(browser, "change")
    assert message(browser) == "info Info: Digest settings saved."
    assert form(browser)[0] == "Email digest Weekly, on Mondays"
    assert stored(portal) == {("mary", ""): "weekly"}
    press(browser, "end")
    assert message(browser) == "info Info: You have unsubscribed from this digest."
    assert form(browser) == ("Email digest", ["Subscribe"])
    assert find(("mary", "")) is None
    # Subscribe again.
    press(browser, "subscribe")
    assert stored(portal) == {("mary", ""): "daily"}


def test_subscription_follows_moved_folder(
    portal, mary, garden, browse, subscribe, run, post, sentences, make, acting
):
    make("party", publish=True)
    subscribe("mary", "/garden")
    assert stored(portal) == {("mary", api.content.get_uuid(garden)): "daily"}
    assert form(browse("/@@activity", user="mary"))[1] == ["Subscribe"]
    make("garden/roses", publish=True)
    make("lecture", publish=True)
    with acting("eve"):
        api.content.rename(garden, "park")
    assert run() == DigestReport(sent=1)
    mail = post.take()["mary@example.org"]
    assert mail["Subject"] == "2 changes in “The garden”"
    assert sentences(mail) == [
        "Eve renamed The garden",
        "Eve created and published Roses",
    ]
    assert f"{portal.absolute_url()}/park/@@activity" in str(mail)


def test_no_form_on_a_page(mary, make, browse):
    make("hours", publish=True)
    browser = browse("/hours/@@activity", user="mary")
    assert "Hours" in browser.contents
    assert form(browser) is None


def test_my_activity_lists_and_ends_subscriptions(
    portal, mary, garden, subscribe, browse, run, make, acting
):
    secret = make("secret", "Folder")
    assert "Your digests" not in browse("/@@my-activity", user="mary").contents
    subscribe("mary", frequency="weekly")
    subscribe("mary", "/garden")
    with acting("eve"):
        secret.manage_setLocalRoles("mary", ["Reader"])
        secret.reindexObjectSecurity()
    subscribe("mary", "/secret")
    with acting("eve"):
        secret.manage_delLocalRoles(["mary"])
        secret.reindexObjectSecurity()
    browser = browse("/@@my-activity", user="mary")

    def listed():
        items = html.fromstring(browser.contents).cssselect("#digests li")
        return sorted(" ".join(item.text_content().split()) for item in items)

    gone = "A folder that no longer exists or that you cannot view"
    expected = [
        f"{gone} Daily Unsubscribe: {gone}",
        "The garden Daily Unsubscribe: The garden",
        "The whole site Weekly, on Mondays Unsubscribe: The whole site",
    ]
    assert listed() == expected
    assert "secret" not in browser.contents.casefold()
    for left in (2, 1, 0):
        browser.getControl("Unsubscribe", index=0).click()
        assert message(browser) == "info Info: You have unsubscribed from this digest."
        assert len(listed()) == left
    assert [find(key) for key in stored(portal)] == [None] * 3
    # The maintenance job removes their records.
    assert run() == DigestReport()
    assert stored(portal) == {}


def test_no_form_for_anonymous_users(portal, garden, configure, browse, fetch):
    configure(audience="everybody")
    assert form(browse("/garden/@@activity")) is None
    for path in ("/@@activity-digest", "/@@activity-digest-end"):
        answer = fetch(path, method="POST", body=b"frequency=daily&folder=")
        assert answer.status_int == 302
        assert "require_login" in answer.headers["location"]
    assert stored(portal) == {}


def test_form_without_email_address(member, browse):
    member("mary")
    api.user.get(username="mary").setMemberProperties({"email": ""})
    transaction.commit()
    browser = browse("/@@activity", user="mary")
    assert "Your profile has no valid email address." in browser.contents


def test_no_form_with_setting_off(portal, mary, subscribe, configure, browse, post_as):
    subscribe("mary")
    configure(digests=False)
    assert form(browse("/@@activity", user="mary")) is None
    assert "Your digests" not in browse("/@@my-activity", user="mary").contents
    before = stored(portal)
    browser = post_as("mary", "/@@activity-digest", "frequency=weekly")
    assert message(browser) == "error Error: Digests are not available to you here."
    assert stored(portal) == before


def test_no_form_without_access(portal, mary, configure, post_as):
    configure(audience="nobody")
    browser = post_as("mary", "/@@activity-digest", "frequency=daily")
    assert stored(portal) == {}
    assert "You have subscribed" not in browser.contents


@pytest.fixture
def post_as(portal, browse):
    """Send a form with the token of a member, taken from another page."""

    def post_as(user, path, data):
        browser = browse("/@@activity-addresses", user=user)
        token = browser.getControl(name="_authenticator").value
        browser.post(f"{portal.absolute_url()}{path}", f"{data}&_authenticator={token}")
        return browser

    return post_as


@pytest.mark.parametrize("frequency", ["", "hourly", "daily&frequency=weekly"])
def test_invalid_frequency_is_rejected_with_a_message(portal, mary, post_as, frequency):
    browser = post_as("mary", "/@@activity-digest", f"frequency={frequency}")
    assert message(browser) == (
        "error Error: Choose how often you want to receive the digest."
    )
    assert stored(portal) == {}


@pytest.mark.parametrize(
    "path, data",
    [
        ("/@@activity-digest", "frequency=weekly"),
        ("/@@activity-digest", "end=1"),
        ("/@@activity-digest-end", "folder="),
    ],
)
def test_change_requires_post_and_token(
    portal, mary, subscribe, fetch, changed, path, data
):
    """Neither a link nor a form on another site changes a subscription."""
    subscribe("mary")
    before = stored(portal)
    changed.clear()
    assert fetch(f"{path}?{data}", "mary").status_int == 302
    assert changed == []
    answer = fetch(path, "mary", method="POST", body=data.encode())
    assert answer.status_int == 403
    assert stored(portal) == before


def test_no_form_for_users_of_the_zope_root(browse):
    browser = browse("/@@activity", SITE_OWNER_NAME, SITE_OWNER_PASSWORD)
    assert form(browser) is None


def test_deleting_the_account_ends_subscription(
    portal, mary, member, subscribe, run, make
):
    subscribe("mary")
    member("marya")
    subscribe("marya")
    api.user.delete(username="mary")
    transaction.commit()
    assert stored(portal) == {("marya", ""): "daily"}
    member("mary")
    make("party", publish=True)
    assert run() == DigestReport(sent=1)


def test_deleting_the_folder_ends_subscription(
    portal, mary, garden, subscribe, run, make, acting
):
    subscribe("mary", "/garden")
    with acting("eve"):
        api.content.delete(garden)
    assert run() == DigestReport()
    assert stored(portal) == {}


def test_subscription_waits_while_folder_is_private(
    portal, mary, garden, subscribe, run, post, sentences, make, acting
):
    subscribe("mary", "/garden")
    make("garden/roses", publish=True)
    with acting("eve"):
        api.content.transition(garden, "retract")
    assert run() == DigestReport(skipped=1)
    assert post.take() == {}
    make("garden/lilies", publish=True)
    assert run(days=30) == DigestReport(skipped=1)
    with acting("eve"):
        api.content.transition(garden, "publish")
    assert run(days=0) == DigestReport(sent=1)
    assert sentences(post.take()["mary@example.org"]) == [
        "Eve published The garden",
        "Eve created and published 2 items",
    ]


def test_subscription_waits_without_email_address(
    portal, mary, subscribe, run, post, make
):
    subscribe("mary")
    make("party", publish=True)
    mary = api.user.get(username="mary")
    mary.setMemberProperties({"email": ""})
    transaction.commit()
    assert run() == DigestReport(skipped=1)
    api.user.get(username="mary").setMemberProperties({"email": "new@example.org"})
    transaction.commit()
    assert run(days=0) == DigestReport(sent=1)
    assert list(post.take()) == ["new@example.org"]


def test_uninstalling_removes_subscriptions(portal, mary, subscribe, uninstall):
    subscribe("mary")
    uninstall()
    assert SUBSCRIPTIONS not in IAnnotations(portal)


def test_new_epoch_is_the_new_start(
    portal, log, mary, subscribe, run, post, sentences, make
):
    """After a backfill or with a new log, members do not receive everything."""
    subscribe("mary")
    make("before", publish=True)
    log.begin_epoch()
    transaction.commit()
    assert run() == DigestReport(nothing_new=1)
    make("after", publish=True)
    assert run() == DigestReport(sent=1)
    assert sentences(post.take()["mary@example.org"]) == [
        "Eve created and published After"
    ]


def test_subscriptions_are_separate_records(portal, mary, member, subscribe):
    """Each subscription is a record of its own."""
    member("greta")
    subscribe("mary")
    subscribe("greta")
    first, second = (find((user, "")).record for user in ("mary", "greta"))
    assert first._p_oid != second._p_oid
    assert PASSWORD not in repr(dict(first))
