import { useActivity } from '../../hooks';
import { useClient } from '@plone/volto/hooks/client/useClient';
import type { List, Term } from '../../types';

interface Props {
  name: 'actions' | 'types';
  legend: string;
  checked: string[];
  /** Whether the reader has opened the form. */
  isNeeded: boolean;
}

/** Checkboxes for the actions, or the content types, of the site. */
export default function Choices({ name, legend, checked, isNeeded }: Props) {
  const isClient = useClient();
  const [{ data, error }] = useActivity<List<Term>>(
    isClient && isNeeded
      ? `/@vocabularies/collective.appendonly.${name}?b_size=-1`
      : null,
  );
  if (!data || error)
    // The form keeps what it cannot show.
    return (
      <>
        {checked.map((value) => (
          <input key={value} type="hidden" name={name} value={value} />
        ))}
      </>
    );
  const known = new Set(data.items.map(({ token }) => token));
  const unknown = checked
    .filter((value) => !known.has(value))
    .map((value) => ({ token: value, title: value }));
  const terms = [...data.items, ...unknown].sort((a, b) =>
    a.title.localeCompare(b.title),
  );
  return (
    <details open={checked.length > 0}>
      <summary>{legend}</summary>
      <fieldset>
        <legend className="activity-hidden">{legend}</legend>
        <div className="activity-choices">
          {terms.map(({ token, title }) => (
            <label key={token}>
              <input
                type="checkbox"
                name={name}
                value={token}
                defaultChecked={checked.includes(token)}
              />{' '}
              {title}
            </label>
          ))}
        </div>
      </fieldset>
    </details>
  );
}
