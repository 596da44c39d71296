import { screen } from '@testing-library/react';
import { content } from '../../testing/fixtures';
import { visit } from '../../testing/visit';
import CalendarPage from './CalendarPage';
import { firstWeekday, weeksOf } from './month';

const hours = Array(24).fill(0);
hours[9] = 4;
hours[15] = 1;
const MONTH = {
  month: '2026-11',
  days: [
    { date: '2026-11-03', count: 4, label: '4 changes' },
    { date: '2026-11-23', count: 1, label: '1 change' },
  ],
  hours,
  reached: null,
  previous: '2026-10',
  next: null,
};
const ADDRESS = '/news/@@activity-calendar';

function open(address: string, responses: object) {
  return visit(<CalendarPage />, {
    address,
    content: content('/news', { title: 'News' }),
    responses: { ...responses },
  });
}

test('a reader sees the days of a month, and opens one of them', async () => {
  open(`${ADDRESS}?types=Document`, {
    '/news/@activity-calendar?types=Document': MONTH,
  });
  const day = await screen.findByRole('link', {
    name: 'Nov 3, 2026: 4 changes',
  });
  expect(day).toHaveAttribute(
    'href',
    '/news/@@activity?from=2026-11-03&to=2026-11-03&types=Document',
  );
  expect(screen.getByRole('table', { name: 'November 2026' })).toBeVisible();
  expect(
    screen.getAllByRole('columnheader').map((head) => head.textContent),
  ).toEqual([
    ...['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'],
    ...['Hour', 'Changes'],
  ]);
  expect(screen.getByRole('row', { name: '9:00 AM 4' })).toBeVisible();
  expect(screen.getByRole('link', { name: 'Previous month' })).toHaveAttribute(
    'href',
    `${ADDRESS}?month=2026-10&types=Document`,
  );
  expect(screen.queryByRole('link', { name: 'Next month' })).toBeNull();
  expect(
    screen.getByRole('link', { name: 'Back to the list' }),
  ).toHaveAttribute('href', '/news/@@activity?types=Document');
});

test('a month without changes says so', async () => {
  open(ADDRESS, {
    '/news/@activity-calendar': {
      ...MONTH,
      days: [],
      hours: Array(24).fill(0),
    },
  });
  expect(
    await screen.findByText('No activity you can see in this period.'),
  ).toBeVisible();
});

test('a count that was too long says how far it goes', async () => {
  open(ADDRESS, {
    '/news/@activity-calendar': { ...MONTH, reached: '2026-11-02' },
  });
  expect(
    await screen.findByText('The count goes back to Nov 2, 2026', {
      exact: false,
    }),
  ).toBeVisible();
  expect(
    screen.getByRole('link', { name: 'Count older changes' }),
  ).toHaveAttribute('href', `${ADDRESS}?month=2026-11&to=2026-11-02`);
});

test.each([
  ['en', 0, [null, null]],
  ['de', 1, [null, null, null, null, null, null]],
])('weeks begin as in %s', (locale, first, before) => {
  expect(firstWeekday(locale)).toBe(first);
  const [week] = weeksOf(first ? '2026-11' : '2026-09', first);
  expect(week.slice(0, before.length)).toEqual(before);
  expect(week[before.length]).toMatch(/-01$/);
});

test('a month has all of its days, in whole weeks', () => {
  const weeks = weeksOf('2028-02', 1);
  expect(weeks.flat().filter(Boolean)).toHaveLength(29);
  expect(weeks.every((week) => week.length === 7)).toBe(true);
});
