import { useIntl } from 'react-intl';
import { Link } from 'react-router-dom';
import { useZone } from '../../hooks';
import messages from '../../messages';
import { moment } from '../../times';
import { contentPath, toPath, withQuery } from '../../urls';
import type { Digest } from '../../types';
import { FREQUENCIES, refusalText } from '../digests';
import type { useChange } from '../useChange';

interface Props {
  digests: Digest[];
  change: ReturnType<typeof useChange>[0];
}

/** The list of the reader's digests, with buttons to end and resume each. */
export default function OwnDigests({ digests, change }: Props) {
  const intl = useIntl();
  const { formatMessage } = intl;
  const zone = useZone();
  if (!digests.length) return null;
  const titleOf = ({ content }: Digest) => {
    if (!content) return formatMessage(messages.gone);
    const isSite = contentPath(toPath(content['@id'])) === '';
    return isSite ? formatMessage(messages.wholeSite) : content.title;
  };
  const end = (digest: Digest) =>
    change(formatMessage(messages.unsubscribed), 'del', toPath(digest['@id']));
  const resume = (digest: Digest) => {
    const said = formatMessage(messages.digestResumed);
    change(said, 'patch', toPath(digest['@id']), { paused: false });
  };
  return (
    <section aria-labelledby="activity-digests">
      <h2 id="activity-digests">{formatMessage(messages.yourDigests)}</h2>
      {/* eslint-disable-next-line jsx-a11y/no-redundant-roles */}
      <ul className="activity-own" role="list">
        {digests.map((digest) => {
          const title = titleOf(digest);
          const frequency =
            FREQUENCIES[digest.frequency as keyof typeof FREQUENCIES];
          return (
            <li key={digest['@id']}>
              <div>
                {digest.content ? (
                  <Link
                    to={withQuery(
                      `${contentPath(toPath(digest.content['@id']))}/@@activity`,
                      digest.filters ?? {},
                    )}
                  >
                    <bdi>{title}</bdi>
                  </Link>
                ) : (
                  title
                )}
                <div className="activity-notes">
                  {[
                    frequency && formatMessage(frequency),
                    ...digest.conditions,
                    !digest.own_changes && formatMessage(messages.withoutOwn),
                    digest.sent &&
                      formatMessage(messages.listedLastSent, {
                        time: moment(intl, digest.sent, zone),
                      }),
                    digest.paused && formatMessage(messages.paused),
                    refusalText(intl, digest),
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                </div>
              </div>
              <div>
                {digest.paused && (
                  <button
                    type="button"
                    className="ui basic tiny button"
                    aria-label={`${formatMessage(messages.resume)}: ${title}`}
                    onClick={() => resume(digest)}
                  >
                    {formatMessage(messages.resume)}
                  </button>
                )}
                <button
                  type="button"
                  className="ui basic tiny button"
                  aria-label={`${formatMessage(messages.unsubscribe)}: ${title}`}
                  onClick={() => end(digest)}
                >
                  {formatMessage(messages.unsubscribe)}
                </button>
              </div>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
