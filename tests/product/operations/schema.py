"""Change sets that conform to the schema, for property tests."""

from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.entry import Source
from collective.appendonly.validation import EARLIEST
from collective.appendonly.validation import LATEST
from datetime import timedelta
from datetime import timezone
from hypothesis import strategies as st


texts = st.text(max_size=20)
names = st.lists(texts, max_size=3).map(tuple)
maybe = st.none() | texts.filter(bool)
numbers = st.integers(0, 2**53)
versions = st.just({}) | st.fixed_dictionaries(
    {"version": numbers, "version_before": st.none() | numbers}
)
actions = st.from_regex(r"[a-z][a-z0-9_.-]{0,20}", fullmatch=True)
parts = texts.map(lambda text: text.replace("/", "")).filter(
    lambda part: part not in ("", ".", "..")
)
paths = st.lists(parts, max_size=3).map("/".join)
details = st.dictionaries(
    texts,
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | texts,
        lambda inner: (
            st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2)
        ),
        max_leaves=4,
    ),
    max_size=3,
)
entries = st.builds(
    lambda versions, **others: Entry(**versions, **others),
    versions=versions,
    actions=st.lists(actions, min_size=1, max_size=3).map(tuple),
    uid=texts,
    path=paths,
    title=texts,
    portal_type=texts,
    principals=names,
    actor=st.none() | texts,
    fields=names,
    transitions=names,
    old_state=maybe,
    new_state=maybe,
    comment=texts,
    source=st.none() | st.builds(Source, paths, names),
    descendants=st.lists(st.tuples(numbers, names), max_size=3).map(tuple),
    discussion_item=maybe,
    group=maybe,
    details=details,
)
change_sets = st.builds(
    ChangeSet,
    time=st.datetimes(
        EARLIEST.replace(tzinfo=None),
        LATEST.replace(tzinfo=None) - timedelta(seconds=1),
        timezones=st.just(timezone.utc),
    ).map(lambda time: time.replace(microsecond=time.microsecond // 1000 * 1000)),
    actor=st.none() | texts,
    entries=st.lists(entries, min_size=1, max_size=4).map(tuple),
    backfilled=st.booleans(),
)
