import { useIntl } from 'react-intl';
import { Link } from 'react-router-dom';
import messages from '../../messages';
import type { Page } from '../../types';

interface Props {
  page: Page;
  isFiltered: boolean;
  /** Where there is nothing at all. */
  text: string;
  clearPath: string;
  isManager: boolean;
}

/** What a page without lines says. */
export default function Empty(props: Props) {
  const { page, isFiltered, text, clearPath, isManager } = props;
  const { formatMessage } = useIntl();
  const { newer, older } = page.cursors;
  if (older)
    return (
      <p>
        {formatMessage(messages.noneInPeriod)}{' '}
        {!page.reached && formatMessage(messages.maybeOlder)}
      </p>
    );
  if (newer) return <p>{formatMessage(messages.noneOlder)}</p>;
  if (isFiltered)
    return (
      <p>
        {formatMessage(messages.noMatch)}{' '}
        <Link to={clearPath}>{formatMessage(messages.clearFilters)}</Link>
      </p>
    );
  return (
    <>
      <p>{text}</p>
      {isManager && (
        <p>
          <Link to="/controlpanel/activity">
            {formatMessage(messages.configure)}
          </Link>
        </p>
      )}
    </>
  );
}
