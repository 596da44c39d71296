"""The activity at the Millbrook Community Garden: five days, after two quiet years."""

from collective.appendonly.digests.own import subscribe_to
from collective.appendonly.feed import Filters
from collective.appendonly.feed.saved import save_filter
from datetime import timezone
from demo.actions import add
from demo.actions import days_ago
from demo.actions import edit
from demo.actions import minutes_ago
from demo.actions import paragraphs
from demo.actions import Timeline
from demo.actions import transition
from demo.image import pond
from demo.opening_hours import create_opening_hours
from demo.people import ADMIN
from demo.people import MARIA
from demo.people import RUTH
from demo.people import TOM
from plone import api
from plone.namedfile.file import NamedBlobImage


def create_activity(site) -> None:
    timeline = Timeline()
    create_opening_hours(site, timeline)
    _maria_creates_the_site(site, timeline)
    _tom_starts_to_write(site, timeline)
    _the_committee_meets(site, timeline)
    _bees_and_boots(site, timeline)
    _today(site, timeline)


def _maria_creates_the_site(site, timeline):
    with timeline.action(days_ago(4, "08:40"), MARIA):
        about = add(
            site,
            "Document",
            "About us",
            description="Who we are, and how to find us.",
            text=paragraphs(
                "The garden lies behind the old mill, between the brook and Station Road. It was a "
                "coal yard until 1987, when eleven families cleared it and dug the first beds.",
                "Today there are forty plots. The gate is open from eight in the morning until "
                "dusk, and visitors are welcome. Please keep dogs on a lead.",
            ),
        )
    with timeline.action(days_ago(4, "08:52"), MARIA):
        transition(about, "publish")
    with timeline.action(days_ago(4, "09:05"), MARIA):
        news = add(site, "Folder", "News", description="What is on in the garden.")
        transition(news, "publish")
    with timeline.action(days_ago(4, "09:10"), MARIA):
        garden_diary = add(
            site,
            "Folder",
            "Garden diary",
            description="What grows, what flies, and what we ate of it.",
        )
        transition(garden_diary, "publish")
    with timeline.action(days_ago(4, "09:31"), MARIA):
        plots = add(
            site, "Folder", "Plots", description="Rules, prices and the waiting list."
        )
        transition(plots, "publish")
    with timeline.action(days_ago(4, "09:50"), MARIA):
        add(
            plots,
            "Document",
            "Rules",
            description="Ten of them, and all of them short.",
            text=paragraphs(
                "Water in the morning or in the evening.",
                "What you borrow from the tool shed goes back the same day, clean.",
                "No bonfires. Branches go to the heap by the gate.",
            ),
        )
    with timeline.action(days_ago(4, "10:15"), MARIA):
        prices = add(plots, "Folder", "Old price lists")
    with timeline.action(days_ago(4, "10:20"), MARIA):
        for year in (2021, 2022, 2023, 2024):
            add(
                prices,
                "Document",
                f"Prices {year}",
                text=paragraphs(f"What a plot cost in {year}."),
            )
    with timeline.action(days_ago(4, "11:02"), MARIA):
        committee = add(
            site,
            "Folder",
            "Committee",
            description="Minutes and accounts. For the committee only.",
        )
    with timeline.action(days_ago(4, "11:04"), MARIA):
        # As on the Sharing tab.
        api.user.grant_roles(username=RUTH.login, roles=["Reader"], obj=committee)
        for folder in (news, garden_diary):
            api.user.grant_roles(username=TOM.login, roles=["Contributor"], obj=folder)
            folder.reindexObjectSecurity()
        committee.reindexObjectSecurity()


def _tom_starts_to_write(site, timeline):
    news, garden_diary = site["news"], site["garden-diary"]
    with timeline.action(days_ago(4, "16:20"), TOM):
        swap = add(
            news,
            "News Item",
            "Seed swap in the tool shed",
            description="Bring what you have too much of, take what you like.",
            text=paragraphs(
                "Beans, squash, marigolds: whatever you saved last year. Please write the name and "
                "the year on the bag. There will be tea, and Ruth promised a cake."
            ),
        )
    with timeline.action(days_ago(4, "16:28"), TOM):
        transition(swap, "submit", "Can this go out today?")
    with timeline.action(days_ago(4, "17:45"), RUTH):
        transition(swap, "publish", "Yes, and the cake will be plum.")
    pages = (
        (
            "08:12",
            "The swifts are back",
            "Eleven of them over the mill this morning, two more than last year.",
        ),
        (
            "08:55",
            "Three kinds of compost",
            "The one by the gate is ready. The one behind the pear tree needs another month, "
            "and nobody knows what is in the third.",
        ),
        (
            "12:40",
            "What the pond needs",
            "The reeds have reached the far bank. On the next work day we should take out a "
            "third of them, before the newts wake up.",
        ),
    )
    for time_of_day, title, sentence in pages:
        with timeline.action(days_ago(3, time_of_day), TOM):
            add(garden_diary, "Document", title, text=paragraphs(sentence))


def _the_committee_meets(site, timeline):
    committee = site["committee"]
    with timeline.action(days_ago(2, "09:20"), MARIA):
        minutes = add(
            committee,
            "Document",
            "Minutes of the spring meeting",
            text=paragraphs(
                "Present: Maria, Ruth, Edwin, Salma. The roof of the tool shed will be mended for "
                "at most £400. Two families have not paid; Edwin talks to them."
            ),
        )
    with timeline.action(days_ago(2, "09:48"), MARIA):
        edit(minutes, title="Minutes of the spring meeting (draft)")
    with timeline.action(days_ago(2, "10:30"), MARIA):
        add(
            site["plots"],
            "Document",
            "Waiting list",
            description="How it works, and how long it takes.",
            text=paragraphs(
                "At the moment it takes a year and a half. Half plots go faster."
            ),
        )
    with timeline.action(days_ago(2, "10:41"), MARIA):
        transition(site["plots"]["waiting-list"], "publish")
    with timeline.action(days_ago(2, "11:15"), MARIA):
        work_day = add(
            site["news"],
            "News Item",
            "Work day on Saturday",
            description="Ten o'clock at the gate. Gloves and spades are there.",
            text=paragraphs("The paths first, then the heap. Soup at one."),
        )
    with timeline.action(days_ago(2, "11:16"), MARIA):
        transition(work_day, "publish")
    garden_diary = site["garden-diary"]
    with timeline.action(days_ago(2, "14:20"), TOM):
        edit(
            garden_diary["the-swifts-are-back"],
            text=paragraphs(
                "Thirteen of them over the mill this morning, four more than last year."
            ),
        )
    with timeline.action(days_ago(2, "14:31"), TOM):
        for page in garden_diary.objectValues():
            transition(page, "submit")


def _bees_and_boots(site, timeline):
    news, garden_diary = site["news"], site["garden-diary"]
    with timeline.action(days_ago(1, "08:20"), TOM):
        bees = add(
            garden_diary,
            "Document",
            "Bees in the old pear tree",
            text=paragraphs(
                "A swarm, as big as a football. Please use the other path."
            ),
        )
    with timeline.action(days_ago(1, "08:23"), TOM):
        transition(bees, "submit")
    with timeline.action(days_ago(1, "09:05"), RUTH):
        transition(
            bees, "reject", "Which path? Please say it, people will come and look."
        )
    with timeline.action(days_ago(1, "09:30"), TOM):
        edit(
            bees,
            text=paragraphs(
                "A swarm, as big as a football. Please take the path along the brook."
            ),
        )
    with timeline.action(days_ago(1, "09:32"), TOM):
        transition(bees, "submit")
    with timeline.action(days_ago(1, "10:10"), RUTH):
        transition(bees, "publish", "Clear now, thank you.")
    with timeline.action(days_ago(1, "14:05"), MARIA):
        copy = api.content.copy(news["work-day-on-saturday"], target=news, safe_id=True)
    with timeline.action(days_ago(1, "14:12"), MARIA):
        copy = api.content.rename(copy, new_id="work-day-at-the-pond")
        edit(
            copy,
            title="Work day at the pond",
            description="The Saturday after. Bring boots.",
            text=paragraphs(
                "We take out a third of the reeds. Soup at one, as always."
            ),
        )
    with timeline.action(days_ago(1, "15:40"), MARIA):
        image = NamedBlobImage(pond(), "image/png", "the-pond.png")
        add(
            garden_diary,
            "Image",
            "The pond at dusk",
            description="Seen from the bench by the willow.",
            image=image,
        )
    with timeline.action(days_ago(1, "17:30"), ADMIN):
        api.portal.set_registry_record("plone.email_from_name", "Millbrook Garden")


def _today(site, timeline):
    plots, garden_diary = site["plots"], site["garden-diary"]
    with timeline.action(minutes_ago(212), MARIA):
        # Including its four pages.
        api.content.delete(plots["old-price-lists"])
    with timeline.action(minutes_ago(205), MARIA):
        api.content.rename(plots["rules"], new_id="garden-rules")
    with timeline.action(minutes_ago(203), MARIA):
        edit(
            plots["garden-rules"],
            title="Garden rules",
            description="Eleven of them, and all of them short.",
        )
    with timeline.action(minutes_ago(170), MARIA):
        transition(plots["garden-rules"], "publish", "Agreed at the spring meeting.")
    with timeline.action(minutes_ago(131), RUTH):
        # As in the Contents view: all three with one click.
        for page in garden_diary.objectValues():
            if api.content.get_state(page, default=None) == "pending":
                transition(page, "publish", "Lovely, all three.")
    with timeline.action(minutes_ago(95), MARIA):
        api.content.move(garden_diary["three-kinds-of-compost"], target=plots)
    with timeline.action(minutes_ago(31), MARIA):
        minutes = site["committee"]["minutes-of-the-spring-meeting"]
        edit(minutes, title="Minutes of the spring meeting")
    with timeline.action(minutes_ago(20), MARIA):
        by_others = Filters(others=True)
        save_filter(garden_diary, "What others write", by_others, timezone.utc)
        subscribe_to(garden_diary, by_others, "daily", own_changes=False)
    with timeline.action(minutes_ago(12), TOM):
        add(
            garden_diary,
            "Document",
            "First radishes",
            text=paragraphs("Hot ones. Take some, they are in the crate by the shed."),
        )
    # Uploaded one by one.
    for minutes, title in ((9, "Reeds"), (8, "Willow"), (6, "Bench")):
        with timeline.action(minutes_ago(minutes), MARIA):
            image = NamedBlobImage(pond(), "image/png", f"{title.lower()}.png")
            add(garden_diary, "Image", title, image=image)
