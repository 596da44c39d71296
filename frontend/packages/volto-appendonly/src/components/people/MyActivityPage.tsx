import { useIntl } from 'react-intl';
import { useLocation } from 'react-router-dom';
import { useActivity, useContent } from '../../hooks';
import messages from '../../messages';
import { servicePath } from '../../urls';
import type { MyActivity } from '../../types';
import Avatar from '../lines/Avatar';
import ActivityView from '../page/ActivityView';
import PageFrame from '../PageFrame';
import { ErrorPage } from '../States';
import { Said, useChange } from '../useChange';
import OwnDigests from './OwnDigests';
import OwnFilters from './OwnFilters';

/** `@@my-activity`: what the reader did, their digests and saved filters. */
export default function MyActivityPage({
  staticContext,
}: {
  staticContext?: object;
}) {
  const { formatMessage } = useIntl();
  const { pathname, search } = useLocation();
  const content = useContent(pathname);
  const [{ data, error }, load] = useActivity<MyActivity>(
    servicePath(pathname, search, '@my-activity'),
  );
  const [change, message] = useChange();
  if (error && error.status !== 400)
    return (
      <ErrorPage error={error} retry={load} staticContext={staticContext} />
    );
  const heading = formatMessage(messages.myActivity);
  return (
    <PageFrame
      id="page-my-activity"
      pathname={pathname}
      heading={heading}
      title={heading}
      lead={formatMessage(messages.yours)}
      aside={data && <Avatar person={data.person} />}
    >
      <ActivityView
        pathname={pathname}
        search={search}
        path=""
        page={data?.activity}
        error={error}
        load={load}
        may={content?.['@components']?.activity?.may}
        person={data?.person.id ?? null}
        empty={formatMessage(messages.noneOfYours)}
      >
        <Said message={message} />
        {data && (
          <>
            <OwnDigests
              digests={data.digests.items}
              change={change}
              load={load}
            />
            <OwnFilters
              filters={data.filters.items}
              change={change}
              load={load}
            />
          </>
        )}
      </ActivityView>
    </PageFrame>
  );
}
