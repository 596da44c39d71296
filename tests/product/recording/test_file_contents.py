"""Comparing two files."""

from collective.appendonly.recording.differences import fields
from collective.appendonly.recording.differences.fields import is_same_file
from plone.namedfile.file import NamedBlobFile
from plone.namedfile.file import NamedFile

import pytest


@pytest.fixture(params=[NamedBlobFile, NamedFile])
def make(portal, request):
    """Return a file, in a blob and without one."""

    def make(data=b"minutes", name="minutes.txt", content_type="text/plain"):
        return request.param(data, content_type, name)

    return make


def test_a_copy_is_the_same(make):
    assert is_same_file(make(), make())


@pytest.mark.parametrize(
    "other",
    [
        {"data": b"minutes!"},
        {"data": b"Minutes"},
        {"data": b""},
        {"name": "agenda.txt"},
        {"content_type": "text/html"},
    ],
)
def test_another_name_type_or_content_makes_another_file(make, other):
    assert not is_same_file(make(), make(**other))
    assert not is_same_file(make(**other), make())


@pytest.mark.parametrize("end, expected", [(b"", True), (b"!", False)])
def test_large_files_are_compared_piece_by_piece(make, monkeypatch, end, expected):
    monkeypatch.setattr(fields, "_CHUNK", 4)
    data = b"long minutes"
    other = data[: len(data) - len(end)] + end
    assert is_same_file(make(data), make(other)) is expected


def test_the_same_file_with_and_without_a_blob(portal):
    values = (b"minutes", "text/plain", "minutes.txt")
    assert is_same_file(NamedBlobFile(*values), NamedFile(*values))
