import { Container as SemanticContainer } from 'semantic-ui-react';
import config from '@plone/volto/registry';
import { contentPath, isContentPage, toPath } from '../../urls';
import type { Content } from '../../types';
import RecentActivity from './RecentActivity';

interface Place {
  content?: Content;
  location: { pathname: string };
}

/** Whether the settings say that the activity is shown below a content, and there is some. */
export function isShownBelow({ content, location }: Place): boolean {
  const activity = content?.['@components']?.activity;
  return Boolean(
    activity?.shown &&
      (activity.items?.length || activity.cursors?.older) &&
      // Volto has the same slot in forms.
      isContentPage(location.pathname),
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
