import { FormattedMessage, useIntl } from 'react-intl';
import { useLocation } from 'react-router-dom';
import Forbidden from '@plone/volto/components/theme/Forbidden/Forbidden';
import NotFound from '@plone/volto/components/theme/NotFound/NotFound';
import Unauthorized from '@plone/volto/components/theme/Unauthorized/Unauthorized';
import messages from '../messages';
import { useUserId } from '../hooks';
import type { Failure } from '../reducer';
import PageFrame from './PageFrame';

export function Loading() {
  const intl = useIntl();
  return (
    <p className="activity-muted" aria-busy="true">
      {intl.formatMessage(messages.loading)} …
    </p>
  );
}

/** A request that failed where the page is fine. */
export function Failed({
  error,
  retry,
}: {
  error: Failure;
  retry?: () => void;
}) {
  return (
    <div className="ui negative message" role="alert">
      <p>{error.message || <FormattedMessage {...messages.failed} />}</p>
      {retry && (
        <button type="button" className="ui basic button" onClick={retry}>
          <FormattedMessage {...messages.retry} />
        </button>
      )}
    </div>
  );
}

/** The page in the place of one that the reader cannot open. */
export function ErrorPage({
  error,
  heading,
  retry,
  staticContext,
}: {
  error: Failure;
  heading: string;
  retry: () => void;
  staticContext?: object;
}) {
  const userId = useUserId();
  const { pathname } = useLocation();
  if (error.status === 404) return <NotFound staticContext={staticContext} />;
  if (error.status === 401 || error.status === 403)
    return userId ? (
      <Forbidden staticContext={staticContext} />
    ) : (
      <Unauthorized staticContext={staticContext} />
    );
  return (
    <PageFrame
      id="page-activity-error"
      pathname={pathname}
      heading={heading}
      title={heading}
      error={error}
      staticContext={staticContext}
    >
      <Failed error={error} retry={retry} />
    </PageFrame>
  );
}
