import { useId, useState } from 'react';
import type { MouseEvent, ReactNode } from 'react';
import { useIntl } from 'react-intl';
import messages from '../../messages';
import { toPath } from '../../urls';
import type { Subject } from '../../types';
import Differences from './Differences';

/**
 * Return a link that shows the words that an edit changed, and the place where they appear. Without
 * JavaScript the link leads to a page that has them.
 */
export function usePreview(
  subject: Subject | null,
): [ReactNode, ReactNode] | [] {
  const intl = useIntl();
  const id = useId();
  const [isOpen, setIsOpen] = useState(false);
  if (!subject?.preview) return [];
  const path = toPath(subject.preview);
  const toggle = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    setIsOpen(!isOpen);
  };
  return [
    <a
      key="preview"
      href={path.replace('/@activity-changes', '/@@activity-changes')}
      rel="nofollow"
      aria-controls={id}
      aria-expanded={isOpen}
      aria-label={intl.formatMessage(messages.showChangesIn, {
        title: subject.title,
      })}
      onClick={toggle}
    >
      {intl.formatMessage(messages.showChanges)}
    </a>,
    <div key="place" id={id} aria-live="polite">
      {isOpen && <Differences path={path} />}
    </div>,
  ];
}
