import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import { content, digest, page } from '../../testing/fixtures';
import { visit } from '../../testing/visit';
import { contentPath, servicePath } from '../../urls';
import ActivityPage from './ActivityPage';

const PATH = '/news/@activity';
const ADDRESS = '/news/@@activity';
const NEWS = content('/news', { title: 'News', is_folderish: true });

function open(options: Parameters<typeof visit>[1]) {
  return visit(<ActivityPage />, {
    address: ADDRESS,
    content: NEWS,
    ...options,
  });
}

test('a member subscribes, changes the digest and unsubscribes', async () => {
  const digests = { '@id': '', items: [] as unknown[] };
  const SERVICE = '/news/@activity-digests';
  const { requests, bodies } = open({
    userId: 'jane',
    responses: {
      [PATH]: page([]),
      [SERVICE]: () => Promise.resolve({ ...digests }),
      [`post ${SERVICE}`]: () => {
        digests.items = [digest()];
        return Promise.resolve(digest());
      },
      'patch /@activity-digests/1': () => {
        digests.items = [digest({ own_changes: true })];
        return '';
      },
      'del /@activity-digests/1': () => {
        digests.items = [];
        return '';
      },
    },
  });
  const summary = await screen.findByText('Email digest');
  const box = summary.closest('details')!;
  act(() => {
    box.open = true;
    fireEvent(box, new Event('toggle'));
  });
  fireEvent.click(await screen.findByLabelText('Weekly, on Mondays'));
  fireEvent.click(screen.getByRole('button', { name: 'Subscribe' }));
  expect(
    await screen.findByText(
      'You have subscribed. The digest lists activity from now on.',
    ),
  ).toBeVisible();

  await waitFor(() =>
    expect(screen.getByLabelText('Weekly, on Mondays')).toBeChecked(),
  );
  fireEvent.click(screen.getByLabelText('Include my own changes'));
  fireEvent.click(screen.getByRole('button', { name: 'Save' }));
  expect(await screen.findByText('Digest settings saved.')).toBeVisible();

  await waitFor(() =>
    expect(screen.getByLabelText('Include my own changes')).toBeChecked(),
  );
  fireEvent.click(screen.getByRole('button', { name: 'Unsubscribe' }));
  expect(
    await screen.findByText('You have unsubscribed from this digest.'),
  ).toBeVisible();
  expect(
    await screen.findByRole('button', { name: 'Subscribe' }),
  ).toBeVisible();
  expect(bodies).toEqual([
    { frequency: 'weekly', own_changes: false, filters: {} },
    { frequency: 'weekly', own_changes: true },
  ]);
  expect(requests.filter((request) => / /.test(request))).toEqual([
    `post ${SERVICE}`,
    'patch /@activity-digests/1',
    'del /@activity-digests/1',
  ]);
});

const DIGEST_OF_NEWS = digest({ '@id': '/@activity-digests/news' });
const DIGEST_OF_SITE = digest({
  '@id': '/@activity-digests/site',
  content: { '@id': 'http://localhost:8080/Plone', title: 'Garden' },
});
const DIGEST_OF_TYPES = digest({
  '@id': '/@activity-digests/types',
  filters: { types: ['Document', 'Event'] },
});
const DIGEST_OF_WORDS = digest({
  '@id': '/@activity-digests/words',
  filters: { actor: 'tom', text: 'pond' },
});
const DIGEST_OF_WHAT_IS_GONE = digest({
  '@id': '/@activity-digests/gone',
  content: null,
});

test.each([
  ['/@@activity', [DIGEST_OF_NEWS, DIGEST_OF_WHAT_IS_GONE], null],
  ['/@@activity', [DIGEST_OF_NEWS, DIGEST_OF_SITE], 'site'],
  [ADDRESS, [DIGEST_OF_TYPES, DIGEST_OF_NEWS], 'news'],
  // In the order of their titles.
  [`${ADDRESS}?types=Event&types=Document`, [DIGEST_OF_TYPES], 'types'],
  [`${ADDRESS}?text=+pond&actor=tom`, [DIGEST_OF_WORDS], 'words'],
])(
  'the form at %s is about the digest of just that: %#',
  async (address, items, found) => {
    const [pathname, search = ''] = address.split('?');
    const path = contentPath(pathname);
    const { requests } = open({
      address,
      userId: 'jane',
      content: content(path),
      responses: {
        [servicePath(pathname, search)]: page([]),
        [`${path}/@activity-digests`]: { items },
        [`del /@activity-digests/${found}`]: '',
      },
    });
    const box = (await screen.findByText('Email digest')).closest('details')!;
    act(() => {
      box.open = true;
      fireEvent(box, new Event('toggle'));
    });
    if (found === null) {
      expect(
        await screen.findByRole('button', { name: 'Subscribe' }),
      ).toBeVisible();
      expect(screen.queryByRole('button', { name: 'Unsubscribe' })).toBeNull();
    } else {
      fireEvent.click(
        await screen.findByRole('button', { name: 'Unsubscribe' }),
      );
      await waitFor(() =>
        expect(requests).toContain(`del /@activity-digests/${found}`),
      );
    }
  },
);
