"""The contents of a digest: text, HTML and headers."""

from collective.appendonly.digests import DigestReport
from collective.appendonly.digests import headers
from collective.appendonly.digests.new_activity import ITEMS
from collective.appendonly.digests.rendering import is_site_url
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from datetime import datetime
from datetime import timezone
from email.header import decode_header
from email.header import make_header
from lxml import html
from plone import api
from tests.product.digests.conftest import body
from zope.lifecycleevent import modified

import pytest
import re
import transaction


PUBLIC_URL = "https://www.example.org/intranet"


@pytest.fixture
def receive(mary, subscribe, run, post):
    """Run, and return the email to Mary."""

    def receive(**options):
        assert run(**options) == DigestReport(sent=1)
        return post.take()["mary@example.org"]

    return receive


def test_headers(mary, subscribe, receive, make):
    subscribe("mary")
    make("party", publish=True)
    mail = receive(url=PUBLIC_URL)
    found = dict(mail.items())
    unsubscribe = found.pop("List-Unsubscribe")
    assert re.fullmatch(
        rf"<{PUBLIC_URL}/@@activity-unsubscribe\?key=activitykey\.[\w-]+\.[\w-]+>",
        unsubscribe,
    )
    assert re.fullmatch(r"<[^@]+@www\.example\.org>", found.pop("Message-ID"))
    assert mail["Date"].datetime is not None
    del found["Date"]
    assert found.pop("Content-Type").startswith("multipart/alternative")
    assert found == {
        "Subject": "1 change in “Garden Society”",
        "From": "The Garden Society <webmaster@example.org>",
        "To": "mary@example.org",
        "List-ID": "<site.activity.www.example.org>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        "Precedence": "bulk",
        "MIME-Version": "1.0",
    }
    kinds = [part.get_content_type() for part in mail.iter_parts()]
    assert kinds == ["text/plain", "text/html"]


def test_plain_text(portal, mary, subscribe, receive, make, edit):
    make("garden", "Folder", "The garden", publish=True)
    subscribe("mary", "/garden", "weekly")
    make("garden/roses", publish=True)
    edit("garden/roses")
    edit("garden/roses")
    mail = receive(days=7, url=PUBLIC_URL)
    text = re.sub(
        r"\(\d+:\d\d [AP]M(–\d+:\d\d [AP]M)?\)", "(TIME)", body(mail, "plain")
    )
    text = re.sub(r"activitykey[\w.-]+", "KEY", text)
    text = re.sub(r"^[A-Z]\w\w \d\d, \d{4}\n-+$", "DAY", text, flags=re.MULTILINE)
    assert text.splitlines() == [
        "3 changes in “The garden”",
        "=========================",
        "",
        "DAY",
        "",
        "* Eve edited Roses!! (TIME)",
        "  Changed: Title",
        "  2 edits",
        f"  {PUBLIC_URL}/garden/roses",
        "",
        "* Eve created and published Roses!! (TIME)",
        f"  {PUBLIC_URL}/garden/roses",
        "",
        "All activity",
        f"{PUBLIC_URL}/garden/@@activity",
        "",
        "-- ",
        "",
        "You receive this email because you subscribed to a weekly digest of activity in “The garden” on “Garden Society”. In weeks without activity, no email is sent.",
        "",
        "Your own changes are not included.",
        "",
        "Manage your digests",
        f"{PUBLIC_URL}/@@my-activity#digests",
        "",
        "Unsubscribe",
        f"{PUBLIC_URL}/@@activity-unsubscribe?key=KEY",
    ]


def test_links_use_url_at_which_member_subscribed(
    portal, mary, subscribe, receive, make
):
    subscribe("mary")
    make("party", publish=True)
    mail = receive()
    page = html.fromstring(body(mail, "html"))
    links = [link.get("href") for link in page.iter("a")]
    assert len(links) == 4
    assert all(link.startswith(f"{portal.absolute_url()}/") for link in links)


def test_links_use_given_url(mary, subscribe, receive, make):
    subscribe("mary")
    make("garden", "Folder", publish=True)
    make("garden/roses", publish=True)
    page = html.fromstring(body(receive(url="http://localhost:8080/~"), "html"))
    links = {link.get("href") for link in page.iter("a")}
    assert all(link.startswith("http://localhost:8080/~/") for link in links)
    assert "http://localhost:8080/~/garden/roses" in links


@pytest.mark.parametrize(
    "url, is_one",
    [
        ("https://www.example.org", True),
        ("http://localhost:8080/Plone/", True),
        ("www.example.org", False),
        ("ftp://www.example.org", False),
        ("https://", False),
        ("https://www.example.org:port", False),
        ("https://www.example.org/a b", False),
        ("https://www.example.org/?a=b", False),
        ("https://www.example.org/\nBcc: x", False),
    ],
)
def test_is_site_url(url, is_one):
    assert is_site_url(url) is is_one


def test_language_of_member(portal, member, subscribe, make, run, post, sentences):
    registry = api.portal.get_tool("portal_registry")
    registry["plone.available_languages"] = ["en", "de", "fr"]
    transaction.commit()
    member("mary", language="de")
    member("jean", language="xx")
    for user in ("mary", "jean"):
        subscribe(user)
    make("party", publish=True)
    assert run() == DigestReport(sent=2)
    mails = post.take()
    assert html.fromstring(body(mails["mary@example.org"], "html")).get("lang") == "de"
    assert sentences(mails["mary@example.org"]) == [
        "Eve hat Party erstellt und veröffentlicht"
    ]
    assert sentences(mails["jean@example.org"]) == ["Eve created and published Party"]


def test_titles_are_escaped(mary, subscribe, make, receive, sentences):
    title = "<img src=x onerror=alert(1)> ${actor} & Co, 100 %d %"
    make("garden", "Folder", title, publish=True)
    subscribe("mary", "/garden")
    make("garden/x", title="<script>evil()</script>", publish=True)
    mail = receive()
    assert mail["Subject"] == f"1 change in “{title}”"
    markup = body(mail, "html")
    assert "<script" not in markup
    assert "<img" not in markup
    assert sentences(mail) == ["Eve created and published <script>evil()</script>"]


def test_titles_cannot_inject_headers(mary, subscribe, make, receive, acting, portal):
    folder = make("garden", "Folder", publish=True)
    subscribe("mary", "/garden")
    with acting("eve"):
        folder.title = "The\r\nBcc: everybody@example.org\n\ngarden\u202e \ud800 \x00"
        modified(folder)
    mail = receive()
    assert mail["Bcc"] is None
    assert mail["Subject"] == (
        "1 change in “The Bcc: everybody@example.org garden ? �”"
    )
    assert "\nBcc" not in body(mail, "plain")


@pytest.mark.parametrize(
    "title",
    [
        "Big =?utf-8?q?=0D=0ABcc:_eve@example.org=0D=0A=0D=0APay_here?= news",
        "=?utf-8?b?DQoNClBheSBoZXJl?=",
        "a =?us-ascii*en?q?=00=0A=0Ab?= c",
        "=?utf-8?q?Roses?= =?utf-8?q?",
        "a =?b?= c=?",
    ],
)
def test_titles_that_look_encoded_are_not_decoded(
    mary, subscribe, make, receive, title
):
    """Decoded, some would end the headers and begin another email."""
    make("garden", "Folder", title, publish=True)
    subscribe("mary", "/garden")
    make("garden/roses", publish=True)
    mail = receive()
    assert mail["Subject"] == f"1 change in “{title}”"
    assert mail["From"] == "The Garden Society <webmaster@example.org>"
    assert mail["Bcc"] is None
    assert body(mail, "plain").startswith(f"1 change in “{title}”\n===")
    assert not mail.defects


def test_long_subject_is_shortened(mary, subscribe, make, receive):
    make("garden", "Folder", "Gärten " * 100, publish=True)
    subscribe("mary", "/garden")
    make("garden/x", publish=True)
    assert len(receive()["Subject"]) == headers._MAX_SUBJECT + 1


def test_urls_in_headers_are_not_folded(mary, subscribe, make, run, monkeypatch, post):
    """Even very long ones."""
    raw = []
    mailer = type(post.mailer())
    send = mailer.send
    monkeypatch.setattr(
        mailer, "send", lambda *args: (raw.append(args[3]), send(*args))
    )
    subscribe("mary")
    make("party", publish=True)
    url = "https://www.example.org/" + "intranet-" * 12
    run(url=url)
    (line,) = re.findall(rb"^List-Unsubscribe: (.+)\r\n", raw[0], re.MULTILINE)
    assert line.startswith(f"<{url}/@@activity-unsubscribe?key=activitykey.".encode())
    assert line.endswith(b">")
    assert max(map(len, raw[0].split(b"\r\n"))) < 998
    raw[0].decode("ascii")


@pytest.mark.large
def test_more_changes_than_a_digest_lists(mary, subscribe, make, receive, one_by_one):
    subscribe("mary")
    for number in range(ITEMS + 2):
        make(f"page-{number}", publish=True)
    mail = receive()
    assert mail["Subject"] == f"More than {ITEMS} changes in “Garden Society”"
    listed = html.fromstring(body(mail, "html")).cssselect("li.line")
    assert len(listed) == ITEMS
    assert f"Page-{ITEMS + 1}" in listed[0].text_content()
    assert "There are more changes than this email can list." in body(mail, "plain")


@pytest.mark.large
def test_exactly_as_many_changes_as_a_digest_lists(
    mary, subscribe, make, receive, one_by_one
):
    make("before", publish=True)
    subscribe("mary")
    for number in range(ITEMS):
        make(f"page-{number}", publish=True)
    assert receive()["Subject"] == f"{ITEMS} changes in “Garden Society”"


@pytest.mark.large
def test_long_titles_and_names_are_cut(
    portal, mary, subscribe, receive, make, acting, sentences, one_by_one
):
    """The mail server would refuse a large email, and then the digest would be paused."""
    garden = make("garden", "Folder", publish=True)
    subscribe("mary", "/garden")
    for number in range(5):
        make(f"garden/p-{number}", title="t" * 100_000, publish=True)
    with acting("eve"):
        garden.title = "g" * 100_000
        modified(garden)
    api.user.get("eve").setMemberProperties({"fullname": "e" * 100_000})
    transaction.commit()
    mail = receive()
    eve, title, garden = ("e" * 499 + "…", "t" * 499 + "…", "g" * 499 + "…")
    assert sentences(mail) == [
        f"{eve} edited {garden}",
        *[f"{eve} created and published {title}"] * 5,
    ]
    assert f"activity in “{garden}” on" in body(mail, "plain")
    assert len(mail.as_bytes()) < 50_000


@pytest.mark.parametrize("number, shown", [(2, True), (3, False)])
def test_a_line_that_would_be_too_long_has_no_details(
    portal, log, mary, subscribe, receive, make, sentences, number, shown
):
    """It can stand for hundreds of edits with notes."""
    page = make("garden", publish=True)
    subscribe("mary")
    portal.manage_permission("CMFEditions: Access previous versions", ["Member"], 1)
    for time in range(number):
        entry = Entry(
            actions=("edited",),
            uid=page.UID(),
            path="garden",
            title="Garden",
            portal_type="Document",
            principals=("Anonymous",),
            actor="eve",
            comment=f"{time} " + "n" * 1998,
        )
        log.push(ChangeSet(datetime.now(timezone.utc), "eve", (entry,)))
    transaction.commit()
    mail = receive()
    assert sentences(mail) == ["Eve edited Garden"]
    assert mail["Subject"] == f"{number} changes in “Garden Society”"
    for kind in ("plain", "html"):
        text = body(mail, kind)
        assert text.count("n" * 1998) == (number if shown else 0)
        assert f"{number} edits" in text
        assert ("…" in text) is not shown
        assert f"{portal.absolute_url()}/garden" in text


def test_a_line_has_no_url_that_is_too_long(
    portal, mary, subscribe, receive, make, acting, sentences
):
    subscribe("mary")
    make("garden", publish=True)
    with acting("eve"):
        api.content.rename(portal["garden"], "p" * 5000)
    mail = receive()
    assert sentences(mail) == ["Eve created and published Garden"]
    for kind in ("plain", "html"):
        assert "p" * 5000 not in body(mail, kind)


def test_several_objects_in_one_line(portal, mary, subscribe, receive, acting, eve):
    subscribe("mary")
    with acting("eve"):
        for number in range(5):
            page = api.content.create(portal, "Document", f"page-{number}")
            api.content.transition(page, "publish")
    mail = receive()
    assert mail["Subject"] == "1 change in “Garden Society”"
    page = html.fromstring(body(mail, "html"))
    (line,) = page.cssselect("li.line")
    named = [" ".join(item.text_content().split()) for item in line.cssselect("li li")]
    assert named == ["page-0", "page-1", "page-2", "2 more"]
    assert "  2 more\n" in body(mail, "plain")


def test_several_actions_of_several_users_in_one_line(
    portal, mary, member, subscribe, receive, acting, make
):
    """As in a script that acts for several users."""
    make("party", publish=True)
    member("tom", "Manager")
    subscribe("mary")
    with acting("eve"):
        for name in ("roses", "lilies"):
            page = api.content.create(portal, "Document", name)
            api.content.transition(page, "publish")
        with api.env.adopt_user(username="tom"):
            portal["party"].title = "The party"
            modified(portal["party"])
    text = body(receive(), "plain")
    assert "* Eve changed 3 items (" in text
    assert "- The party (edited, by Tom, Changed: Title)\n" in text
    assert "- roses (created, published)\n" in text


def test_retracted_content_is_not_listed(portal, mary, subscribe, run, make, acting):
    """It was public at first and is private when the digest is sent."""
    subscribe("mary")
    page = make("party", publish=True)
    with acting("eve"):
        api.content.transition(page, "retract")
    assert run() == DigestReport(nothing_new=1)


@pytest.mark.parametrize(
    "name, shown",
    [
        ("Gärten, Rosen & Co", "Gärten, Rosen & Co"),
        ("Gärten " * 100, ("Gärten " * 100).strip()),
        ('"Rosen" \\ <eve@example.org>', '"Rosen" \\ <eve@example.org>'),
        # Typed in a form it is one line, imported it need not be.
        ("Rosen\r\nBcc: eve@example.org", "Rosen Bcc: eve@example.org"),
        # Decoded, it would begin a header, or end them all.
        ("Rosen =?utf-8?q?=0D=0ABcc:_eve@example.org?=", None),
        ("=?utf-8?b?DQoNClBheSBoZXJl?=", None),
        ("=?utf-8?q?Roses?=", None),
    ],
)
def test_sender_name_is_encoded(mary, subscribe, receive, make, portal, name, shown):
    record = portal.portal_registry.records["plone.email_from_name"]
    portal.portal_registry.records._values[record.__name__] = name
    transaction.commit()
    subscribe("mary")
    make("party", publish=True)
    mail = receive()
    header = dict(mail.raw_items())["From"]
    # The parser of addresses leaves the spaces between encoded words.
    sent = str(make_header(decode_header(header)))
    assert sent == f"{name if shown is None else shown} <webmaster@example.org>"
    [address] = mail["From"].addresses
    assert address.addr_spec == "webmaster@example.org"
    assert max(map(len, header.splitlines())) < 80
    assert mail["Bcc"] is None
    assert mail["Subject"] == "1 change in “Garden Society”"
    assert not mail.defects


def test_without_a_sender_name_there_is_the_address(
    mary, subscribe, receive, make, portal
):
    api.portal.set_registry_record("plone.email_from_name", " ")
    transaction.commit()
    subscribe("mary")
    make("party", publish=True)
    assert receive()["From"] == "webmaster@example.org"
