import { Container as SemanticContainer } from 'semantic-ui-react';
import config from '@plone/volto/registry';
import { contentPath, toPath } from '../../urls';
import type { Content } from '../../types';
import RecentActivity from './RecentActivity';

/** Whether the settings say that the activity is shown below a content, and there is some. */
export function isShownBelow({ content }: { content?: Content }): boolean {
  const activity = content?.['@components']?.activity;
  return Boolean(
    activity?.shown && (activity.items?.length || activity.cursors?.older),
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
