"""Translations for one request."""

from collections.abc import Mapping
from functools import cache
from typing import Any
from zope.component import queryUtility
from zope.i18n import translate
from zope.i18n.interfaces import INegotiator
from zope.i18n.interfaces import ITranslationDomain
from zope.i18nmessageid import Message


class Translator:
    """Translates like :func:`zope.i18n.translate`, but negotiates the language only once.

    It does so for each domain, as the domains have different languages. Templates may call an
    instance in place of that function.
    """

    def __init__(self, request):
        self._request = request
        #: Return the language into which the texts of a domain are translated; None if it
        #: has to be negotiated for each text.
        self.language = cache(self._language)
        self._cache: dict[tuple, str] = {}

    def __call__(
        self,
        text: Message | str,
        domain: str | None = None,
        mapping: Mapping[str, Any] | None = None,
        default: str | None = None,
        **ignored: Any,
    ) -> str:
        domain = getattr(text, "domain", domain) or "default"
        if mapping or getattr(text, "mapping", None):
            return self._translated(text, domain, mapping, default)
        # A list contains the same few texts many times.
        number = getattr(text, "number", None)
        key = (domain, str(text), getattr(text, "default", default), number)
        if key not in self._cache:
            self._cache[key] = self._translated(text, domain, None, default)
        return self._cache[key]

    def _translated(self, text, domain, mapping, default):
        return translate(
            text,
            domain=domain,
            mapping=mapping,
            default=default,
            context=self._request,
            target_language=self.language(domain),
        )

    def _language(self, domain: str) -> str | None:
        translations = queryUtility(ITranslationDomain, name=domain)
        negotiator = queryUtility(INegotiator)
        # Not part of the interface, but all domains that come with Zope have it.
        if negotiator is None or not hasattr(translations, "getCatalogsInfo"):
            return None
        languages = translations.getCatalogsInfo().keys()
        return negotiator.getLanguage(languages, self._request)
