"""What a process remembers of pure functions."""

from collective.appendonly.memo import Memo
from concurrent.futures import ThreadPoolExecutor

import pytest


def test_what_is_known_is_not_worked_out_again():
    memo, asked = Memo(10), []

    def answer():
        asked.append(1)
        return "answer"

    assert [memo.get("question", answer) for _ in range(3)] == ["answer"] * 3
    assert asked == [1]


def test_each_key_has_its_own_result():
    memo = Memo(10)
    for key in (("a", "de"), ("a", "en"), ("b", "de"), ("a", None)):
        assert memo.get(key, lambda key=key: key) == key
    assert memo.get(("a", "en"), lambda: "another") == ("a", "en")
    assert len(memo) == 4


def test_an_empty_result_is_a_result():
    memo = Memo(10)
    assert memo.get("key", lambda: "") == ""
    assert memo.get("key", lambda: "later") == ""


def test_what_fails_is_tried_again():
    memo = Memo(10)
    with pytest.raises(ZeroDivisionError):
        memo.get("key", lambda: 1 / 0)
    assert memo.get("key", lambda: 1) == 1


def test_it_never_holds_more_than_it_may():
    memo = Memo(10)
    for number in range(1000):
        assert memo.get(number, lambda number=number: -number) == -number
        assert len(memo) <= 10


def test_threads_get_what_they_ask_for_also_while_it_begins_anew():
    memo = Memo(7)

    def ask(start):
        numbers = [(start + step) % 20 for step in range(2000)]
        return [
            number
            for number in numbers
            if memo.get(number, lambda number=number: -number) != -number
        ]

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(ask, range(16))) == [[]] * 16
