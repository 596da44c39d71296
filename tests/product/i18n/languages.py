"""The languages that texts are translated into, written down here once more, by hand."""

#: How many forms a plural has, and which of them a number takes.
LANGUAGES = {
    "de": (2, lambda number: int(number != 1)),
    "es": (2, lambda number: int(number != 1)),
    "eu": (2, lambda number: int(number != 1)),
    "fr": (2, lambda number: int(number > 1)),
    "it": (2, lambda number: int(number != 1)),
    "ja": (1, lambda number: 0),
    "nl": (2, lambda number: int(number != 1)),
    "pt_BR": (2, lambda number: int(number > 1)),
}
#: Numbers that take different forms somewhere.
NUMBERS = (0, 1, 2, 5, 21, 1_000_000)
