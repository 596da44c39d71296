import { useIntl } from 'react-intl';
import { Link } from 'react-router-dom';
import messages from '../../messages';
import { toPath } from '../../urls';
import type { SavedFilter } from '../../types';
import type { useChange } from '../useChange';

interface Props {
  filters: SavedFilter[];
  change: ReturnType<typeof useChange>[0];
}

/** The list of the reader's saved filters, with buttons to remove each. */
export default function OwnFilters({ filters, change }: Props) {
  const { formatMessage } = useIntl();
  if (!filters.length) return null;
  const remove = (name: string) => {
    const said = formatMessage(messages.filterRemoved);
    change(said, 'del', '/@activity-filters', { name });
  };
  return (
    <section aria-labelledby="activity-saved-filters">
      <h2 id="activity-saved-filters">
        {formatMessage(messages.savedFilters)}
      </h2>
      {/* eslint-disable-next-line jsx-a11y/no-redundant-roles */}
      <ul className="activity-own" role="list">
        {filters.map(({ name, title, page }) => (
          <li key={name}>
            <div>
              {page ? (
                <Link to={toPath(page)}>
                  <bdi>{name}</bdi>
                </Link>
              ) : (
                <bdi>{name}</bdi>
              )}
              <div className="activity-notes">
                <bdi>{title ?? formatMessage(messages.gone)}</bdi>
              </div>
            </div>
            <button
              type="button"
              className="ui basic tiny button"
              aria-label={`${formatMessage(messages.remove)}: ${name}`}
              onClick={() => remove(name)}
            >
              {formatMessage(messages.remove)}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
