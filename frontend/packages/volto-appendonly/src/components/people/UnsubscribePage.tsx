import type { FormEvent } from 'react';
import { useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { Link, useLocation } from 'react-router-dom';
import messages from '../../messages';
import { DONE, FIELD, VALUE } from '../../unsubscribing';
import { read } from '../../urls';
import PageFrame from '../PageFrame';

/**
 * `@@activity-unsubscribe`: the page behind the URL in an email. Opening it changes nothing; the
 * button sends what an email program with one-click unsubscribe sends.
 */
export default function UnsubscribePage() {
  const { formatMessage } = useIntl();
  const { pathname, search } = useLocation();
  const [isDone, setIsDone] = useState(read(search)[DONE] !== undefined);
  const [hasFailed, setHasFailed] = useState(false);
  const heading = formatMessage(messages.digest);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    try {
      const response = await fetch(`${pathname}${search}`, {
        method: 'POST',
        body: new URLSearchParams({ [FIELD]: VALUE }),
      });
      setIsDone(response.ok);
      setHasFailed(!response.ok);
    } catch {
      setHasFailed(true);
    }
  };
  return (
    <PageFrame
      id="page-activity-unsubscribe"
      pathname={pathname}
      heading={heading}
      title={heading}
    >
      <div role="status">
        {isDone && (
          <>
            <p className="ui positive message">
              {formatMessage(messages.unsubscribed)}
            </p>
            <p>
              <FormattedMessage
                {...messages.stillEmails}
                values={{
                  page: (
                    <Link to="/@@my-activity">
                      {formatMessage(messages.myActivity)}
                    </Link>
                  ),
                }}
              />
            </p>
          </>
        )}
        {hasFailed && (
          <p className="ui negative message">
            {formatMessage(messages.notSaved)}
          </p>
        )}
      </div>
      {!isDone && (
        // Without an action the form goes to where the browser is, with the key.
        <form method="post" onSubmit={submit}>
          <p>{formatMessage(messages.askUnsubscribe)}</p>
          <input type="hidden" name={FIELD} value={VALUE} />
          <input type="hidden" name={DONE} value="1" />
          <button type="submit" className="ui primary button">
            {formatMessage(messages.unsubscribe)}
          </button>
        </form>
      )}
    </PageFrame>
  );
}
