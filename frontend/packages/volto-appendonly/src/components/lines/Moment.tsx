import { useIntl } from 'react-intl';
import { formatRelativeDate } from '@plone/volto/helpers/Utils/Date';
import { moment, timeOfDay } from '../../times';

interface Props {
  time: string;
  /** UTC until the page is interactive. */
  zone?: string;
  /** In a list of one day. */
  withinDay?: boolean;
}

/** A time: of the day, or how long ago it was. */
export default function Moment({ time, zone, withinDay = false }: Props) {
  const intl = useIntl();
  const complete = moment(intl, time, zone);
  const ago = () =>
    formatRelativeDate({
      date: time,
      locale: intl.locale,
      relativeTo: new Date(),
    }) as string;
  return (
    // Servers and browsers don't format all languages alike.
    <time dateTime={time} title={complete} suppressHydrationWarning>
      {withinDay ? timeOfDay(intl, time, zone) : zone ? complete : ago()}
    </time>
  );
}
