import { screen } from '@testing-library/react';
import { page } from '../testing/fixtures';
import { visit } from '../testing/visit';
import CalendarPage from './calendar/CalendarPage';
import ActivityPage from './page/ActivityPage';
import ChangesPage from './page/ChangesPage';

const TERMS = {
  '/@vocabularies/collective.appendonly.types?b_size=-1': { items: [] },
  '/@vocabularies/collective.appendonly.actions?b_size=-1': { items: [] },
};

test.each([
  [301, 'http://localhost:8080/Plone/++api++/new?expand=activity'],
  [302, 'http://localhost:8080/Plone/++api++/new'],
])(
  'the page of content that was moved is at its new address (%s)',
  async (code, url) => {
    const { history } = visit(<ActivityPage />, {
      address: '/old/@@activity?text=pond#activity-list',
      contentError: { code, url },
      responses: { ...TERMS, '/new/@activity?text=pond': page([]) },
    });
    expect(
      await screen.findByText('No activity you can see matches these filters.'),
    ).toBeVisible();
    expect(history.location).toMatchObject({
      pathname: '/new/@@activity',
      search: '?text=pond',
      hash: '#activity-list',
    });
  },
);

test.each([
  [CalendarPage, '@@activity-calendar', ''],
  [ChangesPage, '@@activity-changes', '?one=1&two=2'],
])('so are other pages about it: %o', (Component, view, search) => {
  const { history } = visit(<Component />, {
    address: `/old/deep/${view}${search}`,
    contentError: {
      code: 302,
      url: 'http://localhost:8080/Plone/++api++/new/deep',
    },
    responses: TERMS,
  });
  expect(history.location).toMatchObject({
    pathname: `/new/deep/${view}`,
    search,
  });
});

test('content that is not there is not elsewhere', () => {
  const { history } = visit(<ActivityPage />, {
    address: '/news/@@activity',
    contentError: { status: 404 },
    responses: { ...TERMS, '/news/@activity': page([]) },
  });
  expect(history.location.pathname).toBe('/news/@@activity');
});

test('content is where it is, however its address is written', async () => {
  const { history } = visit(<ActivityPage />, {
    address: '/gär ten/@@activity',
    contentError: {
      code: 301,
      url: 'http://localhost:8080/Plone/++api++/g%C3%A4r%20ten',
    },
    responses: { ...TERMS, '/g%C3%A4r%20ten/@activity': page([]) },
  });
  expect(
    await screen.findByText('No activity you can see here yet.', {
      exact: false,
    }),
  ).toBeVisible();
  expect(history.action).toBe('POP');
});
