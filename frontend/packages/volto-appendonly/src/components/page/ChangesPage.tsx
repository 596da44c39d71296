import { FormattedMessage, useIntl } from 'react-intl';
import { useLocation } from 'react-router-dom';
import { useActivity, useContent } from '../../hooks';
import messages from '../../messages';
import { servicePath } from '../../urls';
import type { Comparison } from '../../types';
import { DifferentWords } from '../lines/Differences';
import PageFrame from '../PageFrame';
import { ErrorPage, Loading } from '../States';

/** `@@activity-changes`: the words that differ between two versions, as a page. */
export default function ChangesPage({
  staticContext,
}: {
  staticContext?: object;
}) {
  const { formatMessage } = useIntl();
  const { pathname, search } = useLocation();
  const content = useContent(pathname);
  const path = servicePath(pathname, search, '@activity-changes');
  const [{ data, error }, load] = useActivity<Comparison>(path);
  const heading = formatMessage(messages.whatChanged);
  if (error)
    return (
      <ErrorPage
        error={error}
        heading={heading}
        retry={load}
        staticContext={staticContext}
      />
    );
  return (
    <PageFrame
      id="page-activity-changes"
      pathname={pathname}
      heading={heading}
      title={heading}
      lead={
        content && (
          <FormattedMessage
            {...messages.differences}
            values={{ title: <bdi>{content.title}</bdi> }}
          />
        )
      }
    >
      {data ? <DifferentWords data={data} /> : <Loading />}
    </PageFrame>
  );
}
