import type { FormEvent } from 'react';
import { useIntl } from 'react-intl';
import messages from '../../messages';
import type { Parameters } from '../../types';
import { Said, useChange } from '../useChange';

interface Props {
  path: string;
  filters: Parameters;
}

/** The form that saves the filters under a name. */
export default function SaveFilter({ path, filters }: Props) {
  const { formatMessage } = useIntl();
  const [change, message] = useChange();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const name = new FormData(form).get('name');
    const saved = await change(
      formatMessage(messages.filterSaved),
      'post',
      `${path}/@activity-filters`,
      { name, filters },
    );
    if (saved) form.reset();
  };
  return (
    <details className="activity-box">
      <summary>{formatMessage(messages.saveFilter)}</summary>
      <form className="ui form" onSubmit={submit}>
        <div className="field">
          <label htmlFor="activity-filter-name">
            {formatMessage(messages.name)}
          </label>
          <input
            id="activity-filter-name"
            name="name"
            type="text"
            autoComplete="off"
            maxLength={100}
            required
          />
        </div>
        <button type="submit" className="ui primary button">
          {formatMessage(messages.save)}
        </button>
      </form>
      <Said message={message} />
    </details>
  );
}
