import { FormattedMessage, useIntl } from 'react-intl';
import { useLocation } from 'react-router-dom';
import { useActivity, useContent } from '../../hooks';
import messages from '../../messages';
import { personService } from '../../urls';
import type { PersonActivity } from '../../types';
import Avatar from '../lines/Avatar';
import ActivityView from '../page/ActivityView';
import PageFrame from '../PageFrame';
import { ErrorPage } from '../States';

/** `@@activity-of`: what a person did on the whole site. */
export default function PersonPage({
  staticContext,
}: {
  staticContext?: object;
}) {
  const { formatMessage } = useIntl();
  const { pathname, search } = useLocation();
  const content = useContent(pathname);
  const [{ data, error }, load] = useActivity<PersonActivity>(
    personService(pathname, search),
  );
  if (error && error.status !== 400)
    return (
      <ErrorPage error={error} retry={load} staticContext={staticContext} />
    );
  const name = data?.person.name ?? '';
  const values = { name: <bdi>{name}</bdi> };
  return (
    <PageFrame
      id="page-activity-of"
      pathname={pathname}
      heading={<FormattedMessage {...messages.activityOf} values={values} />}
      title={formatMessage(messages.activityOf, { name })}
      lead={<FormattedMessage {...messages.ofPerson} values={values} />}
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
        empty={formatMessage(messages.noneYet)}
      />
    </PageFrame>
  );
}
