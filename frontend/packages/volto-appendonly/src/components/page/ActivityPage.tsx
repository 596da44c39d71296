import { useIntl } from 'react-intl';
import { useLocation } from 'react-router-dom';
import { useActivity, useContent } from '../../hooks';
import messages from '../../messages';
import { contentPath, filtersOf, read, servicePath } from '../../urls';
import type { Content, Page } from '../../types';
import PageFrame from '../PageFrame';
import { ErrorPage } from '../States';
import ActivityView from './ActivityView';
import DigestForm from './DigestForm';

function leadOf(path: string, content: Content) {
  if (path === '') return messages.onSite;
  return content.is_folderish ? messages.inFolder : messages.toPage;
}

/** `@@activity`: all activity of the site, of a folder or of a page, in batches. */
export default function ActivityPage({
  staticContext,
}: {
  staticContext?: object;
}) {
  const { formatMessage } = useIntl();
  const { pathname, search } = useLocation();
  const path = contentPath(pathname);
  const content = useContent(pathname);
  const [{ data, error }, load] = useActivity<Page>(
    servicePath(pathname, search),
  );
  const heading = formatMessage(messages.activity);
  if (error && error.status !== 400)
    return (
      <ErrorPage
        error={error}
        heading={heading}
        retry={load}
        staticContext={staticContext}
      />
    );
  const may = content?.['@components']?.activity?.may;
  return (
    <PageFrame
      id="page-activity"
      pathname={pathname}
      heading={heading}
      title={heading}
      error={error}
      staticContext={staticContext}
      lead={
        content &&
        formatMessage(leadOf(path, content), {
          title: content.title,
        })
      }
    >
      <ActivityView
        pathname={pathname}
        search={search}
        path={path}
        page={data}
        error={error}
        load={load}
        may={may}
        empty={formatMessage(messages.noneYet)}
      >
        {may?.subscribe && !error && (
          <DigestForm
            path={path}
            content={content}
            parameters={filtersOf(read(search))}
            active={data?.filters ?? []}
          />
        )}
      </ActivityView>
    </PageFrame>
  );
}
