import { useIntl } from 'react-intl';
import { Link } from 'react-router-dom';
import { useZone } from '../../hooks';
import messages from '../../messages';
import { day } from '../../times';
import { withQuery } from '../../urls';
import type { Page, Parameters } from '../../types';

interface Props {
  page: Page;
  pathname: string;
  parameters: Parameters;
}

/** The links to newer and older activity, and how far back the log was searched. */
export default function Pager({ page, pathname, parameters }: Props) {
  const intl = useIntl();
  const zone = useZone();
  const { newer, older } = page.cursors;
  const isEmpty = page.items.length === 0;
  const to = (cursor: Parameters) =>
    withQuery(pathname, { ...parameters, ...cursor });
  return (
    <>
      {page.reached && (
        <p suppressHydrationWarning>
          {intl.formatMessage(messages.searchedBack, {
            day: day(intl, page.reached, zone),
          })}
        </p>
      )}
      {(newer || older) && (
        <nav
          className="activity-pager"
          aria-label={intl.formatMessage(messages.pages)}
        >
          {newer && (
            <Link className="ui basic button" to={to({ newer })} rel="prev">
              {intl.formatMessage(messages.newer)}
            </Link>
          )}
          {older && (
            <Link
              className={isEmpty ? 'ui primary button' : 'ui basic button'}
              to={to({ older })}
              rel="next"
            >
              {intl.formatMessage(
                isEmpty ? messages.showOlder : messages.older,
              )}
            </Link>
          )}
        </nav>
      )}
    </>
  );
}
