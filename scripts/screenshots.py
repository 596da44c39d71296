"""Take the pictures of docs/screens.rst: ``python scripts/screenshots.py http://localhost:8080/Plone``.

The address is that of the demo (``make start``). Needs chromium, Playwright and Pillow.
"""

from collections.abc import Iterator
from pathlib import Path
from PIL import Image
from playwright.sync_api import sync_playwright

import io
import shutil
import sys


FOLDER = Path(__file__).parents[1] / "docs" / "images" / "screens"
WIDTHS = {"desktop": 1280, "phone": 390}
THEMES = ("light", "dark")
# Who sees it, where it is, and which part of the page.
SCREENS = {
    "page": ("maria", "millbrook", "/@@activity", "#content"),
    "viewlet": ("maria", "millbrook", "", "#section-activity"),
    "calendar": ("maria", "millbrook", "/@@activity-calendar", "#content"),
    "story": (
        "maria",
        "millbrook",
        "/opening-hours-of-the-gate/@@activity",
        "#content",
    ),
    "changes": ("maria", "millbrook", "/garden-diary/@@activity", "#content"),
    "filter": ("maria", "millbrook", "/@@activity?by=others&b_size=10", "#content"),
    "mine": ("maria", "millbrook", "/@@my-activity", "#content"),
    "site": (
        "admin",
        "admin",
        "/@@activity?actions=settings_changed&actions=user_created",
        "#content",
    ),
    "backfill": ("admin", "admin", "/@@activity-backfill", "#content"),
    "controlpanel": ("admin", "admin", "/@@activity-controlpanel", "#content"),
}
# What is clicked before the screenshot is taken.
UNFOLDED = {
    "changes": ("a.pat-inject:has-text('Show what changed')",),
}
# So much of a long page is enough.
HEIGHT = 1400


def main(site: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for page, device, name, (login, password, path, part) in visits(SCREENS):
        page.goto(f"{site}/login")
        page.get_by_label("Login Name").fill(login)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_load_state()
        for theme in THEMES:
            page.goto(f"{site}{path}")
            for summary in UNFOLDED.get(name, ()):
                page.locator(summary).first.click()
            page.evaluate(f"document.documentElement.dataset.bsTheme = '{theme}'")
            # Colours change by and by, and times are told anew.
            page.wait_for_timeout(1000)
            picture = page.locator(part).screenshot(animations="disabled")
            keep(picture, FOLDER / f"{name}-{device}-{theme}.png")


def visits(screens: dict) -> Iterator[tuple]:
    """Yield each of *screens* on each device: an empty page, the device, the name, the value.

    Nobody is logged in on the page.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for name, screen in screens.items():
            for device, width in WIDTHS.items():
                context = browser.new_context(
                    viewport={"width": width, "height": 900}, locale="en-US"
                )
                yield context.new_page(), device, name, screen
                context.close()
        browser.close()


def keep(picture: bytes, file: Path) -> None:
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image = image.crop((0, 0, image.width, min(image.height, HEIGHT)))
    image.quantize(64).save(file, optimize=True)
    print(file.name, f"{file.stat().st_size / 1024:.0f} KB")


if __name__ == "__main__":
    main(sys.argv[1])
