import { toPath } from '../../urls';
import type { Person } from '../../types';

/** The portrait of a person, or their initials. It is decorative: the line has the name. */
export default function Avatar({ person }: { person: Person }) {
  return (
    <span className="activity-avatar" aria-hidden="true">
      {person.portrait ? (
        <img src={toPath(person.portrait)} alt="" loading="lazy" />
      ) : (
        person.initials || '?'
      )}
    </span>
  );
}
