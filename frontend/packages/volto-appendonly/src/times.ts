/** Times in a time zone. Without one they are in that of the reader. */

import type { IntlShape } from 'react-intl';

type Time = string | number | Date;

const DAY = { year: 'numeric', month: 'short', day: 'numeric' } as const;
const TIME = { hour: 'numeric', minute: '2-digit' } as const;

export function moment(intl: IntlShape, time: Time, zone?: string): string {
  return intl.formatDate(time, { ...DAY, ...TIME, ...shown(zone) });
}

export function timeOfDay(intl: IntlShape, time: Time, zone?: string): string {
  return intl.formatDate(time, { ...TIME, ...shown(zone) });
}

export function day(intl: IntlShape, time: Time, zone?: string): string {
  return intl.formatDate(time, { ...DAY, timeZone: zone });
}

/** Format a date without a time, such as 2026-11-23. */
export function date(intl: IntlShape, isoDate: string): string {
  return day(intl, `${isoDate}T12:00:00Z`, 'UTC');
}

function shown(zone?: string) {
  return zone
    ? { timeZone: zone, timeZoneName: 'short' as const }
    : { timeZone: undefined };
}

/** Return the date of a time, as 2026-11-23. */
export function isoDate(time: Time, zone?: string): string {
  // Swedes write dates like this.
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(
    new Date(time),
  );
}
