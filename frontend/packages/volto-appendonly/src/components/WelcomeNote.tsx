import { useEffect } from 'react';
import { useDispatch } from 'react-redux';
import { Link } from 'react-router-dom';
import { toast } from 'react-toastify';
import Toast from '@plone/volto/components/manage/Toast/Toast';
import { changeActivity } from '../actions';
import { useActivity, useUserId } from '../hooks';
import type { Step, Welcome } from '../types';

const SERVICE = '/@activity-welcome';

/** The pages of the backend that have another URL in Volto. */
const PAGES: Record<string, string> = {
  '@@activity': '/@@activity',
  '@@activity-controlpanel': '/controlpanel/activity',
};

function NextStep({ step: { '@id': id, text, command } }: { step: Step }) {
  const page = id && PAGES[id.slice(id.lastIndexOf('/') + 1)];
  if (page) return <Link to={page}>{text}</Link>;
  if (!command) return <>{text}</>;
  return (
    <>
      {text} (<code>{command}</code>)
    </>
  );
}

/**
 * The note about what to do next, where an administrator is after installing the add-on. It is shown
 * until one of them dismisses it for all. Others, and sites without the add-on, get an error, and
 * nothing is shown.
 */
export default function WelcomeNote() {
  const dispatch = useDispatch<any>();
  const userId = useUserId();
  const [{ data }, load] = useActivity<Welcome>(userId && SERVICE);
  const note = data?.note;
  useEffect(() => {
    if (!note) return;
    const dismiss = () =>
      dispatch(changeActivity('del', SERVICE))
        .catch(() => {})
        .then(load);
    const shown = toast.info(
      <Toast
        info
        title={note.title}
        content={
          <div className="activity-welcome">
            <p>{note.text}</p>
            <ul>
              {note.steps.map((step) => (
                <li key={step.text}>
                  <NextStep step={step} />
                </li>
              ))}
            </ul>
            <button type="button" className="ui button" onClick={dismiss}>
              {note.dismiss}
            </button>
          </div>
        }
      />,
      { autoClose: false, closeOnClick: false },
    );
    return () => toast.dismiss(shown);
  }, [note, dispatch, load]);
  return null;
}
