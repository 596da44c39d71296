import { FormattedMessage, useIntl } from 'react-intl';
import { Link } from 'react-router-dom';
import messages from '../../messages';
import { toPath } from '../../urls';
import type { Subject } from '../../types';
import { Changes } from './Notes';
import SubjectTitle from './SubjectTitle';

/** The objects of a line about several. */
export default function Subjects({ subjects }: { subjects: Subject[] }) {
  const intl = useIntl();
  return (
    // Without the role, some screen readers don't take a list without bullets for one.
    // eslint-disable-next-line jsx-a11y/no-redundant-roles
    <ul className="activity-subjects" role="list">
      {subjects.map((subject, i) => (
        <li key={i}>
          <SubjectTitle subject={subject} />
          <span className="activity-muted">
            {subject.actions && ` – ${subject.actions}`}
            {subject.actor && (
              <>
                {' '}
                <FormattedMessage
                  {...messages.by}
                  values={{ actor: <bdi>{subject.actor.name}</bdi> }}
                />
              </>
            )}
            {subject.remarks.map((remark, i) => (
              <span key={i}>
                {' · '}
                <bdi>{remark}</bdi>
              </span>
            ))}
            {subject.comparison && (
              <>
                {' · '}
                <Link
                  to={toPath(subject.comparison)}
                  aria-label={intl.formatMessage(messages.compareOf, {
                    title: subject.title,
                  })}
                >
                  <FormattedMessage {...messages.compare} />
                </Link>
              </>
            )}
          </span>
          <Changes subject={subject} />
        </li>
      ))}
    </ul>
  );
}
