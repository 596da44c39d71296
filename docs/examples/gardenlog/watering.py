"""An action for which Plone fires no event: watering a bed."""

from collective.appendonly.recording import record
from plone.protect import PostOnly
from plone.protect.authenticator import check
from Products.Five.browser import BrowserView


class WaterView(BrowserView):
    """Record that a bed was watered, with the number of ``litres`` in the form."""

    def __call__(self) -> str:
        PostOnly(self.request)
        check(self.request)
        litres = int(self.request.form["litres"])
        record(self.context, "watered", litres=litres)
        return f"Watered with {litres} litres."
