/** The pages of the add-on. Each is loaded when it is opened, and read on the server. */

import loadable from '@loadable/component';
import { asyncConnect } from '@plone/volto/helpers/AsyncConnect';
import { getActivity } from './actions';
import ViewRedirect from './components/ViewRedirect';
import { personService, servicePath } from './urls';

type ToPath = (pathname: string, search: string) => string | null;

interface Load {
  location: { pathname: string; search?: string | null };
  store: { dispatch: (action: unknown) => Promise<unknown> };
}

const service = (name: string) => (pathname: string, search: string) =>
  servicePath(pathname, search, name);

/** Return a page that finds in the store, on the server, what is at a path. */
function page(component: any, toPath: ToPath): any {
  return asyncConnect([
    {
      key: 'activity',
      promise: ({ location, store }: Load) => {
        const path =
          __SERVER__ && toPath(location.pathname, location.search ?? '');
        // The page shows errors. The result would be sent twice.
        const nothing = () => null;
        return path && store.dispatch(getActivity(path)).then(nothing, nothing);
      },
    },
  ])(component);
}

const ActivityPage = page(
  loadable(() => import('./components/page/ActivityPage')),
  service('@activity'),
);
const CalendarPage = page(
  loadable(() => import('./components/calendar/CalendarPage')),
  service('@activity-calendar'),
);
const ChangesPage = page(
  loadable(() => import('./components/page/ChangesPage')),
  service('@activity-changes'),
);
const MyActivityPage = page(
  loadable(() => import('./components/people/MyActivityPage')),
  service('@my-activity'),
);
const PersonPage = page(
  loadable(() => import('./components/people/PersonPage')),
  personService,
);
const FeedPage = page(
  loadable(() => import('./components/people/FeedPage')),
  () => '/@activity-feeds',
);
const UnsubscribePage = loadable(
  () => import('./components/people/UnsubscribePage'),
);

/** Paths of a page of any content, and of the site. */
const everywhere = (view: string) => [`/${view}`, `/**/${view}`];

export const routes = [
  { path: everywhere('@@activity'), exact: true, component: ActivityPage },
  {
    path: everywhere('@@activity-calendar'),
    exact: true,
    component: CalendarPage,
  },
  {
    path: everywhere('@@activity-changes'),
    exact: true,
    component: ChangesPage,
  },
  { path: '/@@my-activity', exact: true, component: MyActivityPage },
  // The id of a user may follow.
  { path: '/@@activity-of', component: PersonPage },
  { path: '/@@activity-addresses', exact: true, component: FeedPage },
  { path: '/@@activity-unsubscribe', exact: true, component: UnsubscribePage },
  { path: '/**/view', exact: true, component: ViewRedirect },
];
