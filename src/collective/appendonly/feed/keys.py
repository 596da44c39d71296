"""Keys of personal feed URLs, which give a feed reader the view of the user they belong to.

The site stores only the SHA-256 digest of a key, so nobody who reads the database can use it.
A key has 256 random bits, so a plain digest is safe. The keys of the unsubscribe links in digests
are made here too.
"""

from base64 import urlsafe_b64decode
from base64 import urlsafe_b64encode
from BTrees.OOBTree import OOBTree
from collections.abc import Mapping
from collections.abc import MutableMapping
from collective.appendonly import clock
from collective.appendonly.entry import from_milliseconds
from collective.appendonly.entry import to_milliseconds
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from plone import api
from typing import Any
from zope.annotation.interfaces import IAnnotations

import hmac
import secrets


#: The annotation of the site with the digests; it exists from the first key on.
KEYS = "collective.appendonly.feed_addresses"

#: The beginning of every key, by which it is recognized wherever it appears.
PREFIX = "activitykey"

#: The URL parameter with a key.
PARAMETER = "key"

#: The maximum length of a key. A user id of 500 characters has room in it.
MAX_LENGTH = 3000

# Where the environ of a request has the credentials, after the key was removed.
_CREDENTIALS = "collective.appendonly.credentials"

_NO_DIGEST = "0" * 64


@dataclass(frozen=True, repr=False)
class Credentials:
    """The user id and the digest of a key that came with a request.

    The key itself is not stored here. The ``digest`` cannot be used in its place.
    """

    user_id: str
    digest: str


def new_key(user_id: str) -> str:
    """Return a new key for the user *user_id* of this site, and revoke the former one.

    The key cannot be read again later.
    """
    key = make_key(user_id)
    keys = IAnnotations(api.portal.get()).setdefault(KEYS, OOBTree())
    keys[user_id] = (digest_of(key), to_milliseconds(clock.utc_now()))
    return key


def make_key(user_id: str) -> str:
    """Return a random key for the user *user_id*. Nothing is stored."""
    owner = urlsafe_b64encode(user_id.encode("utf-8")).decode("ascii").rstrip("=")
    return f"{PREFIX}.{owner}.{secrets.token_urlsafe(32)}"


def personal_urls(key: str) -> dict[str, str]:
    """Return the personal feed URLs of the site with *key*, by format."""
    url = f"{api.portal.get().absolute_url()}/@@activity-personal"
    return {name: f"{url}.{name.lower()}?{PARAMETER}={key}" for name in ("Atom", "RSS")}


def revoke_key(user_id: str) -> None:
    """Revoke the key of the user *user_id*, if there is one."""
    keys = _keys()
    if user_id in keys:
        del keys[user_id]


def key_created(user_id: str) -> datetime | None:
    """Return when the key of the user *user_id* was created, None if there is none."""
    stored = _keys().get(user_id)
    return stored and from_milliseconds(stored[1])


def read_key(key: str) -> Credentials | None:
    """Return the credentials in *key*, None if it is not a key. Does not read the database."""
    try:
        prefix, owner, _ = key.split(".")
        padded = owner + "=" * (-len(owner) % 4)
        user_id = urlsafe_b64decode(padded.encode("ascii")).decode("utf-8")
    except ValueError:
        return None
    return Credentials(user_id, digest_of(key)) if prefix == PREFIX else None


def is_valid(credentials: Credentials) -> bool:
    """Return whether *credentials* come from the current key of their user on this site."""
    stored = _keys().get(credentials.user_id)
    digest = stored[0] if stored else _NO_DIGEST
    return hmac.compare_digest(digest, credentials.digest)


def keep_credentials(environ: MutableMapping[str, Any], key: str) -> None:
    """Store the credentials in *key* in the *environ* of the request that it came with."""
    environ[_CREDENTIALS] = read_key(key)


def credentials_of(request) -> Credentials | None:
    """Return the credentials that came with *request*, if any."""
    return request.environ.get(_CREDENTIALS)


def digest_of(key: str) -> str:
    """Return the digest that is stored of *key*."""
    return sha256(key.encode("utf-8", "replace")).hexdigest()


def _keys() -> Mapping[str, tuple[str, int]]:
    return IAnnotations(api.portal.get()).get(KEYS, {})
