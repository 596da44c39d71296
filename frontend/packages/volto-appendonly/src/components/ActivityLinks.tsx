import { useIntl } from 'react-intl';
import { useSelector } from 'react-redux';
import { Link } from 'react-router-dom';
import Icon from '@plone/volto/components/theme/Icon/Icon';
import { Plug } from '@plone/volto/components/manage/Pluggable';
import historySVG from '@plone/volto/icons/recent-changes.svg';
import rightArrowSVG from '@plone/volto/icons/right-key.svg';
import type { StoreState } from '../hooks';
import messages from '../messages';
import { contentPath, toPath } from '../urls';

/** The links in the toolbar: to the activity of the page, and to the own activity. */
export default function ActivityLinks() {
  const intl = useIntl();
  const content = useSelector((state: StoreState) => state.content.data);
  const activity = content?.['@components']?.activity;
  if (!content || !activity) return null;
  const label = intl.formatMessage(messages.activity);
  const path = `${contentPath(toPath(content['@id']))}/@@activity`;
  return (
    <>
      {activity.may?.view && (
        <Plug
          pluggable="main.toolbar.bottom"
          id="activity"
          dependencies={[path, label]}
        >
          <Link to={path} aria-label={label} className="activity">
            <Icon name={historySVG} size="30px" title={label} />
          </Link>
        </Plug>
      )}
      <Plug
        pluggable="toolbar-user-menu"
        id="my-activity"
        dependencies={[intl.locale]}
      >
        <li>
          <Link to="/@@my-activity">
            {intl.formatMessage(messages.myActivity)}
            <Icon name={rightArrowSVG} size="24px" />
          </Link>
        </li>
      </Plug>
    </>
  );
}
