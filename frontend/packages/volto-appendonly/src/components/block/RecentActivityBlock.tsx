import { useIntl } from 'react-intl';
import { useActivity } from '../../hooks';
import messages from '../../messages';
import { withQuery } from '../../urls';
import type { Page } from '../../types';
import { Failed, Loading } from '../States';
import RecentActivity from './RecentActivity';
import { blockContent, blockFilters, blockPath } from './settings';
import type { BlockData } from './settings';

interface Props {
  data: BlockData;
  block?: string;
  id?: string;
  path?: string;
  pathname?: string;
  /** Only in the edit form. */
  onChangeBlock?: unknown;
}

/** The block. To readers who cannot view the activity it shows nothing. */
export default function RecentActivityBlock(props: Props) {
  const intl = useIntl();
  const { data, onChangeBlock } = props;
  const pathname = props.path ?? props.pathname ?? '';
  const isEdited = Boolean(onChangeBlock);
  const [{ data: page, error }, load] = useActivity<Page>(
    blockPath(data, pathname),
  );
  if (error && !isEdited) return null;
  if (!page)
    return (
      <div className="block recentActivity">
        {error ? <Failed error={error} retry={load} /> : <Loading />}
      </div>
    );
  return (
    <div className="block recentActivity">
      <div {...(isEdited && { inert: '' })}>
        <RecentActivity
          id={`activity-${props.block ?? props.id}`}
          heading={data.headline}
          items={page.items}
          more={withQuery(
            `${blockContent(data, pathname)}/@@activity`,
            blockFilters(data),
          )}
        />
      </div>
      {isEdited && (
        <p className="activity-muted">
          {intl.formatMessage(messages.notForReader)}
        </p>
      )}
    </div>
  );
}
