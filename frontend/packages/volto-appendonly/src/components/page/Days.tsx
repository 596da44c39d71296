import { useIntl } from 'react-intl';
import { useZone } from '../../hooks';
import type { Item } from '../../types';
import Lines from '../lines/Lines';
import { byDay } from './byDay';

/** Lines under the names of their days. */
export default function Days({ items }: { items: Item[] }) {
  const intl = useIntl();
  const zone = useZone();
  return (
    <>
      {byDay(items, intl, zone, Date.now()).map(({ date, heading, items }) => (
        <section key={date} aria-labelledby={`activity-${date}`}>
          <h2
            id={`activity-${date}`}
            className="activity-day"
            suppressHydrationWarning
          >
            {heading}
          </h2>
          <Lines items={items} zone={zone} withinDay />
        </section>
      ))}
    </>
  );
}
