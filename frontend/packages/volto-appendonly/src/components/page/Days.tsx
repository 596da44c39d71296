import { useIntl } from 'react-intl';
import { useZone } from '../../hooks';
import type { Item } from '../../types';
import Lines from '../lines/Lines';
import { byDay } from './byDay';

/** Lines under the names of their days. The clocks of servers differ: a day can come twice. */
export default function Days({ items }: { items: Item[] }) {
  const intl = useIntl();
  const zone = useZone();
  return (
    <>
      {byDay(items, intl, zone, Date.now()).map(({ heading, items }, i) => (
        <section key={items[0].id} aria-labelledby={`activity-day-${i}`}>
          <h2
            id={`activity-day-${i}`}
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
