import { useRef, useState } from 'react';
import { useIntl } from 'react-intl';
import { useDispatch } from 'react-redux';
import { changeActivity } from '../actions';
import messages from '../messages';
import { failure } from '../reducer';

interface Message {
  text: string | null;
  isError: boolean;
}

/**
 * Return a function that changes something of the reader's own and resolves to the response, or to
 * undefined if it failed; and what to say about it, in an element that is always on the page. Then
 * *load* reads again what the page shows. Until it has, further clicks do nothing.
 */
export function useChange(load?: () => Promise<unknown>) {
  const dispatch = useDispatch<any>();
  const [message, setMessage] = useState<Message | null>(null);
  const isBusy = useRef(false);
  const change = async (
    text: string,
    ...request: Parameters<typeof changeActivity>
  ): Promise<any> => {
    if (isBusy.current) return;
    isBusy.current = true;
    setMessage(null);
    let isAnswered = true;
    try {
      const result = await dispatch(changeActivity(...request));
      setMessage({ text, isError: false });
      // A response without content is an empty string.
      return result || true;
    } catch (error) {
      const { status, message } = failure(error);
      isAnswered = status !== null;
      setMessage({ text: message, isError: true });
    } finally {
      // The response is not held up.
      Promise.resolve(isAnswered && load?.()).then(() => {
        isBusy.current = false;
      });
    }
  };
  return [change, message] as const;
}

export function Said({ message }: { message: Message | null }) {
  const intl = useIntl();
  return (
    <div role="status">
      {message && (
        <p
          className={`ui ${message.isError ? 'negative' : 'positive'} message`}
        >
          {message.text ?? intl.formatMessage(messages.notSaved)}
        </p>
      )}
    </div>
  );
}
