"""Editing content."""

from .telling import change
from .telling import entry
from .telling import folder


def test_editing_the_title(door, site, recorded):
    door.edit("news/party", title="Feast")
    assert recorded() == [
        change(entry("edited", "news/party", "Feast", fields=("title",)))
    ]


def test_editing_the_text(door, site, recorded):
    door.edit("news/party", text="<p>Hello again</p>")
    assert recorded() == [
        change(entry("edited", "news/party", "Party", fields=("text",)))
    ]


def test_editing_several_fields(door, site, recorded):
    door.edit("news/party", title="Feast", description="New", text="<p>Bye</p>")
    assert recorded() == [
        change(
            entry(
                "edited", "news/party", "Feast", fields=("description", "text", "title")
            )
        )
    ]


def test_editing_a_folder(door, site, recorded):
    door.edit("news", title="Old News")
    assert recorded() == [
        change(folder("edited", "news", "Old News", fields=("title",)))
    ]


def test_replacing_a_file(door, site, recorded):
    door.add_file("news", "minutes.txt")
    recorded()
    door.replace_file("news/minutes.txt", b"two")
    assert recorded() == [
        change(
            entry("edited", "news/minutes.txt", "minutes.txt", "File", fields=("file",))
        )
    ]
