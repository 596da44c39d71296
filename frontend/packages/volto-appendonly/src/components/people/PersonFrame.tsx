import type { ReactNode } from 'react';
import { useLocation } from 'react-router-dom';
import { useContent } from '../../hooks';
import type { useActivity } from '../../hooks';
import type { PersonActivity } from '../../types';
import Avatar from '../lines/Avatar';
import ActivityView from '../page/ActivityView';
import PageFrame from '../PageFrame';
import { ErrorPage } from '../States';

interface Props {
  id: string;
  heading: ReactNode;
  title: string;
  lead: ReactNode;
  /** What the page says if there is no activity. */
  empty: string;
  activity: ReturnType<typeof useActivity<PersonActivity>>;
  staticContext?: object;
  children?: ReactNode;
}

/** A page with what a person did on the whole site, and what else belongs to them. */
export default function PersonFrame(props: Props) {
  const { pathname, search } = useLocation();
  const content = useContent(pathname);
  const [{ data, error }, load] = props.activity;
  if (error && error.status !== 400)
    return (
      <ErrorPage
        error={error}
        heading={props.title}
        retry={load}
        staticContext={props.staticContext}
      />
    );
  return (
    <PageFrame
      id={props.id}
      pathname={pathname}
      heading={props.heading}
      title={props.title}
      lead={props.lead}
      aside={data && <Avatar person={data.person} />}
      error={error}
      staticContext={props.staticContext}
    >
      <ActivityView
        pathname={pathname}
        search={search}
        path=""
        page={data?.activity}
        error={error}
        load={load}
        may={content?.['@components']?.activity?.may}
        person={data?.person.id ?? null}
        empty={props.empty}
      >
        {props.children}
      </ActivityView>
    </PageFrame>
  );
}
