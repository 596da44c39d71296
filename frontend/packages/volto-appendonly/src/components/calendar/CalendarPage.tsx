import { FormattedMessage, useIntl } from 'react-intl';
import { Link, useLocation } from 'react-router-dom';
import { useActivity, useContent } from '../../hooks';
import messages from '../../messages';
import { date } from '../../times';
import {
  contentPath,
  filtersOf,
  read,
  servicePath,
  withQuery,
} from '../../urls';
import type { Month } from '../../types';
import FilterForm from '../page/FilterForm';
import PageFrame from '../PageFrame';
import { ErrorPage, Loading } from '../States';
import Hours from './Hours';
import MonthTable from './MonthTable';

/** `@@activity-calendar`: the numbers of changes on the days of a month, and by hour. */
export default function CalendarPage({
  staticContext,
}: {
  staticContext?: object;
}) {
  const intl = useIntl();
  const { formatMessage } = intl;
  const { pathname, search } = useLocation();
  const path = contentPath(pathname);
  const content = useContent(pathname);
  const [{ data, error }, load] = useActivity<Month>(
    servicePath(pathname, search, '@activity-calendar'),
  );
  const heading = formatMessage(messages.activityCalendar);
  if (error && error.status !== 400)
    return (
      <ErrorPage
        error={error}
        heading={heading}
        retry={load}
        staticContext={staticContext}
      />
    );
  const filters = filtersOf(read(search));
  const month = (to: string | null) =>
    to && withQuery(pathname, { ...filters, month: to });
  const [previous, next] = [
    month(data?.previous ?? null),
    month(data?.next ?? null),
  ];
  return (
    <PageFrame
      id="page-activity-calendar"
      pathname={pathname}
      heading={heading}
      title={heading}
      error={error}
      staticContext={staticContext}
      lead={
        path === ''
          ? formatMessage(messages.siteByDay)
          : content && (
              <FormattedMessage
                {...messages.byDay}
                values={{ title: <bdi>{content.title}</bdi> }}
              />
            )
      }
    >
      <p>
        <Link to={withQuery(`${path}/@@activity`, filters)}>
          {formatMessage(messages.backToList)}
        </Link>
      </p>
      <FilterForm
        pathname={pathname}
        parameters={filters}
        error={error}
        isFiltered={Boolean(error) || Object.keys(filters).length > 0}
        isPersonal={false}
        maySeePeople={Boolean(
          content?.['@components']?.activity?.may?.see_people,
        )}
      />
      {!data && !error && <Loading />}
      {data && (
        <>
          {data.reached && (
            <p className="ui info message">
              {formatMessage(messages.countedBack, {
                day: date(intl, data.reached),
              })}{' '}
              <Link
                to={withQuery(pathname, {
                  ...filters,
                  month: data.month,
                  to: data.reached,
                })}
              >
                {formatMessage(messages.countOlder)}
              </Link>
            </p>
          )}
          <MonthTable
            month={data}
            urlOf={(day) =>
              withQuery(`${path}/@@activity`, {
                ...filters,
                from: day,
                to: day,
              })
            }
          />
          <nav
            className="activity-pager"
            aria-label={formatMessage(messages.months)}
          >
            {previous && (
              <Link className="ui basic button" to={previous} rel="prev">
                {formatMessage(messages.previousMonth)}
              </Link>
            )}
            {next && (
              <Link className="ui basic button" to={next} rel="next">
                {formatMessage(messages.nextMonth)}
              </Link>
            )}
          </nav>
          <Hours hours={data.hours} />
        </>
      )}
    </PageFrame>
  );
}
