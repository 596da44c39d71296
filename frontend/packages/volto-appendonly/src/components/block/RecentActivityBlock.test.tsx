import { act, render, screen, waitFor } from '@testing-library/react';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { item, page } from '../../testing/fixtures';
import { refusal, site, visit } from '../../testing/visit';
import RecentActivityBlock from './RecentActivityBlock';
import { getBlockData } from './settings';

const TIME = '2026-11-23T15:04:00.000Z';
const PATH = '/news/@activity?b_size=8';
const PAGE = page([item(TIME, 'Fees')]);
const block = (data = {}) => (
  <RecentActivityBlock id="1" path="/news" data={data} />
);

test('a reader sees the activity of the page and below', async () => {
  const { requests } = visit(block(), { responses: { [PATH]: PAGE } });
  expect(
    await screen.findByRole('region', { name: 'Recent activity' }),
  ).toHaveTextContent('Jane Miller edited Page Fees');
  expect(screen.getByRole('link', { name: 'All activity' })).toHaveAttribute(
    'href',
    '/news/@@activity',
  );
  expect(requests).toEqual([PATH]);
});

test('an editor chooses heading, lines, folder and actions, and leaves out their own', async () => {
  const data = {
    headline: 'What is new',
    lines: 3,
    href: [{ '@id': 'http://localhost:8080/Plone/garden' }],
    actions: ['edited', 'moved'],
    others: true,
  };
  const { requests } = visit(block(data), {
    responses: {
      '/garden/@activity?actions=edited&actions=moved&b_size=3&by=others': PAGE,
    },
  });
  expect(
    await screen.findByRole('region', { name: 'What is new' }),
  ).toBeVisible();
  expect(screen.getByRole('link', { name: 'All activity' })).toHaveAttribute(
    'href',
    '/garden/@@activity?actions=edited&actions=moved&by=others',
  );
  expect(requests).toHaveLength(1);
});

test.each(['', '/', 'http://localhost:8080/Plone'])(
  'an editor chooses the whole site, as "%s"',
  async (id) => {
    const { requests } = visit(block({ href: [{ '@id': id }] }), {
      responses: { '/@activity?b_size=8': PAGE },
    });
    expect(
      await screen.findByRole('link', { name: 'All activity' }),
    ).toHaveAttribute('href', '/@@activity');
    expect(requests).toEqual(['/@activity?b_size=8']);
  },
);

test('a user who cannot view the activity sees nothing', async () => {
  const { requests, container } = visit(block(), {
    responses: { [PATH]: () => refusal(401) },
  });
  await waitFor(() => expect(container).toBeEmptyDOMElement());
  expect(requests).toEqual([PATH]);
});

test('an editor sees why there is nothing, and tries again', async () => {
  let isThere = false;
  visit(
    <RecentActivityBlock block="1" pathname="/news" data={{}} onChangeBlock />,
    {
      responses: { [PATH]: () => (isThere ? PAGE : refusal(503)) },
    },
  );
  expect(await screen.findByRole('alert')).toHaveTextContent(
    'The activity could not be loaded.',
  );
  isThere = true;
  act(() => screen.getByRole('button', { name: 'Try again' }).click());
  expect(await screen.findByText('All activity')).toBeVisible();
  expect(
    screen.getByText(
      'Users who cannot view the activity do not see this block.',
    ),
  ).toBeVisible();
});

test('after a save, the list is read again', async () => {
  const { store, requests } = visit(block(), { responses: { [PATH]: PAGE } });
  await screen.findByText('All activity');
  act(() => {
    store.dispatch({ type: 'UPDATE_CONTENT_SUCCESS' });
  });
  await waitFor(() => expect(requests).toEqual([PATH, PATH]));
  expect(await screen.findByText('All activity')).toBeVisible();
});

test('the next visit does not begin with the former list', async () => {
  const { store, unmount } = visit(block(), { responses: { [PATH]: PAGE } });
  await screen.findByText('All activity');
  unmount();
  expect((store.getState() as any).activity).toEqual({});
});

describe('a slow response', () => {
  const answers: ((title: string) => void)[] = [];
  const responses = {
    [PATH]: () =>
      new Promise((resolve) => {
        answers.push((title) => resolve(page([item(TIME, title)])));
      }),
  };
  const answer = (i: number, title: string) =>
    act(async () => answers[i](title));
  beforeEach(() => {
    answers.length = 0;
  });

  test('that comes after the reader has left is not what they see at their next visit', async () => {
    const { Site, store } = site({ responses });
    const { rerender } = render(<Site>{block()}</Site>);
    rerender(<Site>Another page</Site>);
    await answer(0, 'Long ago');
    expect((store.getState() as any).activity).toEqual({});
    rerender(<Site>{block()}</Site>);
    await answer(1, 'Fees');
    expect(await screen.findByRole('link', { name: 'Fees' })).toBeVisible();
    expect(answers).toHaveLength(2);
  });

  test.each(['UPDATE_CONTENT_SUCCESS', 'LOGOUT_SUCCESS'])(
    'from before %s is not shown after it',
    async (type) => {
      const { store } = visit(block(), { responses });
      act(() => {
        store.dispatch({ type });
      });
      await answer(1, 'Fees');
      await answer(0, 'Before');
      expect(await screen.findByRole('link', { name: 'Fees' })).toBeVisible();
      expect(screen.queryByRole('link', { name: 'Before' })).toBeNull();
    },
  );
});

test('the server reads what the block shows, and only where it is shown', async () => {
  const dispatched: unknown[] = [];
  const dispatch = (action: unknown) => {
    dispatched.push(action);
    return Promise.resolve();
  };
  for (const path of ['/news', '/news/edit'])
    await Promise.all(getBlockData({ data: {}, path, dispatch }));
  expect(dispatched).toHaveLength(1);
});

test('the markup of the server stays as it is, until times are those of the reader', async () => {
  const activity = { [PATH]: { loading: false, data: PAGE } };
  const onServer = site({ activity });
  const html = renderToString(<onServer.Site>{block()}</onServer.Site>);
  expect(html).toContain('Nov 23, 2026, 3:04 PM UTC');

  const errors = vi.spyOn(console, 'error');
  const root = document.createElement('div');
  root.innerHTML = html;
  document.body.append(root);
  const inBrowser = site({ activity });
  await act(async () => {
    hydrateRoot(root, <inBrowser.Site>{block()}</inBrowser.Site>);
  });
  expect(errors.mock.calls).toEqual([]);
  expect(inBrowser.requests).toEqual([]);
  const time = root.querySelector('time')!;
  expect(time).toHaveAttribute('datetime', TIME);
  expect(time).toHaveAttribute('title', 'Nov 23, 2026, 10:04 AM');
  expect(time).not.toHaveTextContent('UTC');
});
