import { FormattedMessage } from 'react-intl';
import UniversalLink from '@plone/volto/components/manage/UniversalLink/UniversalLink';
import messages from '../../messages';
import { toPath } from '../../urls';
import type { Subject } from '../../types';

/** The title of an object of a line, as a link if there is something to open. */
export default function SubjectTitle({ subject }: { subject: Subject }) {
  const title = <bdi>{subject.title}</bdi>;
  return (
    <>
      <span className="activity-hidden">{subject.type_title} </span>
      {subject['@id'] ? (
        <UniversalLink href={toPath(subject['@id'])}>{title}</UniversalLink>
      ) : (
        <span className="activity-muted">{title}</span>
      )}
      {subject.missing && (
        <>
          {' '}
          <span className="activity-badge">
            <FormattedMessage {...messages.sinceRemoved} />
          </span>
        </>
      )}
    </>
  );
}
