/** The days of a month in weeks. */

/** Languages whose weeks begin on Sunday, in the same way on the server and in the browser. */
const FROM_SUNDAY = ['en', 'ja', 'pt'];

export function firstWeekday(locale: string): number {
  return FROM_SUNDAY.includes(locale.split('-')[0]) ? 0 : 1;
}

/** Return the dates of a month such as 2026-11, in weeks of seven; null is another month's day. */
export function weeksOf(month: string, firstDay: number): (string | null)[][] {
  const [year, number] = month.split('-').map(Number);
  const first = new Date(Date.UTC(year, number - 1, 1));
  const length = new Date(Date.UTC(year, number, 0)).getUTCDate();
  const before = (first.getUTCDay() - firstDay + 7) % 7;
  const days: (string | null)[] = Array(before).fill(null);
  for (let day = 1; day <= length; day++)
    days.push(`${month}-${String(day).padStart(2, '0')}`);
  while (days.length % 7) days.push(null);
  const weeks = [];
  for (let i = 0; i < days.length; i += 7) weeks.push(days.slice(i, i + 7));
  return weeks;
}

/** Return a date on a weekday, 0 is Sunday. */
export function dateOn(weekday: number): Date {
  return new Date(Date.UTC(2026, 10, 1 + weekday, 12));
}
