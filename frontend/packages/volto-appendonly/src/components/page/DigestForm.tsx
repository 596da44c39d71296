import isEqual from 'lodash/isEqual';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useIntl } from 'react-intl';
import { useActivity, useUserId, useZone } from '../../hooks';
import messages from '../../messages';
import { moment } from '../../times';
import { toPath } from '../../urls';
import type { ActiveFilter, Content, Digest, List } from '../../types';
import {
  digestFilters,
  findDigest,
  FREQUENCIES,
  refusalText,
} from '../digests';
import { Failed, Loading } from '../States';
import { Said, useChange } from '../useChange';

interface Props {
  path: string;
  content: Content | null;
  parameters: Record<string, string | string[]>;
  active: ActiveFilter[];
}

/** The form with which members subscribe to emails about what the page lists. */
export default function DigestForm(props: Props) {
  const { formatMessage } = useIntl();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details
      className="activity-box"
      onToggle={(event) => setIsOpen(event.currentTarget.open)}
    >
      <summary>{formatMessage(messages.digest)}</summary>
      {isOpen && <Form {...props} />}
    </details>
  );
}

function Form({ path, content, parameters, active }: Props) {
  const intl = useIntl();
  const { formatMessage } = intl;
  const zone = useZone();
  const userId = useUserId();
  const service = `${path}/@activity-digests`;
  const [{ data, error }, load] = useActivity<List<Digest>>(service);
  const [change, message] = useChange(load);
  if (error) return <Failed error={error} retry={load} />;
  if (!data) return <Loading />;

  const filters = digestFilters(parameters);
  const digest = findDigest(data.items, path, filters);
  // Without a date, the digest would be the same.
  const conditions = active.filter(
    (each) => !isEqual(digestFilters(each.parameters), filters),
  );
  const refusal = digest && refusalText(intl, digest);
  const kind =
    path === ''
      ? messages.digestOfSite
      : content?.is_folderish
        ? messages.digestOfFolder
        : messages.digestOfPage;

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const wanted = {
      frequency: form.get('frequency'),
      own_changes: form.has('own_changes'),
    };
    if (digest)
      return change(
        formatMessage(messages.digestSaved),
        'patch',
        toPath(digest['@id']),
        wanted,
      );
    return change(formatMessage(messages.subscribed), 'post', service, {
      ...wanted,
      filters,
    });
  };
  const end = () =>
    change(formatMessage(messages.unsubscribed), 'del', toPath(digest!['@id']));
  const resume = () =>
    change(
      formatMessage(messages.digestResumed),
      'patch',
      toPath(digest!['@id']),
      {
        paused: false,
      },
    );

  return (
    // The fields begin with what is stored.
    <form className="ui form" onSubmit={submit} key={JSON.stringify(digest)}>
      <p id="activity-digest-help">{formatMessage(kind)}</p>
      {conditions.length > 0 && (
        <>
          <p>{formatMessage(messages.digestFilters)}</p>
          <ul>
            {conditions.map(({ text }, i) => (
              <li key={i}>
                <bdi>{text}</bdi>
              </li>
            ))}
          </ul>
        </>
      )}
      {(parameters.from || parameters.to) && (
        <p>{formatMessage(messages.noDates)}</p>
      )}
      {refusal && <p className="ui warning message visible">{refusal}</p>}
      {digest?.sent && (
        <p>
          {formatMessage(messages.lastSent, {
            time: moment(intl, digest.sent, zone),
          })}
        </p>
      )}
      <fieldset aria-describedby="activity-digest-help">
        <legend>{formatMessage(messages.frequency)}</legend>
        {Object.entries(FREQUENCIES).map(([value, title]) => (
          <label key={value}>
            <input
              type="radio"
              name="frequency"
              value={value}
              defaultChecked={value === (digest?.frequency ?? 'daily')}
            />{' '}
            {formatMessage(title)}
          </label>
        ))}
      </fieldset>
      {filters.actor !== userId && (
        <p>
          <label>
            <input
              type="checkbox"
              name="own_changes"
              defaultChecked={digest?.own_changes}
            />{' '}
            {formatMessage(messages.ownChanges)}
          </label>
        </p>
      )}
      <button type="submit" className="ui primary button">
        {formatMessage(digest ? messages.save : messages.subscribe)}
      </button>
      {digest?.paused && (
        <button type="button" className="ui basic button" onClick={resume}>
          {formatMessage(messages.resume)}
        </button>
      )}
      {digest && (
        <button type="button" className="ui basic button" onClick={end}>
          {formatMessage(messages.unsubscribe)}
        </button>
      )}
      <Said message={message} />
    </form>
  );
}
