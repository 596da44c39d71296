import { useIntl } from 'react-intl';
import { Link } from 'react-router-dom';
import messages from '../../messages';
import { date } from '../../times';
import type { Month } from '../../types';
import { dateOn, firstWeekday, weeksOf } from './month';

interface Props {
  month: Month;
  urlOf: (date: string) => string;
}

/** A month as a table of weeks. Days with changes link to the list of them. */
export default function MonthTable({ month, urlOf }: Props) {
  const intl = useIntl();
  const first = firstWeekday(intl.locale);
  const weekdays = [...Array(7).keys()].map((i) => dateOn((first + i) % 7));
  const days = new Map(month.days.map((day) => [day.date, day]));
  const most = Math.max(1, ...month.days.map(({ count }) => count));
  const named = (options: object) => (time: Date | string) =>
    intl.formatDate(time, { ...options, timeZone: 'UTC' });
  const none = !month.days.length && !month.reached;
  return (
    <section aria-labelledby="activity-days">
      <h2 id="activity-days">{intl.formatMessage(messages.changesByDay)}</h2>
      {none && <p>{intl.formatMessage(messages.noneInPeriod)}</p>}
      <table className="activity-month">
        <caption suppressHydrationWarning>
          {named({ month: 'long', year: 'numeric' })(
            `${month.month}-15T12:00:00Z`,
          )}
        </caption>
        <thead>
          <tr>
            {weekdays.map((weekday) => (
              <th key={weekday.getUTCDay()} scope="col">
                <abbr title={named({ weekday: 'long' })(weekday)}>
                  {named({ weekday: 'short' })(weekday)}
                </abbr>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeksOf(month.month, first).map((week, i) => (
            <tr key={i}>
              {week.map((each, j) => {
                const found = each && days.get(each);
                if (!each || !found)
                  return <td key={j}>{each && Number(each.slice(-2))}</td>;
                return (
                  <td key={j}>
                    <Link
                      to={urlOf(each)}
                      aria-label={`${date(intl, each)}: ${found.label}`}
                      title={found.label}
                    >
                      {Number(each.slice(-2))}
                      <span
                        className="activity-bar"
                        style={{ inlineSize: `${(100 * found.count) / most}%` }}
                      />
                      <small>{found.count}</small>
                    </Link>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
