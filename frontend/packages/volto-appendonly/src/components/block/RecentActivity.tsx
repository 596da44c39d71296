import { useIntl } from 'react-intl';
import { Link } from 'react-router-dom';
import { useZone } from '../../hooks';
import messages from '../../messages';
import type { Item } from '../../types';
import Lines from '../lines/Lines';

interface Props {
  id: string;
  heading?: string;
  items: Item[];
  /** The page with all of it. */
  more: string | null;
}

/** A part of a page with the newest lines. */
export default function RecentActivity({ id, heading, items, more }: Props) {
  const intl = useIntl();
  const zone = useZone();
  return (
    <section className="activity-recent" aria-labelledby={id}>
      <h2 id={id}>{heading || intl.formatMessage(messages.recentActivity)}</h2>
      {items.length ? (
        <Lines items={items} zone={zone} />
      ) : (
        <p className="activity-muted">
          {intl.formatMessage(messages.noRecentActivity)}
        </p>
      )}
      {more && (
        <p>
          <Link to={more}>{intl.formatMessage(messages.allActivity)}</Link>
        </p>
      )}
    </section>
  );
}
