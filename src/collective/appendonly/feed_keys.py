"""Keys in personal addresses: with one, a feed reader sees what its owner may see.

The site keeps their digests only, so that nobody who reads the database can use them. A key has
256 random bits. There is nothing to guess, and a plain digest hides it. Those in mails, with which
digests are ended, are made here too.
"""

from base64 import urlsafe_b64decode
from base64 import urlsafe_b64encode
from BTrees.OOBTree import OOBTree
from collections.abc import Mapping
from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import datetime
from datetime import timezone
from hashlib import sha256
from plone import api
from typing import Any
from zope.annotation.interfaces import IAnnotations

import hmac
import secrets


#: The annotation of the site that has them, from the first one on.
KEYS = "collective.appendonly.feed_addresses"

#: What every key begins with, so that it is known for one wherever it turns up.
PREFIX = "activitykey"

# Where a request keeps what its key claims, when the key has been taken out.
_CLAIM = "collective.appendonly.claim"

_NO_DIGEST = "0" * 64


@dataclass(frozen=True, repr=False)
class Claim:
    """What somebody who has shown a key claims: to come for the user ``user_id``.

    The key itself is not in it. ``digest`` opens nothing.
    """

    user_id: str
    digest: str


def new_key(user_id: str) -> str:
    """Return a new key for the user *user_id* of this site. A former one is revoked.

    This is the only time that it can be read.
    """
    key = make_key(user_id)
    created = int(datetime.now(timezone.utc).timestamp() * 1000)
    keys = IAnnotations(api.portal.get()).setdefault(KEYS, OOBTree())
    keys[user_id] = (digest_of(key), created)
    return key


def make_key(user_id: str) -> str:
    """Return a key for the user *user_id* that nobody knows yet. Nothing is stored."""
    owner = urlsafe_b64encode(user_id.encode("utf-8")).decode("ascii").rstrip("=")
    return f"{PREFIX}.{owner}.{secrets.token_urlsafe(32)}"


def revoke_key(user_id: str) -> None:
    """Let the key of the user *user_id*, if there is one, open nothing any more."""
    keys = _keys()
    if user_id in keys:
        del keys[user_id]


def key_created(user_id: str) -> datetime | None:
    """Return when the key of the user *user_id* was created, None if there is none."""
    kept = _keys().get(user_id)
    return kept and datetime.fromtimestamp(kept[1] / 1000, timezone.utc)


def read_key(key: str) -> Claim | None:
    """Return what *key* claims; None if it can't be a key. Asks no database."""
    try:
        prefix, owner, _ = key.split(".")
        padded = owner + "=" * (-len(owner) % 4)
        user_id = urlsafe_b64decode(padded.encode("ascii")).decode("utf-8")
    except ValueError:
        return None
    return Claim(user_id, digest_of(key)) if prefix == PREFIX else None


def is_valid(claim: Claim) -> bool:
    """Tell whether *claim* was made with the key that its user has now on this site."""
    kept = _keys().get(claim.user_id)
    digest = kept[0] if kept else _NO_DIGEST
    return hmac.compare_digest(digest, claim.digest)


def keep_claim(environ: MutableMapping[str, Any], key: str) -> None:
    """Keep in the *environ* of a request what *key*, which came with it, claims."""
    environ[_CLAIM] = read_key(key)


def claim_of(request) -> Claim | None:
    """Return the claim that came with *request*, if one did."""
    return request.environ.get(_CLAIM)


def digest_of(key: str) -> str:
    """Return what is stored of *key*."""
    return sha256(key.encode("utf-8", "replace")).hexdigest()


def _keys() -> Mapping[str, tuple[str, int]]:
    return IAnnotations(api.portal.get()).get(KEYS, {})
