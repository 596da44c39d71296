import type { IntlShape } from 'react-intl';
import messages from '../../messages';
import { day, isoDate } from '../../times';
import type { Item } from '../../types';

export interface Day {
  date: string;
  heading: string;
  items: Item[];
}

const A_DAY = 24 * 60 * 60 * 1000;

/** Group items by day, in their order, as the days are at *now* in a time zone. */
export function byDay(
  items: Item[],
  intl: IntlShape,
  zone: string | undefined,
  now: number,
): Day[] {
  const today = isoDate(now, zone);
  // In UTC all days have 24 hours.
  const yesterday = isoDate(Date.parse(today) - A_DAY, 'UTC');
  const names = {
    [today]: intl.formatMessage(messages.today),
    [yesterday]: intl.formatMessage(messages.yesterday),
  };
  const days: Day[] = [];
  for (const item of items) {
    const date = isoDate(item.time, zone);
    if (days.at(-1)?.date !== date) {
      const heading = names[date] ?? day(intl, item.time, zone);
      days.push({ date, heading, items: [] });
    }
    days.at(-1)!.items.push(item);
  }
  return days;
}
