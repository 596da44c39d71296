"""Take the screenshots of docs/volto.rst: ``python -m scripts.volto_screenshots http://localhost:3000``.

The URL is that of the demo with Volto (``make start FACE=volto``). Needs chromium, Playwright and
Pillow.
"""

from pathlib import Path
from scripts.screenshots import keep
from scripts.screenshots import visits

import sys


FOLDER = Path(__file__).parents[1] / "docs" / "images" / "volto"
# Who sees it, where it is, and what is on the page when it is complete.
SCREENS = {
    "page": ("maria", "millbrook", "/@@activity", ".activity-line"),
    "front-page": ("maria", "millbrook", "/", ".activity-line"),
    "below": ("maria", "millbrook", "/garden-diary", ".activity-line"),
    "calendar": ("maria", "millbrook", "/@@activity-calendar", ".activity-month"),
    "my-activity": ("maria", "millbrook", "/@@my-activity", ".activity-line"),
    "block": ("admin", "admin", "/edit", ".activity-line"),
    "controlpanel": ("admin", "admin", "/controlpanel/activity", "form .field"),
}


def main(site: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for page, device, name, (login, password, path, part) in visits(SCREENS):
        answer = page.request.post(
            f"{site}/++api++/@login",
            data={"login": login, "password": password},
            headers={"Accept": "application/json"},
        )
        token = {"name": "auth_token", "value": answer.json()["token"]}
        # On a phone the form of a block would be in front of it.
        form = {"name": "sidebar_expanded", "value": str(device != "phone").lower()}
        page.context.add_cookies([{**token, "url": site}, {**form, "url": site}])
        page.goto(f"{site}{path}")
        page.locator(part).first.wait_for()
        page.locator("#toolbar .toolbar").wait_for()
        page.wait_for_load_state("networkidle")
        if name == "block":
            page.locator(".block-editor-recentActivity").first.click()
        picture = page.screenshot(animations="disabled", full_page=True)
        keep(picture, FOLDER / f"{name}-{device}.png")
        if name == "block":
            # The page is locked until the form is closed.
            page.get_by_role("button", name="Cancel").click()
            page.wait_for_url(f"{site}/")


if __name__ == "__main__":
    main(sys.argv[1])
