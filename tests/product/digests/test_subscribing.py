"""Members subscribe, change and unsubscribe on the activity pages."""

from collective.appendonly.digests import DigestReport
from collective.appendonly.digests import DigestState
from collective.appendonly.digests import own
from collective.appendonly.digests import preview
from collective.appendonly.digests.subscriptions import find
from collective.appendonly.digests.subscriptions import of_member
from collective.appendonly.digests.subscriptions import SUBSCRIPTIONS
from datetime import timedelta
from lxml import html
from plone import api
from plone.app.testing import SITE_OWNER_NAME
from plone.app.testing import SITE_OWNER_PASSWORD
from tests.product.digests.conftest import body
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


def stored(portal, name="frequency"):
    transaction.begin()
    return {
        key: record.get(name)
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
    assert stored(portal, "own_changes") == {("mary", ""): False}
    browser.getControl(name="frequency").value = ["weekly"]
    browser.getControl("Include my own changes").selected = True
    press(browser, "change")
    assert message(browser) == "info Info: Digest settings saved."
    assert form(browser)[0] == "Email digest Weekly, on Mondays"
    assert stored(portal) == {("mary", ""): "weekly"}
    assert stored(portal, "own_changes") == {("mary", ""): True}
    assert browser.getControl("Include my own changes").selected
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


def test_subscribing_to_a_single_page(
    portal, mary, make, browse, run, post, sentences, edit, acting
):
    page = make("hours", title="Opening hours", publish=True)
    browser = browse("/hours/@@activity", user="mary")
    assert form(browser) == ("Email digest", ["Subscribe"])
    assert "A digest is an email that lists the changes to this page." in " ".join(
        browser.contents.split()
    )
    press(browser, "subscribe")
    assert stored(portal) == {("mary", api.content.get_uuid(page)): "daily"}
    assert form(browse("/@@activity", user="mary"))[1] == ["Subscribe"]
    edit("hours")
    make("tour", publish=True)
    assert run() == DigestReport(sent=1)
    mail = post.take()["mary@example.org"]
    assert mail["Subject"] == "1 change in “Opening hours!”"
    assert sentences(mail) == ["Eve edited Opening hours!"]
    with acting("eve"):
        api.content.delete(page)
    assert run() == DigestReport()
    assert stored(portal) == {}


@pytest.fixture
def filtered(portal, mary, make, browse):
    """Subscribe to news and events that Eve creates, as they happen."""
    make("before", "Event", publish=True)
    query = "types=News+Item&types=Event&actions=created&from=2020-01-01"
    browser = browse(f"/@@activity?{query}", user="mary")
    browser.getControl(name="frequency").value = ["at_once"]
    press(browser, "subscribe")
    return browser


def test_subscribing_with_the_active_filters(
    portal, filtered, browse, run, post, sentences, make, edit
):
    assert message(filtered) == (
        "info Info: You have subscribed. The digest lists activity from now on."
    )
    # The page is still filtered, and the form is about this digest, not about all.
    assert "types=News+Item" in filtered.url
    assert "from=2020-01-01" in filtered.url
    assert form(filtered) == (
        "Email digest As it happens, at most one email an hour",
        ["Save", "Unsubscribe"],
    )
    assert "Start and end date do not apply to digests." in filtered.contents
    assert form(browse("/@@activity", user="mary"))[1] == ["Subscribe"]
    [filters] = stored(portal, "filters").values()
    assert filters == {
        "version": 1,
        "actions": ["created"],
        "types": ["Event", "News Item"],
    }
    make("party", "Event", publish=True)
    make("roses")
    edit("before")
    assert run(days=0, minutes=5) == DigestReport(sent=1)
    mail = post.take()["mary@example.org"]
    assert sentences(mail) == ["Eve created and published Party"]
    text = body(mail, "plain")
    assert "\nFilters: Created, Event, News Item\n" in text
    assert "\nYour own changes are not included.\n" in text
    assert (
        f"{portal.absolute_url()}/@@activity?actions=created&types=Event&types=News+Item"
        in text
    )
    assert (
        "because you subscribed to emails about new activity on “Garden Society”, at most"
        " one an hour." in text
    )
    # At most one an hour.
    make("tour", "Event", publish=True)
    assert run(days=0, minutes=30) == DigestReport()
    assert run(days=0, minutes=30) == DigestReport(sent=1)
    assert sentences(post.take()["mary@example.org"]) == [
        "Eve created and published Tour"
    ]
    assert run(days=0, minutes=60) == DigestReport(nothing_new=1)


def test_subscriptions_with_other_filters_are_others(portal, filtered, browse):
    browser = browse("/@@activity?text=roses", user="mary")
    press(browser, "subscribe")
    browser = browse("/@@activity", user="mary")
    press(browser, "subscribe")
    assert len(stored(portal)) == 3
    browser = browse("/@@my-activity", user="mary")
    items = html.fromstring(browser.contents).cssselect("#digests li")
    listed = [" ".join(item.text_content().split()) for item in items]
    others = "without your own changes"
    site = "The whole site"
    assert sorted(listed) == [
        f"{site} As it happens, at most one email an hour · Created · Event · News Item"
        f" · {others} Unsubscribe: {site}",
        f"{site} Daily · {others} Unsubscribe: {site}",
        f"{site} Daily · “roses” · {others} Unsubscribe: {site}",
    ]
    [link] = [
        link.get("href")
        for item in items
        for link in item.iter("a")
        if "roses" in link.get("href")
    ]
    assert link == f"{portal.absolute_url()}/@@activity?text=roses"


def test_own_changes_are_left_out_unless_asked_for(
    portal, eve, member, subscribe, run, post, sentences, make, acting
):
    member("tom", "Manager")
    subscribe("eve")
    subscribe("eve", own_changes="1", text="party")
    make("party", publish=True)
    with acting("tom"):
        tour = api.content.create(portal, "Event", "tour", title="Tour")
        api.content.transition(tour, "publish")
    assert run() == DigestReport(sent=2)
    found = sorted(sentences(mail) for _, mail in post.mails)
    assert found == [
        ["Eve created and published Party"],
        ["Tom created and published Tour"],
    ]


def test_a_digest_about_oneself_has_ones_own_changes(
    portal, eve, browse, run, post, sentences, make
):
    browser = browse("/@@activity?actor=eve", user="eve")
    assert "Include my own changes" not in browser.contents
    press(browser, "subscribe")
    make("party", publish=True)
    assert run() == DigestReport(sent=1)
    mail = post.take()["eve@example.org"]
    assert sentences(mail) == ["Eve created and published Party"]
    assert "own changes" not in body(mail, "plain")


def test_old_subscriptions_have_own_changes(portal, eve, subscribe, run, post, make):
    """Those of 1.0.0a1 have fewer values."""
    subscribe("eve")
    record = find(("eve", "")).record
    for name in ("own_changes", "filters", "refused"):
        del record[name]
    transaction.commit()
    make("party", publish=True)
    assert run() == DigestReport(sent=1)
    assert "Your own changes" not in body(post.take()["eve@example.org"], "plain")


def test_a_digest_waits_while_its_filter_is_not_allowed(
    portal, mary, browse, configure, run, post, make
):
    portal.manage_permission("List portal members", ["Manager"])
    configure(people_pages=True)
    browser = browse("/@@activity?actor=eve", user="mary")
    press(browser, "subscribe")
    make("party", publish=True)
    configure(people_pages=False)
    assert run() == DigestReport(skipped=1)
    configure(people_pages=True)
    assert run(days=0) == DigestReport(sent=1)


def test_a_digest_goes_on_without_a_content_type_that_was_removed(
    portal, mary, subscribe, run, post, make, sentences
):
    subscribe("mary", types=["Document", "Event"])
    subscribe("mary", types=["Event"], text="party")
    portal.portal_types.manage_delObjects(["Event"])
    make("party", publish=True)
    # The other one has nothing to wait for until there is such a type again.
    assert run() == DigestReport(sent=1, skipped=1)
    mail = post.take()["mary@example.org"]
    assert sentences(mail) == ["Eve created and published Party"]
    text = body(mail, "plain")
    assert f"{portal.absolute_url()}/@@activity?types=Document\n" in text
    assert "\nFilters: Page\n" in text


def test_a_digest_goes_on_without_an_action_of_an_add_on_that_is_gone(
    portal, mary, subscribe, run, post, make, sentences
):
    subscribe("mary", actions="created")
    [subscription] = of_member("mary")
    filters = {"version": 1, "actions": ["created", "frobbed"]}
    subscription.record["filters"] = filters
    transaction.commit()
    make("party", publish=True)
    assert run() == DigestReport(sent=1)
    assert sentences(post.take()["mary@example.org"]) == [
        "Eve created and published Party"
    ]
    assert subscription.record["filters"] == filters


def test_a_digest_with_filters_of_a_later_version_waits_and_can_be_ended(
    portal, filtered, browse, run, make
):
    [key] = stored(portal)
    find(key).record["filters"] = {"version": 2, "planet": "Mars"}
    transaction.commit()
    make("party", "Event", publish=True)
    assert run() == DigestReport(skipped=1)
    browse("/@@my-activity", user="mary").getControl(name="end").click()
    assert run() == DigestReport()
    assert stored(portal) == {}


def test_the_number_of_digests_is_limited(
    portal, mary, subscribe, post_as, monkeypatch
):
    monkeypatch.setattr(own, "MAX_DIGESTS", 2)
    subscribe("mary")
    subscribe("mary", text="roses")
    browser = post_as("mary", "/@@activity-digest", "frequency=daily&text=party")
    assert message(browser) == (
        "error Error: You have 2 digests. Unsubscribe from one of them first."
    )
    assert len(stored(portal)) == 2
    # Those that there are can be changed.
    browser = post_as("mary", "/@@activity-digest", "frequency=weekly&text=roses")
    assert message(browser) == "info Info: Digest settings saved."


@pytest.mark.parametrize(
    "query, expected",
    [
        ("actor=eve", "You are not allowed to filter by user."),
        ("text=a&text=b", "Only one value is allowed."),
        (f"types={'x' * 201}", "Enter at most 200 characters."),
    ],
)
def test_invalid_filters_are_rejected_with_a_message(
    portal, mary, eve, post_as, configure, query, expected
):
    portal.manage_permission("List portal members", ["Manager"])
    configure(people_pages=False)
    browser = post_as("mary", "/@@activity-digest", f"frequency=daily&{query}")
    assert message(browser) == f"error Error: {expected}"
    assert stored(portal) == {}


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

    gone = "Content that no longer exists or that you cannot view"
    others = "without your own changes"
    expected = [
        f"{gone} Daily · {others} Unsubscribe: {gone}",
        f"The garden Daily · {others} Unsubscribe: The garden",
        f"The whole site Weekly, on Mondays · {others} Unsubscribe: The whole site",
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


def test_my_activity_lists_a_folder_that_only_the_catalog_still_has(
    portal, mary, garden, subscribe, browse
):
    subscribe("mary", "/garden")
    portal._delOb("garden")
    transaction.commit()
    browser = browse("/@@my-activity", user="mary")
    [item] = html.fromstring(browser.contents).cssselect("#digests li")
    gone = "Content that no longer exists or that you cannot view"
    assert " ".join(item.text_content().split()) == (
        f"{gone} Daily · without your own changes Unsubscribe: {gone}"
    )
    browser.getControl("Unsubscribe").click()
    assert message(browser) == "info Info: You have unsubscribed from this digest."


def test_no_form_for_anonymous_users(portal, garden, configure, browse, fetch):
    configure(audience="everybody")
    assert form(browse("/garden/@@activity")) is None
    for path in ("/@@activity-digest", "/@@activity-digests"):
        answer = fetch(path, method="POST", body=b"frequency=daily&digest=site")
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
        ("/@@activity-digests", "digest=site"),
        ("/@@activity-digests", "digest=site&resume=1"),
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


@pytest.mark.parametrize("has_namesake", [False, True])
def test_subscription_waits_while_only_the_catalog_has_the_folder(
    portal, mary, garden, subscribe, run, make, has_namesake, caplog
):
    """It is not about another folder of this name, which Zope would acquire."""
    make("garden/shed", "Folder", publish=True)
    make("garden/shed/tools", publish=True)
    subscribe("mary", "/garden/shed")
    garden._delOb("shed")
    transaction.commit()
    if has_namesake:
        make("shed", "Folder", publish=True)
        make("shed/rakes", publish=True)
    [digest] = preview(portal, run.now + timedelta(days=1))
    assert (digest.state, digest.path) == (DigestState.WAITING, "/garden/shed")
    assert run() == run() == DigestReport(skipped=1)
    assert caplog.records == []
    portal.portal_catalog.uncatalog_object("/plone/garden/shed")
    transaction.commit()
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
