import { useEffect, useState } from 'react';
import { useIntl } from 'react-intl';
import { useDispatch } from 'react-redux';
import { pollActivity } from '../../actions';
import messages from '../../messages';
import { failure } from '../../reducer';
import { toPath } from '../../urls';
import type { News } from '../../types';

/** Milliseconds between two requests, and after a failed one. */
export const INTERVAL = 30_000;
export const INTERVAL_AFTER_FAILURE = 300_000;
/** The session has ended, or the page is gone: there is no use in asking again. */
const FINAL = [400, 401, 403, 404];

interface Props {
  /** The URL that says whether there is news. */
  url: string;
  show: () => void;
}

/** Asks now and then whether anything happened, and offers to show it. */
export default function NewChanges({ url, show }: Props) {
  const intl = useIntl();
  const dispatch = useDispatch<any>();
  const [text, setText] = useState<string | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    let isOver = false;
    let next = url;
    const wait = (time: number) => {
      timer = setTimeout(ask, time);
    };
    const ask = async () => {
      if (document.hidden) return wait(INTERVAL);
      try {
        const news: News = await dispatch(pollActivity(toPath(next)));
        if (isOver) return;
        if (news.count) return setText(news.text);
        next = news.news ?? next;
        wait(INTERVAL);
      } catch (error) {
        const { status } = failure(error);
        if (!isOver && !FINAL.includes(status ?? 0))
          wait(INTERVAL_AFTER_FAILURE);
      }
    };
    setText(null);
    wait(INTERVAL);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [dispatch, url]);
  return (
    <div className="activity-news" role="status">
      <span className="activity-hidden">
        {!text && intl.formatMessage(messages.newest)}
      </span>
      {text && (
        <button type="button" className="ui primary button" onClick={show}>
          {text}
        </button>
      )}
    </div>
  );
}
