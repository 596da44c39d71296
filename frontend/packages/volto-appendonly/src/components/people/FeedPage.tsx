import { useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { useLocation } from 'react-router-dom';
import { useActivity, useZone } from '../../hooks';
import messages from '../../messages';
import { moment } from '../../times';
import type { Feed } from '../../types';
import PageFrame from '../PageFrame';
import { ErrorPage, Loading } from '../States';
import { Said, useChange } from '../useChange';

const SERVICE = '/@activity-feeds';

/** `@@activity-addresses`: where members create and revoke their personal feed URL. */
export default function FeedPage({
  staticContext,
}: {
  staticContext?: object;
}) {
  const intl = useIntl();
  const { formatMessage } = intl;
  const { pathname } = useLocation();
  const zone = useZone();
  const [{ data, error }, load] = useActivity<Feed>(SERVICE);
  const [change, message] = useChange(load);
  // The URL is in one response only, and not in the store.
  const [created, setCreated] = useState<Feed['address']>(null);
  const heading = formatMessage(messages.yourFeed);
  if (error)
    return (
      <ErrorPage
        error={error}
        heading={heading}
        retry={load}
        staticContext={staticContext}
      />
    );
  const create = async () => {
    const said = formatMessage(messages.newFeed);
    const feed: Feed | undefined = await change(said, 'post', SERVICE, {});
    if (feed) setCreated(feed.address);
  };
  const revoke = async () => {
    const said = formatMessage(messages.feedRevoked);
    if (await change(said, 'del', SERVICE)) setCreated(null);
  };
  const urls = [
    ['Atom', created?.atom],
    ['RSS', created?.rss],
  ].filter(([, url]) => url) as [string, string][];
  return (
    <PageFrame
      id="page-activity-feed"
      pathname={pathname}
      heading={heading}
      title={heading}
      lead={formatMessage(messages.feedHelp)}
    >
      <Said message={message} />
      {urls.length > 0 && (
        <section className="ui form" aria-labelledby="activity-new-feed">
          <h2 id="activity-new-feed">{formatMessage(messages.newFeed)}</h2>
          <p>{formatMessage(messages.copyFeed)}</p>
          {urls.map(([format, url]) => (
            <div className="field" key={format}>
              <label htmlFor={`activity-feed-${format}`}>{format}</label>
              <input
                id={`activity-feed-${format}`}
                type="text"
                readOnly
                value={url}
                onFocus={(event) => event.target.select()}
              />
            </div>
          ))}
          <p>
            <FormattedMessage
              {...messages.eitherFeed}
              values={{ name: <code>/@@activity-personal</code> }}
            />
          </p>
        </section>
      )}
      {!data ? (
        <Loading />
      ) : (
        <>
          {!urls.length && (
            <p>
              {data.address
                ? formatMessage(messages.feedCreated, {
                    date: moment(intl, data.address.created, zone),
                  })
                : formatMessage(messages.noFeed)}
            </p>
          )}
          {data.address && (
            <p id="activity-feed-replaces" className="activity-muted">
              {formatMessage(messages.feedReplaces)}
            </p>
          )}
          <button
            type="button"
            className="ui primary button"
            aria-describedby={
              data.address ? 'activity-feed-replaces' : undefined
            }
            onClick={create}
          >
            {formatMessage(
              data.address ? messages.recreateFeed : messages.createFeed,
            )}
          </button>
          {data.address && (
            <button type="button" className="ui basic button" onClick={revoke}>
              {formatMessage(messages.revokeFeed)}
            </button>
          )}
        </>
      )}
    </PageFrame>
  );
}
