"""Editing content."""

from .expected import change
from .expected import entry
from .expected import folder


def test_editing_the_title(client, site, recorded):
    client.edit("news/party", title="Feast")
    assert recorded() == [
        change(entry("edited", "news/party", "Feast", fields=("title",)))
    ]


def test_editing_the_text(client, site, recorded):
    client.edit("news/party", text="<p>Hello again</p>")
    assert recorded() == [change(entry("edited", "news/party", fields=("text",)))]


def test_editing_several_fields(client, site, recorded):
    client.edit("news/party", title="Feast", description="New", text="<p>Bye</p>")
    assert recorded() == [
        change(
            entry(
                "edited", "news/party", "Feast", fields=("description", "text", "title")
            )
        )
    ]


def test_editing_a_folder(client, site, recorded):
    client.edit("news", title="Old News")
    assert recorded() == [
        change(folder("edited", "news", "Old News", fields=("title",)))
    ]


def test_replacing_a_file(client, site, recorded):
    client.add_file("news", "minutes.txt")
    recorded()
    client.replace_file("news/minutes.txt", b"two")
    assert recorded() == [
        change(
            entry("edited", "news/minutes.txt", "minutes.txt", "File", fields=("file",))
        )
    ]
