import type { Item } from '../../types';
import ActivityLine from './ActivityLine';
import '../../theme/activity.css';

interface Props {
  items: Item[];
  zone?: string;
  withinDay?: boolean;
}

export default function Lines({ items, ...times }: Props) {
  return (
    // eslint-disable-next-line jsx-a11y/no-redundant-roles
    <ul className="activity-lines" role="list">
      {items.map((item) => (
        <ActivityLine key={item.id} item={item} {...times} />
      ))}
    </ul>
  );
}
