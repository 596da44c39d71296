import { Container as SemanticContainer } from 'semantic-ui-react';
import { getBaseUrl } from '@plone/volto/helpers/Url/Url';
import config from '@plone/volto/registry';
import { contentPath, toPath } from '../../urls';
import type { Content } from '../../types';
import RecentActivity from './RecentActivity';

interface Place {
  content?: Content;
  location: { pathname: string };
}

/** Whether the settings say that the activity is shown below a content, and there is some. */
export function isShownBelow({ content, location }: Place): boolean {
  const activity = content?.['@components']?.activity;
  // Volto has the same slot in forms.
  const isForm = getBaseUrl(location.pathname) !== location.pathname;
  return Boolean(
    activity?.shown &&
      (activity.items?.length || activity.cursors?.older) &&
      !isForm,
  );
}

/** The recent activity below the content. It came with the content. */
export default function BelowContent({ content }: { content: Content }) {
  const activity = content['@components']!.activity!;
  const Container =
    config.getComponent({ name: 'Container' }).component || SemanticContainer;
  return (
    <Container>
      <RecentActivity
        id="activity-below-content"
        items={activity.items ?? []}
        more={
          activity.may?.view
            ? `${contentPath(toPath(content['@id']))}/@@activity`
            : null
        }
      />
    </Container>
  );
}
