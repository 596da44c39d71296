import { Children, Fragment } from 'react';
import type { ReactNode } from 'react';
import type { Subject } from '../../types';

interface NotesProps {
  icon?: ReactNode;
  children: ReactNode;
}

/** What is said beside a line, with dots between. */
export function Notes({ icon, children }: NotesProps) {
  return (
    <div className="activity-notes">
      {icon}{' '}
      {Children.toArray(children).map((note, i) => (
        <Fragment key={i}>
          {i > 0 && ' · '}
          {note}
        </Fragment>
      ))}
    </div>
  );
}

/** Old and new values, notes and roles. */
export function Changes({ subject }: { subject: Subject }) {
  return (
    <>
      {subject.changes.map((change, i) => (
        <div key={i} className="activity-change">
          {change.map(({ text, slot }, j) =>
            slot ? <bdi key={j}>{text}</bdi> : text,
          )}
        </div>
      ))}
    </>
  );
}
