import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import { content, item, may, page } from '../../testing/fixtures';
import { refusal, visit } from '../../testing/visit';
import { servicePath } from '../../urls';
import ActivityPage from './ActivityPage';
import { INTERVAL } from './NewChanges';

const PATH = '/news/@activity';
const ADDRESS = '/news/@@activity';
const NEWS = content('/news', { title: 'News', is_folderish: true });
const TERMS = {
  '/@vocabularies/collective.appendonly.types?b_size=-1': {
    items: [{ token: 'Document', title: 'Page' }],
  },
  '/@vocabularies/collective.appendonly.actions?b_size=-1': {
    items: [
      { token: 'moved', title: 'Moved' },
      { token: 'edited', title: 'Edited' },
    ],
  },
};

function open(options: Parameters<typeof visit>[1]) {
  return visit(<ActivityPage />, {
    address: ADDRESS,
    content: NEWS,
    ...options,
  });
}

test('a reader sees the days of a folder, newest first', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-23T16:00:00Z') });
  open({
    responses: {
      [PATH]: page([
        item('2026-11-23T15:04:00.000Z', 'Fees'),
        // In New York, this was the day before.
        item('2026-11-23T03:04:00.000Z', 'Pond'),
        item('2026-11-01T15:04:00.000Z', 'Tools'),
      ]),
    },
  });
  expect(await screen.findByText('Fees')).toBeVisible();
  expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent(
    'Activity',
  );
  expect(screen.getByText('Activity in “News”, newest first.')).toBeVisible();
  const days = screen.getAllByRole('heading', { level: 2 });
  expect(days.map((day) => day.textContent)).toEqual([
    'Today',
    'Yesterday',
    'Nov 1, 2026',
  ]);
  expect(screen.getByRole('region', { name: 'Yesterday' })).toHaveTextContent(
    'Jane Miller edited Page Pond 10:04 PM',
  );
});

test('a reader goes to older activity with the same filters', async () => {
  const cursors = { older: 'OLD', newer: null, latest: 'NEW' };
  const { requests, history } = open({
    address: `${ADDRESS}?text=pond`,
    responses: {
      ...TERMS,
      [`${PATH}?text=pond`]: page([item('2026-11-23T15:04:00.000Z', 'Pond')], {
        cursors,
        filters: [{ text: 'Title: pond', parameters: {} }],
      }),
      [`${PATH}?older=OLD&text=pond`]: page([], {
        news: null,
        cursors: { older: null, newer: 'N', latest: null },
      }),
    },
  });
  fireEvent.click(await screen.findByRole('link', { name: 'Older' }));
  expect(await screen.findByText('No older activity.')).toBeVisible();
  expect(history.location.search).toBe('?older=OLD&text=pond');
  expect(screen.getByRole('link', { name: 'Newer' })).toHaveAttribute(
    'href',
    `${ADDRESS}?newer=N&text=pond`,
  );
  expect(requests.filter((path) => path.startsWith(PATH))).toEqual([
    `${PATH}?text=pond`,
    `${PATH}?older=OLD&text=pond`,
  ]);
});

test('a reader filters, and the filters are in the address', async () => {
  const { history } = open({
    responses: {
      ...TERMS,
      [PATH]: page([item('2026-11-23T15:04:00.000Z', 'Fees')]),
      [`${PATH}?actions=edited&actions=moved&text=rose%20bed`]: page([], {
        filters: [
          {
            text: 'Title: rose bed',
            parameters: { actions: ['edited', 'moved'] },
          },
        ],
      }),
    },
  });
  await screen.findByText('Fees');
  const form = screen.getByText('Filter').closest('details')!;
  act(() => {
    form.open = true;
    fireEvent(form, new Event('toggle'));
  });
  fireEvent.click(await screen.findByLabelText('Edited'));
  fireEvent.click(screen.getByLabelText('Moved'));
  fireEvent.change(screen.getByLabelText('Words in the title'), {
    target: { value: 'rose bed' },
  });
  fireEvent.click(screen.getByRole('button', { name: 'Apply' }));
  expect(
    await screen.findByText('No activity you can see matches these filters.'),
  ).toBeVisible();
  expect(history.location.search).toBe(
    '?actions=edited&actions=moved&text=rose%20bed',
  );
  expect(
    screen.getByRole('link', { name: /^Remove filter: Title: rose bed/ }),
  ).toHaveAttribute('href', `${ADDRESS}?actions=edited&actions=moved`);
});

test('who shows new changes goes on in the list, and not at the top of the page', async () => {
  vi.useFakeTimers();
  const pass = (time: number) => act(() => vi.advanceTimersByTimeAsync(time));
  let title = 'Fees';
  open({
    responses: {
      [PATH]: () =>
        Promise.resolve(
          page([item('2026-11-23T15:04:00.000Z', title)], {
            news: `http://localhost:8080/Plone/@activity-news?latest=${title}`,
          }),
        ),
      '/@activity-news?latest=Fees': { count: 1, text: '1 new change' },
    },
  });
  await pass(0);
  await pass(INTERVAL);
  const button = screen.getByRole('button', { name: '1 new change' });
  button.focus();
  title = 'Pond';
  fireEvent.click(button);
  await pass(0);
  expect(screen.getByText('Pond')).toBeVisible();
  expect(button).not.toBeInTheDocument();
  expect(document.getElementById('activity-list')).toHaveFocus();
});

test('types with the same title are two filters', async () => {
  const errors = vi.spyOn(console, 'error');
  const title = 'Page';
  open({
    address: `${ADDRESS}?types=Document&types=my.Page`,
    userId: 'jane',
    responses: {
      ...TERMS,
      [`${PATH}?types=Document&types=my.Page`]: page([], {
        filters: [
          { text: title, parameters: { types: ['my.Page'] } },
          { text: title, parameters: { types: ['Document'] } },
        ],
      }),
      [`${PATH}?types=my.Page`]: page([], {
        filters: [{ text: title, parameters: {} }],
      }),
      '/news/@activity-digests': { items: [] },
    },
  });
  const box = (await screen.findByText('Email digest')).closest('details')!;
  act(() => {
    box.open = true;
    fireEvent(box, new Event('toggle'));
  });
  await screen.findByRole('button', { name: 'Subscribe' });
  const filters = () =>
    screen.getAllByRole('link', { name: `Remove filter: ${title}` });
  fireEvent.click(filters()[0]);
  await waitFor(() => expect(filters()).toHaveLength(1));
  const repeated = errors.mock.calls.filter(([text]) => /same key/.test(text));
  expect(repeated).toEqual([]);
});

test('a reader with an invalid filter sees what is wrong with it', async () => {
  const error = 'from: Enter a date such as 2026-11-23.';
  open({
    address: `${ADDRESS}?from=yesterday`,
    responses: {
      ...TERMS,
      [`${PATH}?from=yesterday`]: () => refusal(400, error),
    },
  });
  expect(await screen.findByRole('alert')).toHaveTextContent(
    `Invalid filter. ${error}`,
  );
  expect(screen.getByLabelText('Start date')).toHaveValue('yesterday');
  expect(
    screen.getByRole('link', { name: 'Show the newest activity' }),
  ).toHaveAttribute('href', ADDRESS);
});

test.each(['?text=&from=&to=&b_size=20', '?utm_source=newsletter&fbclid=1'])(
  'at %s there is no filter',
  async (search) => {
    open({
      address: `${ADDRESS}${search}`,
      userId: 'jane',
      responses: {
        ...TERMS,
        [servicePath(ADDRESS, search)]: page([]),
      },
    });
    expect(
      await screen.findByText('No activity you can see here yet.', {
        exact: false,
      }),
    ).toBeVisible();
    expect(screen.getByText('Filter').closest('details')!.open).toBe(false);
    for (const text of ['Save this filter', 'Clear filters'])
      expect(screen.queryByText(text)).toBeNull();
    expect(screen.getByRole('link', { name: 'Atom' })).toHaveAttribute(
      'href',
      '/news/@@activity.atom',
    );
  },
);

test.each([
  [401, undefined, 'Unauthorized'],
  [403, 'jane', 'Forbidden'],
  [401, 'jane', 'Forbidden'],
  [404, undefined, 'This page does not seem to exist…'],
])('with the error %s, %s reads: %s', async (status, userId, heading) => {
  open({ userId, responses: { [PATH]: () => refusal(status) } });
  expect(
    await screen.findByRole('heading', { level: 1, name: heading }),
  ).toBeVisible();
});

test.each([
  [500, "'NoneType' object has no attribute 'portal_type'"],
  [503, 'database conflict error (oid 0x2a, class BTrees.OOBTree.OOBTree)'],
])('after the error %s a reader sees no exception', async (status, message) => {
  open({ responses: { [PATH]: () => refusal(status, message) } });
  expect(await screen.findByRole('alert')).toHaveTextContent(
    /^The activity could not be loaded\.Try again$/,
  );
});

test.each([
  [{}, 'No activity you can see here yet.'],
  [
    { cursors: { older: 'O', newer: null, latest: 'L' } },
    'No activity you can see in this period. There may be older activity.',
  ],
  [
    {
      cursors: { older: 'O', newer: null, latest: 'L' },
      reached: '2026-11-01T15:00:00.000Z',
    },
    'Searched back to Nov 1, 2026. There may be older activity.',
  ],
])('an empty page says why: %o', async (others, text) => {
  open({ responses: { [PATH]: page([], others) } });
  expect(await screen.findByText(text, { exact: false })).toBeVisible();
});

test('a manager of an empty log is led to the settings', async () => {
  const managed = content('/news', {
    '@components': { activity: { '@id': '', may: { ...may, manage: true } } },
  });
  open({ content: managed, responses: { [PATH]: page([]) } });
  expect(
    await screen.findByRole('link', { name: /^Configure what is recorded/ }),
  ).toHaveAttribute('href', '/controlpanel/activity');
});

test('a reader opens the same activity in other formats', async () => {
  open({
    address: `${ADDRESS}?text=pond&b_size=50&older=X`,
    userId: 'jane',
    responses: { ...TERMS, [`${PATH}?b_size=50&older=X&text=pond`]: page([]) },
  });
  await screen.findByText('No activity you can see matches these filters.');
  const formats = screen.getByRole('navigation', {
    name: 'Other formats of this activity',
  });
  const links = [...formats.querySelectorAll('a')].map((link) => [
    link.textContent,
    link.getAttribute('href'),
  ]);
  expect(links).toEqual([
    ['Calendar', '/news/@@activity-calendar?text=pond'],
    ['Atom', '/news/@@activity.atom?text=pond'],
    ['RSS', '/news/@@activity.rss?text=pond'],
    ['CSV', '/news/@@activity-export?format=csv&text=pond'],
    ['JSON Lines', '/news/@@activity-export?format=jsonl&text=pond'],
    ['Personal feed URL', '/@@activity-addresses'],
  ]);
});

test('a member saves the filters under a name', async () => {
  const { bodies } = open({
    address: `${ADDRESS}?text=pond`,
    userId: 'jane',
    responses: {
      ...TERMS,
      [`${PATH}?text=pond`]: page([]),
      'post /news/@activity-filters': { name: 'The pond' },
    },
  });
  const summary = await screen.findByText('Save this filter');
  summary.closest('details')!.open = true;
  fireEvent.change(screen.getByLabelText('Name'), {
    target: { value: 'The pond' },
  });
  fireEvent.submit(screen.getByLabelText('Name').closest('form')!);
  expect(
    await screen.findByText('Filter saved. You can find it under My activity.'),
  ).toBeVisible();
  expect(bodies).toEqual([{ name: 'The pond', filters: { text: 'pond' } }]);
});

test('an anonymous user is offered neither digests nor saved filters', async () => {
  const visible = content('/news', {
    '@components': {
      activity: {
        '@id': '',
        may: { ...may, subscribe: false, export: false, see_people: false },
      },
    },
  });
  open({
    address: `${ADDRESS}?text=pond`,
    content: visible,
    responses: { ...TERMS, [`${PATH}?text=pond`]: page([]) },
  });
  await screen.findByText('No activity you can see matches these filters.');
  for (const text of [
    'Email digest',
    'Save this filter',
    'Personal feed URL',
    'CSV',
    'User ID',
    'Only my activity',
    'Only changes by others',
  ])
    expect(screen.queryByText(text)).toBeNull();
});
