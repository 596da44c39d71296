import { useIntl } from 'react-intl';
import ArrayWidget from '@plone/volto/components/manage/Widgets/ArrayWidget';
import messages from '../messages';

// In Plone's own control panel these are lines of a text field.

export function ExcludedPaths(props: object) {
  const description = useIntl().formatMessage(messages.excludedPaths);
  return <ArrayWidget {...props} description={description} />;
}

export function ExcludedUsers(props: object) {
  const description = useIntl().formatMessage(messages.excludedUsers);
  return <ArrayWidget {...props} description={description} />;
}
