import { useIntl } from 'react-intl';
import { Link } from 'react-router-dom';
import { useUserId } from '../../hooks';
import messages from '../../messages';
import { withQuery } from '../../urls';
import type { May, Parameters } from '../../types';

interface Props {
  path: string;
  filters: Parameters;
  may?: May;
}

/** The same activity as calendar, feeds and files. The backend makes those. */
export default function Formats({ path, filters, may }: Props) {
  const { formatMessage } = useIntl();
  const isMember = useUserId() !== null;
  const url = (view: string, others = {}) =>
    withQuery(`${path}/@@${view}`, { ...filters, ...others });
  const feeds = [
    ['Atom', url('activity.atom'), 'application/atom+xml'],
    ['RSS', url('activity.rss'), 'application/rss+xml'],
  ];
  const files = [
    ['CSV', url('activity-export', { format: 'csv' })],
    ['JSON Lines', url('activity-export', { format: 'jsonl' })],
  ];
  const links = [...feeds, ...(may?.export ? files : [])];
  return (
    <nav aria-label={formatMessage(messages.formats)}>
      <ul className="activity-inline">
        <li>
          <Link to={url('activity-calendar')}>
            {formatMessage(messages.calendar)}
          </Link>
        </li>
        {links.map(([title, href, type]) => (
          <li key={title}>
            <a href={href} type={type} rel="nofollow">
              {title}
            </a>
          </li>
        ))}
        {isMember && (
          <li>
            <Link to="/@@activity-addresses">
              {formatMessage(messages.personalFeed)}
            </Link>
          </li>
        )}
      </ul>
    </nav>
  );
}
