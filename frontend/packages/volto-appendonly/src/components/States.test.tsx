import { screen } from '@testing-library/react';
import { content, jane, page } from '../testing/fixtures';
import { refusal, visit } from '../testing/visit';
import CalendarPage from './calendar/CalendarPage';
import ActivityPage from './page/ActivityPage';
import ChangesPage from './page/ChangesPage';
import FeedPage from './people/FeedPage';
import MyActivityPage from './people/MyActivityPage';
import PersonPage from './people/PersonPage';

const NEWS = content('/news', { title: 'News', is_folderish: true });
const ADDRESS = '/news/@@activity';
const PATH = '/news/@activity';
const TERMS = {
  '/@vocabularies/collective.appendonly.types?b_size=-1': { items: [] },
  '/@vocabularies/collective.appendonly.actions?b_size=-1': { items: [] },
};
const VERSIONS = '?one=1&two=2';

const PAGES = [
  [ActivityPage, ADDRESS, PATH, 'Activity'],
  [
    CalendarPage,
    '/news/@@activity-calendar',
    '/news/@activity-calendar',
    'Activity calendar',
  ],
  [
    ChangesPage,
    `/news/@@activity-changes${VERSIONS}`,
    `/news/@activity-changes${VERSIONS}`,
    'What changed',
  ],
  [MyActivityPage, '/@@my-activity', '/@my-activity', 'My activity'],
  [PersonPage, '/@@activity-of/jane', '/@activity-of/jane', 'Activity'],
  [FeedPage, '/@@activity-addresses', '/@activity-feeds', 'Your feed URL'],
] as const;

test.each(PAGES)(
  'a page that could not be loaded has its heading: %o at %s',
  async (Component, address, path, heading) => {
    const { requests } = visit(<Component />, {
      address,
      content: NEWS,
      userId: 'jane',
      responses: { [path]: () => refusal(503, 'database conflict error') },
    });
    expect(await screen.findByRole('alert')).toHaveTextContent(
      /^The activity could not be loaded\.Try again$/,
    );
    const headings = screen.getAllByRole('heading', { level: 1 });
    expect(headings.map(({ textContent }) => textContent)).toEqual([heading]);
    expect(requests.filter((request) => request === path)).toHaveLength(1);
  },
);

const failed = (status: number | null) => ({
  loading: false,
  error: { status, message: '' },
});

test.each(
  PAGES.flatMap(([Component, address, path]) =>
    [
      [400, 400],
      [401, 401],
      [404, 404],
      [503, 503],
      // There was no response.
      [null, 500],
    ].map(([status, expected]) => [Component, address, path, status, expected]),
  ),
)(
  'the server of Volto passes the status on: %o at %s for %s with %s',
  (Component: any, address: any, path: any, status: any, expected) => {
    const staticContext = {};
    visit(<Component staticContext={staticContext} />, {
      address,
      content: NEWS,
      responses: TERMS,
      activity: { [path]: failed(status) },
    });
    expect(staticContext).toMatchObject({ error_code: expected });
  },
);

test.each([
  [ActivityPage, ADDRESS, PATH, page([])],
  [
    PersonPage,
    '/@@activity-of/jane',
    '/@activity-of/jane',
    { person: jane, activity: page([]) },
  ],
])('without an error Volto decides: %o', (Component, address, path, data) => {
  const staticContext = {};
  visit(<Component staticContext={staticContext} />, {
    address,
    content: NEWS,
    activity: { [path]: { loading: false, data } },
  });
  expect(staticContext).toEqual({});
});
