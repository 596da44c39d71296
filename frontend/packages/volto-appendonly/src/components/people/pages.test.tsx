import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import { content, digest, item, jane, page } from '../../testing/fixtures';
import { refusal, visit } from '../../testing/visit';
import FeedPage from './FeedPage';
import MyActivityPage from './MyActivityPage';
import PersonPage from './PersonPage';
import UnsubscribePage from './UnsubscribePage';

const SITE = content('', { title: 'Garden' });
const TIME = '2026-11-23T15:04:00.000Z';

test('a member finds what they did, their digests and their filters', async () => {
  let isSubscribed = true;
  let filters = [
    {
      name: 'The pond',
      title: 'News',
      page: 'http://localhost:8080/Plone/news/@@activity?text=pond',
    },
  ];
  const { requests, bodies } = visit(<MyActivityPage />, {
    address: '/@@my-activity',
    content: SITE,
    userId: 'jane',
    responses: {
      '/@my-activity': () =>
        Promise.resolve({
          person: jane,
          activity: page([item(TIME, 'Fees')]),
          digests: {
            items: isSubscribed
              ? [
                  digest({
                    conditions: ['Type: Page'],
                    paused: true,
                    refusal: { address: 'jane@x.org', code: 550 },
                  }),
                ]
              : [],
          },
          filters: {
            items: filters,
          },
          feed: { address: null },
        }),
      'del /@activity-digests/1': () => {
        isSubscribed = false;
        return '';
      },
      'del /@activity-filters': () => {
        filters = [];
        return '';
      },
    },
  });
  const digests = await screen.findByRole('region', {
    name: 'Your email digests',
  });
  expect(digests).toHaveTextContent(
    'News' +
      'Weekly, on Mondays · Type: Page · without your own changes · Paused · ' +
      'This digest is paused: the mail server refuses emails to jane@x.org (code 550). ' +
      'Check your email address, then resume the digest.' +
      'ResumeUnsubscribe',
  );
  expect(screen.getByRole('link', { name: 'The pond' })).toHaveAttribute(
    'href',
    '/news/@@activity?text=pond',
  );
  expect(screen.getByText('Fees')).toBeVisible();

  fireEvent.click(screen.getByRole('button', { name: 'Remove: The pond' }));
  expect(await screen.findByText('Filter removed.')).toBeVisible();
  fireEvent.click(screen.getByRole('button', { name: 'Unsubscribe: News' }));
  expect(
    await screen.findByText('You have unsubscribed from this digest.'),
  ).toBeVisible();
  await waitFor(() => expect(digests).not.toBeInTheDocument());
  expect(
    screen.queryByRole('region', { name: 'Your saved filters' }),
  ).not.toBeInTheDocument();
  expect(bodies).toEqual([{ name: 'The pond' }]);
  expect(requests.filter((request) => /^del/.test(request))).toEqual([
    'del /@activity-filters',
    'del /@activity-digests/1',
  ]);
});

test.each([
  [
    404,
    'Resource not found: http://localhost:8080/Plone/@activity-digests/1',
    'The change could not be saved. Try again later.',
  ],
  [500, "'digests'", 'The change could not be saved. Try again later.'],
  [
    403,
    'Digests are not available to you here.',
    'Digests are not available to you here.',
  ],
])(
  'a member whose change is refused with %i reads why, if there is a reason',
  async (status, message, text) => {
    visit(<MyActivityPage />, {
      address: '/@@my-activity',
      content: SITE,
      userId: 'jane',
      responses: {
        '/@my-activity': {
          person: jane,
          activity: page([]),
          digests: { items: [digest()] },
          filters: { items: [] },
          feed: { address: null },
        },
        'del /@activity-digests/1': () => refusal(status, message),
      },
    });
    fireEvent.click(
      await screen.findByRole('button', { name: 'Unsubscribe: News' }),
    );
    expect(await screen.findByText(text)).toBeVisible();
    if (text !== message) expect(screen.queryByText(message)).toBeNull();
  },
);

test('a reader opens what a person did, and its feed', async () => {
  visit(<PersonPage />, {
    address: '/@@activity-of/jane',
    content: SITE,
    responses: {
      '/@activity-of/jane': {
        person: jane,
        activity: page([item(TIME, 'Fees')]),
      },
    },
  });
  expect(
    await screen.findByRole('heading', { name: 'Activity of Jane Miller' }),
  ).toBeVisible();
  expect(
    screen.getByText('Activity of', { exact: false, selector: 'p' }),
  ).toHaveTextContent('Activity of Jane Miller on this site, newest first.');
  expect(screen.getByRole('link', { name: 'Atom' })).toHaveAttribute(
    'href',
    '/@@activity.atom?actor=jane',
  );
});

const OTTO = '/@@activity-of?actor=auth0%7C7';

function openOtto(search: string, response: unknown) {
  const query = `actor=auth0%7C7${search}`;
  return visit(<PersonPage />, {
    address: `${OTTO}${search}`,
    content: SITE,
    responses: {
      [`/@activity-of?${query}`]: response,
      '/@activity-of?actor=auth0%7C7': { person: jane, activity: page([]) },
      '/@activity-of?actor=auth0%7C7&text=pond': {
        person: jane,
        activity: page([], {
          filters: [{ text: '“pond”', parameters: {} }],
        }),
      },
    },
  });
}

test('a filter stays on the page of a person whose id cannot be in a path', async () => {
  const { history, container } = openOtto('', {
    person: jane,
    activity: page([]),
  });
  await screen.findByText('No activity you can see here yet.', {
    exact: false,
  });
  const form = container.querySelector('form')!;
  // Also without JavaScript.
  expect(new FormData(form).getAll('actor')).toEqual(['auth0|7']);
  fireEvent.change(screen.getByLabelText('Words in the title'), {
    target: { value: 'pond' },
  });
  fireEvent.submit(form);
  await screen.findByText('No activity you can see matches these filters.');
  expect(history.location.search).toBe('?actor=auth0%7C7&text=pond');
  const links = [
    ...screen.getAllByRole('link', { name: 'Clear filters' }),
    screen.getByRole('link', { name: /^Remove filter/ }),
  ];
  expect(links.map((link) => link.getAttribute('href'))).toEqual([
    OTTO,
    OTTO,
    OTTO,
  ]);
});

test('an invalid filter leads back to the page of the person', async () => {
  openOtto('&from=yesterday', () => refusal(400, 'from: Enter a date.'));
  expect(await screen.findByRole('alert')).toHaveTextContent(
    'Invalid filter. from: Enter a date.',
  );
  expect(
    screen.getByRole('link', { name: 'Show the newest activity' }),
  ).toHaveAttribute('href', OTTO);
  // The name is not known.
  expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent(
    /^Activity$/,
  );
});

test('nobody learns whether there is a user', async () => {
  visit(<PersonPage />, {
    address: '/@@activity-of/nobody',
    content: SITE,
    responses: { '/@activity-of/nobody': () => refusal(404) },
  });
  expect(
    await screen.findByText('This page does not seem to exist…'),
  ).toBeVisible();
});

test('a member creates a feed URL, sees it once, and revokes it', async () => {
  let address: object | null = null;
  const created = '2026-11-23T15:04:00.000Z';
  visit(<FeedPage />, {
    address: '/@@activity-addresses',
    userId: 'jane',
    responses: {
      '/@activity-feeds': () => Promise.resolve({ address }),
      'post /@activity-feeds': () => {
        address = { created, atom: null, rss: null };
        const url = 'https://garden.example/@@activity-personal';
        return Promise.resolve({
          address: {
            created,
            atom: `${url}.atom?key=1`,
            rss: `${url}.rss?key=1`,
          },
        });
      },
      'del /@activity-feeds': () => {
        address = null;
        return '';
      },
    },
  });
  expect(await screen.findByText('You have no feed URL.')).toBeVisible();
  fireEvent.click(screen.getByRole('button', { name: 'Create URL' }));
  expect(await screen.findByLabelText('Atom')).toHaveValue(
    'https://garden.example/@@activity-personal.atom?key=1',
  );
  expect(screen.getByLabelText('RSS')).toHaveValue(
    'https://garden.example/@@activity-personal.rss?key=1',
  );
  fireEvent.click(await screen.findByRole('button', { name: 'Revoke URL' }));
  expect(
    await screen.findByText(
      'Your feed URL has been revoked and no longer works.',
    ),
  ).toBeVisible();
  expect(screen.queryByLabelText('Atom')).toBeNull();
  expect(await screen.findByText('You have no feed URL.')).toBeVisible();
});

test('a member who clicks twice ends a digest once, and reads that it ended', async () => {
  let items = [digest()];
  const own = () => ({
    person: jane,
    activity: page([]),
    digests: { items },
    filters: { items: [] },
    feed: { address: null },
  });
  const { requests } = visit(<MyActivityPage />, {
    address: '/@@my-activity',
    content: SITE,
    userId: 'jane',
    responses: {
      '/@my-activity': own,
      'del /@activity-digests/1': () => {
        if (!items.length) return refusal(404);
        items = [];
        return '';
      },
    },
  });
  const button = await screen.findByRole('button', {
    name: 'Unsubscribe: News',
  });
  fireEvent.click(button);
  fireEvent.click(button);
  // The list is not there yet.
  await screen.findByText('You have unsubscribed from this digest.');
  fireEvent.click(button);
  await waitFor(() => expect(button).not.toBeInTheDocument());
  expect(
    screen.getByText('You have unsubscribed from this digest.'),
  ).toBeVisible();
  expect(requests.filter((request) => /^del/.test(request))).toHaveLength(1);
});

test('a member who clicks twice creates one feed URL, which works', async () => {
  const answers: (() => void)[] = [];
  const url = (key: number) =>
    `https://garden.example/@@activity-personal.atom?key=${key}`;
  let key = 0;
  visit(<FeedPage />, {
    address: '/@@activity-addresses',
    userId: 'jane',
    responses: {
      '/@activity-feeds': { address: null },
      'post /@activity-feeds': () => {
        const atom = url(++key);
        const address = { created: TIME, atom, rss: null };
        return new Promise((resolve) =>
          answers.push(() => resolve({ address })),
        );
      },
    },
  });
  const button = await screen.findByRole('button', { name: 'Create URL' });
  fireEvent.click(button);
  fireEvent.click(button);
  await waitFor(() => expect(answers).not.toEqual([]));
  // The responses may come in another order.
  await act(async () => answers.reverse().forEach((answer) => answer()));
  expect(await screen.findByLabelText('Atom')).toHaveValue(url(key));
  expect(key).toBe(1);
});

test('the recipient of an email unsubscribes without a login', async () => {
  const send = vi.fn(() => Promise.resolve({ ok: true }));
  vi.stubGlobal('fetch', send);
  visit(<UnsubscribePage />, { address: '/@@activity-unsubscribe?key=secret' });
  expect(screen.getByText('Unsubscribe from this digest?')).toBeVisible();
  expect(send).not.toHaveBeenCalled();
  fireEvent.click(screen.getByRole('button', { name: 'Unsubscribe' }));
  expect(
    await screen.findByText('You have unsubscribed from this digest.'),
  ).toBeVisible();
  const [[url, { method, body }]] = send.mock.calls as any;
  expect([url, method, String(body)]).toEqual([
    '/@@activity-unsubscribe?key=secret',
    'POST',
    'List-Unsubscribe=One-Click',
  ]);
  expect(screen.queryByRole('button')).toBeNull();
});

test('an unsubscription that fails can be tried again', async () => {
  vi.stubGlobal('fetch', () => Promise.resolve({ ok: false }));
  visit(<UnsubscribePage />, { address: '/@@activity-unsubscribe?key=secret' });
  fireEvent.click(screen.getByRole('button', { name: 'Unsubscribe' }));
  expect(
    await screen.findByText('The change could not be saved. Try again later.'),
  ).toBeVisible();
  expect(screen.getByRole('button', { name: 'Unsubscribe' })).toBeEnabled();
});
