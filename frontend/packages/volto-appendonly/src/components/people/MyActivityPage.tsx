import { useIntl } from 'react-intl';
import { useLocation } from 'react-router-dom';
import { useActivity } from '../../hooks';
import messages from '../../messages';
import { servicePath } from '../../urls';
import type { MyActivity } from '../../types';
import { Said, useChange } from '../useChange';
import OwnDigests from './OwnDigests';
import OwnFilters from './OwnFilters';
import PersonFrame from './PersonFrame';

/** `@@my-activity`: what the reader did, their digests and saved filters. */
export default function MyActivityPage({
  staticContext,
}: {
  staticContext?: object;
}) {
  const { formatMessage } = useIntl();
  const { pathname, search } = useLocation();
  const own = useActivity<MyActivity>(
    servicePath(pathname, search, '@my-activity'),
  );
  const [{ data }, load] = own;
  const [change, message] = useChange(load);
  const heading = formatMessage(messages.myActivity);
  return (
    <PersonFrame
      id="page-my-activity"
      heading={heading}
      title={heading}
      lead={formatMessage(messages.yours)}
      empty={formatMessage(messages.noneOfYours)}
      activity={own}
      staticContext={staticContext}
    >
      <Said message={message} />
      {data && (
        <>
          <OwnDigests digests={data.digests.items} change={change} />
          <OwnFilters filters={data.filters.items} change={change} />
        </>
      )}
    </PersonFrame>
  );
}
