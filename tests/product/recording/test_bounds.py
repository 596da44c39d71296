"""Nobody can make the edits of all others write much: with long texts, many roles, large details."""

from .expected import entry
from .expected import only
from collective.appendonly.bounds import DETAILS
from collective.appendonly.bulk import INLINE_BYTES
from collective.appendonly.recording import record
from itertools import islice
from plone import api
from random import Random
from ZODB.serialize import ObjectWriter
from zope.lifecycleevent import modified

import pytest
import transaction


#: Comments, from those that deflate to next to nothing to those that hardly do.
COMMENTS = {
    "one letter": "x" * 1_000_000,
    "one sentence": "Please have a look at the opening hours, they are those of last year. "
    * 99,
    "random letters": "".join(Random(1).choices("abcdefghijklmnopqrstuvw ", k=5000)),
    "random ideographs": "".join(
        map(chr, Random(2).choices(range(0x4E00, 0x9F00), k=5000))
    ),
}


def record_size(obj):
    return len(ObjectWriter(obj).serialize(obj))


@pytest.fixture
def others_write(site, log):
    """Return how many bytes of the log an edit of something else writes."""

    def others_write():
        before = log._p_jar.db().lastTransaction()
        site["archive"].title += "."
        modified(site["archive"])
        transaction.commit()
        objects = [log.stack, log.archive]
        for layer in islice(log.archive.layers(), 1):
            objects += [layer] if layer.summary is None else [layer, layer.summary]
        for obj in objects:
            obj._p_activate()
        return sum(record_size(obj) for obj in objects if obj._p_serial > before)

    return others_write


@pytest.fixture
def at_most(log, others_write):
    """Return how many bytes a few edits of something else may write now."""
    usual = max(others_write() for _ in range(2 * 8))
    # Once in eight edits, eight of the change sets are archived as well.
    return usual + 5000


@pytest.mark.parametrize("comment", COMMENTS.values(), ids=COMMENTS)
def test_many_transitions_with_long_comments(comment, add, log, at_most, others_write):
    pages = [add(f"archive/page-{number}") for number in range(12)]
    transaction.commit()
    for page in pages:
        api.content.transition(page, "publish", comment=comment)
        transaction.commit()
    for _ in range(8):
        assert others_write() < at_most
        assert record_size(log.stack) < 64 * 1024
    found = [
        each for _, each in log.older() if "publish" in each.entries[0].transitions
    ]
    assert [each.entries[0].comment for each in found] == [comment[:1999] + "…"] * 12


def test_a_long_title(page, recorded, at_most, others_write):
    recorded()
    page.title = "t" * 110_000
    modified(page)
    assert recorded() == only(
        entry("edited", "news/party", "t" * 499 + "…", fields=("title",))
    )
    assert others_write() < at_most


@pytest.mark.large
def test_sharing_with_thousands_of_users(page, log, at_most, others_write):
    names = [f"member-{number:05}" for number in range(5000)]
    for name in names:
        page.manage_setLocalRoles(name, ["Reader"])
    page.reindexObjectSecurity()
    transaction.commit()
    # Everything that happens to the page from now on has these principals.
    for number in range(12):
        page.title = f"Party {number}"
        modified(page)
        transaction.commit()
    for _ in range(8):
        assert others_write() < at_most
    edits = [each for _, each in log.older() if each.entries[0].path == "news/party"]
    for change_set in edits[:12]:
        assert {f"user:{name}" for name in names} < set(
            change_set.entries[0].principals
        )


@pytest.mark.large
def test_whatever_editors_put_into_twelve_pages(
    add, portal, log, at_most, others_write
):
    pages = [add(f"news/page-{number}") for number in range(12)]
    for number in range(5000):
        portal["news"].manage_setLocalRoles(f"member-{number:05}", ["Reader"])
    portal["news"].reindexObjectSecurity()
    transaction.commit()
    comment = COMMENTS["random letters"] * 2000
    for page in pages:
        page.title = "Title " * 18_000
        modified(page)
        api.content.transition(page, "submit", comment=comment)
        transaction.commit()
    for _ in range(8):
        assert others_write() < at_most
        assert record_size(log.stack) < 64 * 1024
    found = [each.entries[0] for _, each in log.older() if each.entries[0].transitions]
    assert {(each.title, each.comment) for each in found[:12]} == {
        (("Title " * 84)[:499] + "…", comment[:1999] + "…")
    }
    assert {len(each.principals) > 5000 for each in found[:12]} == {True}


def test_details_that_are_too_large_are_refused(page, recorded):
    recorded()
    with pytest.raises(
        ValueError, match="take 200,011 bytes as JSON. The maximum is 8,192"
    ):
        record(page, "downloaded", text="x" * 200_000)
    with pytest.raises(ValueError, match="The details of 'downloaded' take"):
        record(page, "downloaded", text="é" * (DETAILS // 2))
    assert recorded() == []
    text = "x" * (DETAILS - len('{"text":""}'))
    record(page, "downloaded", text=text)
    assert recorded() == only(entry("downloaded", "news/party", details={"text": text}))


def test_details_of_several_actions_are_cut(page, recorded):
    recorded()
    record(page, "downloaded", text="x" * 5000)
    record(page, "printed", pages=["y" * 5000])
    record(page, "folded", times=4)
    details = {"text": "x" * 5000, "pages": "…", "times": 4}
    assert recorded() == only(
        entry("downloaded folded printed", "news/party", details=details)
    )


def test_a_name_that_is_too_long(page, recorded):
    recorded()
    record(page, "x" * 100)
    with pytest.raises(ValueError, match="is not a valid name for an action"):
        record(page, "x" * 101)
    assert recorded() == only(entry("x" * 100, "news/party"))


def test_many_pages_at_once_stay_below_the_bound(add, log, recorded):
    recorded()
    for number in range(25):
        add(f"archive/{'page' * 10}-{number}")
    assert [len(each["entries"]) for each in recorded()] == [25]
    item = next(iter(log.stack))[2]
    assert not isinstance(item, bytes) or len(item) <= INLINE_BYTES
