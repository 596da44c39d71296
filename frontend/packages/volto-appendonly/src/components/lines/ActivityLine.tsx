import { Fragment } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { Link } from 'react-router-dom';
import historySVG from '@plone/volto/icons/recent-changes.svg';
import messages from '../../messages';
import { timeOfDay } from '../../times';
import { toPath } from '../../urls';
import type { Item } from '../../types';
import DecorativeIcon from '../DecorativeIcon';
import Avatar from './Avatar';
import { iconOf } from './icons';
import Moment from './Moment';
import { Changes, Notes } from './Notes';
import { usePreview } from './Preview';
import Subjects from './Subjects';
import SubjectTitle from './SubjectTitle';

export interface LineProps {
  item: Item;
  zone?: string;
  withinDay?: boolean;
}

/** What a person did to one object, or to several. The backend has made the sentence. */
export default function ActivityLine({ item, zone, withinDay }: LineProps) {
  const intl = useIntl();
  const { line } = item;
  const { actor, began, folded } = line;
  const one = line.shown.length === 1 && !folded.length ? line.shown[0] : null;
  const [previewLink, preview] = usePreview(one);
  const begin = began && withinDay && timeOfDay(intl, began, zone);
  const about = (message: (typeof messages)['story']) =>
    intl.formatMessage(message, { title: one?.title });
  return (
    <li className="activity-line">
      <Avatar person={actor} />
      <div>
        <div className="activity-sentence">
          {line.sentence.map(({ text, slot }, i) => {
            if (slot === 'item' && one)
              return <SubjectTitle key={i} subject={one} />;
            if (slot !== 'actor') return <Fragment key={i}>{text}</Fragment>;
            return (
              <strong key={i}>
                {actor['@id'] ? (
                  <Link to={toPath(actor['@id'])}>
                    <bdi>{text}</bdi>
                  </Link>
                ) : (
                  <bdi>{text}</bdi>
                )}
              </strong>
            );
          })}
        </div>
        {!one && <Subjects subjects={line.shown} />}
        {!one && folded.length > 0 && (
          <details>
            <summary>{line.more}</summary>
            <Subjects subjects={folded} />
            {line.unnamed && (
              <div className="activity-muted">{line.unnamed}</div>
            )}
          </details>
        )}
        {one && <Changes subject={one} />}
        <Notes icon={<DecorativeIcon name={iconOf(line.icon)} />}>
          {one?.remarks.map((remark, i) => <bdi key={i}>{remark}</bdi>)}
          {line.number}
          {previewLink}
          {one?.comparison && (
            <Link
              to={toPath(one.comparison)}
              aria-label={about(messages.compareOf)}
            >
              <FormattedMessage {...messages.compare} />
            </Link>
          )}
          {one?.revert && (
            <Link to={toPath(one.revert)} aria-label={about(messages.revertOf)}>
              <FormattedMessage {...messages.revert} />
            </Link>
          )}
          {line.undo && (
            <Link to={toPath(line.undo)}>
              <FormattedMessage {...messages.undo} />
            </Link>
          )}
          <Fragment>
            {begin && begin !== timeOfDay(intl, item.time, zone) && (
              <>
                <Moment time={began!} zone={zone} withinDay />
                {' – '}
              </>
            )}
            <Moment time={item.time} zone={zone} withinDay={withinDay} />
          </Fragment>
          {line.backfilled}
          {one?.story && (
            <Link
              to={toPath(one.story)}
              aria-label={about(messages.story)}
              title={about(messages.story)}
            >
              <DecorativeIcon name={historySVG} />
            </Link>
          )}
        </Notes>
        {preview}
      </div>
    </li>
  );
}
