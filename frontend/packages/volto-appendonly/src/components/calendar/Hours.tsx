import { useIntl } from 'react-intl';
import messages from '../../messages';

/** The numbers of changes in the hours of the day, in the time zone that the backend has chosen. */
export default function Hours({ hours }: { hours: number[] }) {
  const intl = useIntl();
  const most = Math.max(...hours);
  if (!most) return null;
  const hourOf = (hour: number) =>
    intl.formatDate(Date.UTC(2026, 0, 15, hour), {
      hour: 'numeric',
      minute: '2-digit',
      timeZone: 'UTC',
    });
  return (
    <section aria-labelledby="activity-hours">
      <h2 id="activity-hours">{intl.formatMessage(messages.changesByHour)}</h2>
      <table className="activity-hours">
        <thead>
          <tr>
            <th scope="col">{intl.formatMessage(messages.hour)}</th>
            <th scope="col">{intl.formatMessage(messages.changes)}</th>
          </tr>
        </thead>
        <tbody>
          {hours.map((count, hour) => (
            <tr key={hour}>
              <th scope="row" suppressHydrationWarning>
                {hourOf(hour)}
              </th>
              <td>
                <span
                  className="activity-bar"
                  style={{ inlineSize: `${(90 * count) / most}%` }}
                />{' '}
                {count}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
