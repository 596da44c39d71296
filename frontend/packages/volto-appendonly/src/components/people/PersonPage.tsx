import { FormattedMessage, useIntl } from 'react-intl';
import { useLocation } from 'react-router-dom';
import { useActivity } from '../../hooks';
import messages from '../../messages';
import { personService } from '../../urls';
import type { PersonActivity } from '../../types';
import PersonFrame from './PersonFrame';

/** `@@activity-of`: what a person did on the whole site. */
export default function PersonPage({
  staticContext,
}: {
  staticContext?: object;
}) {
  const { formatMessage } = useIntl();
  const { pathname, search } = useLocation();
  const activity = useActivity<PersonActivity>(personService(pathname, search));
  const name = activity[0].data?.person.name;
  const values = { name: <bdi>{name}</bdi> };
  // Without a name, the page is being loaded, or there is an invalid filter.
  const title = formatMessage(name ? messages.activityOf : messages.activity, {
    name,
  });
  return (
    <PersonFrame
      id="page-activity-of"
      heading={
        name ? (
          <FormattedMessage {...messages.activityOf} values={values} />
        ) : (
          title
        )
      }
      title={title}
      lead={name && <FormattedMessage {...messages.ofPerson} values={values} />}
      empty={formatMessage(messages.noneYet)}
      activity={activity}
      staticContext={staticContext}
    />
  );
}
