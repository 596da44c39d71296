import { FormattedMessage } from 'react-intl';
import { useActivity } from '../../hooks';
import messages from '../../messages';
import type { Comparison } from '../../types';
import { Failed, Loading } from '../States';

const MARKS = {
  removed: ['del', messages.removed],
  added: ['ins', messages.added],
} as const;

/** What differs between the two versions at a path. */
export default function Differences({ path }: { path: string }) {
  const [{ data, error }, load] = useActivity<Comparison>(path);
  if (error) return <Failed error={error} retry={load} />;
  return data ? <DifferentWords data={data} /> : <Loading />;
}

/** The words that differ between two versions. */
export function DifferentWords({ data }: { data: Comparison }) {
  return (
    <div className="activity-differences">
      {data.changes.length ? (
        <dl>
          {data.changes.map(({ field, title, passages }) => (
            <div key={field}>
              <dt>
                <bdi>{title}</bdi>
              </dt>
              {passages.length === 0 && (
                <dd>
                  <FormattedMessage {...messages.noWords} />
                </dd>
              )}
              {passages.map((passage, i) => (
                <dd key={i}>
                  <bdi>
                    {passage.map(({ text, change }, j) => {
                      if (!change) return text;
                      const [Mark, label] = MARKS[change];
                      return (
                        <Mark key={j}>
                          <span className="activity-hidden">
                            <FormattedMessage {...label} />{' '}
                          </span>
                          {text}
                        </Mark>
                      );
                    })}
                  </bdi>
                </dd>
              ))}
            </div>
          ))}
        </dl>
      ) : (
        <p>
          <FormattedMessage {...messages.noDifferences} />
        </p>
      )}
      {!data.complete && (
        <p className="activity-muted">
          <FormattedMessage {...messages.tooLong} />
        </p>
      )}
    </div>
  );
}
