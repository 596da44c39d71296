"""A page that is rarely changed, and has a long story: two years of opening hours."""

from demo.actions import add
from demo.actions import days_ago
from demo.actions import edit
from demo.actions import paragraphs
from demo.actions import Timeline
from demo.actions import transition
from demo.people import MARIA
from demo.people import RUTH
from plone import api


_SUMMARIES = (
    "Saturdays from two to five.",
    "Saturdays from ten to five.",
    "Saturdays from ten to five, Wednesdays from four to seven.",
    "Every day from eight to eight. The gate is open.",
    "Every day from eight to eight, except when we mow.",
    "Saturdays and Sundays from ten to four.",
    "Closed until the snow has gone.",
)
_DAYS = range(720, 20, -31)


def create_opening_hours(site, timeline: Timeline) -> None:
    with timeline.action(days_ago(730, "09:00"), MARIA):
        page = add(
            site,
            "Document",
            "Opening hours",
            description="To be agreed.",
            text=paragraphs("The gate is by the old mill. Please close it behind you."),
        )
    with timeline.action(days_ago(730, "09:20"), MARIA):
        transition(page, "publish")
    for number, days in enumerate(_DAYS):
        with timeline.action(days_ago(days, "18:10"), MARIA):
            edit(page, description=_SUMMARIES[number % len(_SUMMARIES)])
        if number == 7:
            with timeline.action(days_ago(days - 1, "08:15"), MARIA):
                edit(page, title="When the gate is open")
        if number == 12:
            with timeline.action(days_ago(days - 1, "08:30"), MARIA):
                transition(page, "retract", "The committee wants to discuss it.")
            with timeline.action(days_ago(days - 9, "20:40"), MARIA):
                transition(page, "submit")
            with timeline.action(days_ago(days - 10, "07:55"), RUTH):
                transition(page, "publish", "As discussed.")
        if number == 15:
            with timeline.action(days_ago(days - 1, "08:20"), MARIA):
                page = api.content.rename(page, new_id="opening-hours-of-the-gate")
                edit(page, title="Opening hours of the gate")
