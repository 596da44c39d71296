import { screen, waitFor } from '@testing-library/react';
import { content } from '../../testing/fixtures';
import { refusal, visit } from '../../testing/visit';
import ChangesPage from './ChangesPage';

const SERVICE = '/news/@activity-changes?one=1&two=2';

function open(response: unknown) {
  return visit(<ChangesPage />, {
    address: '/news/@@activity-changes?one=1&two=2',
    content: content('/news', { title: 'News' }),
    responses: { [SERVICE]: response },
  });
}

test('a reader sees the words that differ between two versions', async () => {
  const { requests } = open({
    changes: [
      {
        field: 'title',
        title: 'Title',
        passages: [
          [
            { text: 'Our ', change: null },
            { text: 'old', change: 'removed' },
            { text: 'new', change: 'added' },
          ],
        ],
      },
    ],
    complete: true,
  });
  expect(await screen.findByText('Title')).toBeVisible();
  expect(screen.getByRole('definition')).toHaveTextContent(
    'Our removed: oldadded: new',
  );
  expect(
    screen.getByRole('heading', { level: 1, name: 'What changed' }),
  ).toBeVisible();
  expect(requests).toEqual([SERVICE]);
});

test.each([404, 503])('an error %s is not asked for again', async (status) => {
  let asked = 0;
  open(() => {
    asked += 1;
    // Going on for ever would only end with the time of the test.
    return asked < 20 ? refusal(status) : new Promise(() => {});
  });
  await waitFor(() =>
    expect(document.body).toHaveTextContent(
      /does not seem to exist|could not be loaded/,
    ),
  );
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(asked).toBe(1);
});
