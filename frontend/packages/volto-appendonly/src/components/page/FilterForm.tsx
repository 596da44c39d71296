import { useState } from 'react';
import type { FormEvent } from 'react';
import { useIntl } from 'react-intl';
import { useHistory } from 'react-router-dom';
import { useUserId } from '../../hooks';
import messages from '../../messages';
import { values, withQuery } from '../../urls';
import type { Page, Parameters } from '../../types';
import type { Failure } from '../../reducer';
import Choices from './Choices';
import UserField from './UserField';

const SIZES = ['10', '20', '50', '100'];
const DEFAULT_SIZE = '20';

interface Props {
  pathname: string;
  parameters: Parameters;
  page?: Page;
  error?: Failure;
  isFiltered: boolean;
  /** Whether the page is about one person. */
  isPersonal: boolean;
  maySeePeople: boolean;
  hasSizes?: boolean;
}

/** The filters. They are in the address of the page, so the form works without JavaScript. */
export default function FilterForm(props: Props) {
  const { pathname, parameters, page, error, isPersonal, maySeePeople } = props;
  const { formatMessage } = useIntl();
  const history = useHistory();
  const userId = useUserId();
  const [isOpen, setIsOpen] = useState(props.isFiltered);
  const value = (name: string) => values(parameters, name)[0] ?? '';
  const size = value('b_size') || DEFAULT_SIZE;
  const sizes = SIZES.includes(size) ? SIZES : [...SIZES, size];
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const given: Record<string, string[]> = {};
    for (const name of form.keys())
      given[name] = form.getAll(name).map(String).filter(Boolean);
    if (given.b_size?.[0] === DEFAULT_SIZE) delete given.b_size;
    history.push(withQuery(pathname, given));
  };
  // A date field would drop a time of day, and anything that is not a date.
  const dateType = (name: string) =>
    /^(\d{4}-\d\d-\d\d)?$/.test(value(name)) ? 'date' : 'text';
  return (
    <details
      className="activity-box"
      open={isOpen}
      onToggle={(event) => setIsOpen(event.currentTarget.open)}
    >
      <summary>{formatMessage(messages.filter)}</summary>
      <form
        className="ui form"
        method="get"
        action={pathname}
        onSubmit={submit}
        // Another address has other values.
        key={JSON.stringify(parameters)}
      >
        {error && (
          <div className="ui negative message" role="alert">
            <strong>{formatMessage(messages.invalidFilter)}</strong>{' '}
            {error.message}
          </div>
        )}
        <div className="activity-fields">
          <div className="field">
            <label htmlFor="activity-text">
              {formatMessage(messages.words)}
            </label>
            <input
              id="activity-text"
              name="text"
              type="search"
              maxLength={200}
              defaultValue={value('text')}
            />
          </div>
          {isPersonal && value('actor') && (
            <input type="hidden" name="actor" value={value('actor')} />
          )}
          {!isPersonal && maySeePeople && (
            <UserField value={value('actor')} items={page?.items ?? []} />
          )}
          {!isPersonal && userId && (
            <div className="activity-checks">
              {!maySeePeople && (
                <label>
                  <input
                    type="checkbox"
                    name="actor"
                    value={userId}
                    defaultChecked={value('actor') === userId}
                  />{' '}
                  {formatMessage(messages.onlyMine)}
                </label>
              )}
              <label>
                <input
                  type="checkbox"
                  name="by"
                  value="others"
                  defaultChecked={value('by') === 'others'}
                />{' '}
                {formatMessage(messages.onlyOthers)}
              </label>
            </div>
          )}
          {(['from', 'to'] as const).map((name) => (
            <div className="field" key={name}>
              <label htmlFor={`activity-${name}`}>
                {formatMessage(
                  name === 'from' ? messages.startDate : messages.endDate,
                )}
              </label>
              <input
                id={`activity-${name}`}
                name={name}
                type={dateType(name)}
                defaultValue={value(name)}
              />
            </div>
          ))}
          {props.hasSizes && (
            <div className="field">
              <label htmlFor="activity-size">
                {formatMessage(messages.perPage)}
              </label>
              <select id="activity-size" name="b_size" defaultValue={size}>
                {sizes.map((each) => (
                  <option key={each}>{each}</option>
                ))}
              </select>
            </div>
          )}
        </div>
        <Choices
          name="types"
          legend={formatMessage(messages.types)}
          checked={values(parameters, 'types')}
          isNeeded={isOpen}
        />
        <Choices
          name="actions"
          legend={formatMessage(messages.actions)}
          checked={values(parameters, 'actions')}
          isNeeded={isOpen}
        />
        <button type="submit" className="ui primary button">
          {formatMessage(messages.apply)}
        </button>
      </form>
    </details>
  );
}
