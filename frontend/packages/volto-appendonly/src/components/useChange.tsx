import { useState } from 'react';
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
 * undefined if it failed; and what to say about it, in an element that is always on the page.
 */
export function useChange() {
  const dispatch = useDispatch<any>();
  const [message, setMessage] = useState<Message | null>(null);
  const change = async (
    text: string,
    ...request: Parameters<typeof changeActivity>
  ): Promise<any> => {
    setMessage(null);
    try {
      const result = await dispatch(changeActivity(...request));
      setMessage({ text, isError: false });
      // A response without content is an empty string.
      return result || true;
    } catch (error) {
      setMessage({ text: failure(error).message, isError: true });
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
