import debounce from 'lodash/debounce';
import uniqBy from 'lodash/uniqBy';
import { useEffect, useMemo, useState } from 'react';
import { useIntl } from 'react-intl';
import { useDispatch } from 'react-redux';
import { pollActivity } from '../../actions';
import messages from '../../messages';
import { failure } from '../../reducer';
import { withQuery } from '../../urls';
import type { Item } from '../../types';

interface Option {
  id: string;
  text: string;
}

interface Props {
  value: string;
  items: Item[];
}

/**
 * The field for the id of a user. It suggests the people on the page, and those whose names have
 * what is typed to readers who can list the members.
 */
export default function UserField({ value, items }: Props) {
  const { formatMessage } = useIntl();
  const dispatch = useDispatch<any>();
  const [found, setFound] = useState<Option[]>([]);
  const search = useMemo(() => {
    let isAllowed = true;
    return debounce(async (query: string) => {
      if (!isAllowed || query.trim().length < 2) return;
      try {
        const path = withQuery('/@@activity-people', { query });
        setFound((await dispatch(pollActivity(path))).results ?? []);
      } catch (error) {
        isAllowed = ![401, 403].includes(failure(error).status ?? 0);
      }
    }, 300);
  }, [dispatch]);
  useEffect(() => () => search.cancel(), [search]);
  const here = items
    .map(({ line: { actor } }) => ({ id: actor.id, text: actor.name }))
    .filter((person): person is Option => person.id !== null);
  return (
    <div className="field">
      <label htmlFor="activity-actor">{formatMessage(messages.userId)}</label>
      <input
        id="activity-actor"
        name="actor"
        type="text"
        list="activity-people"
        maxLength={200}
        autoCapitalize="none"
        autoComplete="off"
        spellCheck={false}
        defaultValue={value}
        onChange={(event) => search(event.target.value)}
      />
      <datalist id="activity-people">
        {uniqBy([...here, ...found], 'id').map(({ id, text }) => (
          <option key={id} value={id}>
            {text}
          </option>
        ))}
      </datalist>
    </div>
  );
}
