import { useRef } from 'react';
import type { ReactNode } from 'react';
import { useIntl } from 'react-intl';
import { Link } from 'react-router-dom';
import { useUserId } from '../../hooks';
import messages from '../../messages';
import { filtersOf, read, withQuery } from '../../urls';
import type { Failure } from '../../reducer';
import type { May, Page, Parameters } from '../../types';
import { Loading } from '../States';
import ActiveFilters from './ActiveFilters';
import Days from './Days';
import Empty from './Empty';
import FilterForm from './FilterForm';
import Formats from './Formats';
import NewChanges from './NewChanges';
import Pager from './Pager';
import SaveFilter from './SaveFilter';

interface Props {
  /** The address of the page. */
  pathname: string;
  search: string;
  /** The path of the content whose activity it is. */
  path: string;
  page?: Page;
  /** An invalid parameter. */
  error?: Failure;
  load: () => Promise<unknown>;
  may?: May;
  /** Whose activity it is, if the page is about one person. */
  person?: string | null;
  empty: string;
  children?: ReactNode;
}

/** The list of an activity page, its filters, and the links to other formats of it. */
export default function ActivityView(props: Props) {
  const { pathname, search, path, page, error, load, may, person } = props;
  const { formatMessage } = useIntl();
  const userId = useUserId();
  const list = useRef<HTMLDivElement>(null);
  const showNews = async () => {
    await load();
    // The button that had the focus is gone.
    list.current?.focus();
  };
  const parameters = read(search);
  const filters = filtersOf(parameters);
  const { b_size: size, ...others } = filters;
  const isPersonal = person !== undefined;
  // A page with the person in its address keeps them.
  const { actor, ...rest } = others;
  const isFiltered = Object.keys(isPersonal ? rest : others).length > 0;
  const subject: Parameters = isPersonal && actor ? { actor } : {};
  const kept: Parameters = { ...(size && { b_size: size }), ...subject };
  const shared = person ? { ...rest, actor: person } : others;
  return (
    <>
      <Formats path={path} filters={shared} may={may} />
      <FilterForm
        pathname={pathname}
        parameters={filters}
        page={page}
        error={error}
        isFiltered={isFiltered || Boolean(error)}
        isPersonal={isPersonal}
        maySeePeople={Boolean(may?.see_people)}
        hasSizes
      />
      <ActiveFilters
        filters={page?.filters ?? []}
        pathname={pathname}
        kept={kept}
      />
      {userId && isFiltered && !error && (
        <SaveFilter path={path} filters={shared} />
      )}
      {props.children}
      {error && (
        <p>
          <Link to={withQuery(pathname, subject)}>
            {formatMessage(messages.showNewest)}
          </Link>
        </p>
      )}
      {!page && !error && <Loading />}
      {page && (
        <>
          {page.news && !parameters.to && (
            <NewChanges url={page.news} show={showNews} />
          )}
          <div id="activity-list" ref={list} tabIndex={-1}>
            <Days items={page.items} />
            {!page.items.length && (
              <Empty
                page={page}
                isFiltered={isFiltered}
                text={props.empty}
                clearPath={withQuery(pathname, kept)}
                isManager={Boolean(may?.manage)}
              />
            )}
            <Pager page={page} pathname={pathname} parameters={filters} />
          </div>
        </>
      )}
    </>
  );
}
