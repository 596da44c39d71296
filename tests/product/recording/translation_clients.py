"""Clients that translate content, and link and unlink translations."""

from .clients import ApiClient
from .clients import ClassicClient
from .clients import RestClient
from plone.app.multilingual.interfaces import ITranslationManager
from plone.uuid.interfaces import IUUID

import transaction


class ApiTranslationClient(ApiClient):
    def translate(self, path, title):
        manager = ITranslationManager(self.obj(path))
        manager.add_translation("de").title = title
        transaction.commit()

    def link(self, path, other):
        manager = ITranslationManager(self.obj(path))
        manager.register_translation("de", self.obj(other))
        transaction.commit()

    def unlink(self, path):
        ITranslationManager(self.obj(path)).remove_translation("de")
        transaction.commit()


class RestTranslationClient(RestClient):
    def translate(self, path, title):
        obj = self.obj(path)
        self._add(
            "de",
            obj.portal_type,
            title,
            id=obj.getId(),
            language="de",
            translation_of=f"/{path}",
        )

    def link(self, path, other):
        self._send("post", path, "@translations", id=f"/{other}")

    def unlink(self, path):
        self._send("delete", path, "@translations", language="de")


class ClassicTranslationClient(ClassicClient):
    def translate(self, path, title):
        obj = self.obj(path)
        self.open("de", f"++addtranslation++{IUUID(obj)}")
        names = {"IDublinCore.title": title, "IShortName.id": obj.getId()}
        self.fill("save", **names)

    def link(self, path, other):
        self.open(path, "connect_translation?language=de")
        values = {"language:list": ["de"], "content": IUUID(self.obj(other))}
        self.fill("connect_translation", **values)

    def unlink(self, path):
        uid = IUUID(self.obj(path))
        self.open(path, f"disconnect_translation?language=de&came_from={uid}")
        self.browser.getControl("Disconnect").click()


TRANSLATION_CLIENTS = {
    "api": ApiTranslationClient,
    "rest": RestTranslationClient,
    "classic": ClassicTranslationClient,
}
