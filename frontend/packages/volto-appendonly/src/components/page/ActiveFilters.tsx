import { useIntl } from 'react-intl';
import { Link } from 'react-router-dom';
import messages from '../../messages';
import { withQuery } from '../../urls';
import type { ActiveFilter, Parameters } from '../../types';

interface Props {
  filters: ActiveFilter[];
  pathname: string;
  /** What links keep: the number of lines on a page, and the person. */
  kept: Parameters;
}

/** The filters that are active, each with a link that removes it. */
export default function ActiveFilters({ filters, pathname, kept }: Props) {
  const { formatMessage } = useIntl();
  if (!filters.length) return null;
  return (
    <ul
      className="activity-inline"
      aria-label={formatMessage(messages.activeFilters)}
    >
      {filters.map(({ text, parameters }, i) => (
        // Two content types may have the same title.
        <li key={i}>
          <Link
            className="ui basic tiny button"
            to={withQuery(pathname, { ...kept, ...parameters })}
          >
            <span className="activity-hidden">
              {formatMessage(messages.removeFilter)}{' '}
            </span>
            <bdi>{text}</bdi> <span aria-hidden="true">×</span>
          </Link>
        </li>
      ))}
      <li>
        <Link to={withQuery(pathname, kept)}>
          {formatMessage(messages.clearFilters)}
        </Link>
      </li>
    </ul>
  );
}
