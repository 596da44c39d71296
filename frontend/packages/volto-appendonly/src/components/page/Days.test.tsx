import { screen } from '@testing-library/react';
import { item } from '../../testing/fixtures';
import { visit } from '../../testing/visit';
import Days from './Days';

function headings(now: string, ...times: string[]): (string | null)[] {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date(now) });
  const errors = vi.spyOn(console, 'error');
  visit(<Days items={times.map((time) => item(time, `At ${time}`))} />);
  expect(errors.mock.calls).toEqual([]);
  return screen.getAllByRole('heading').map((day) => day.textContent);
}

// Readers are in New York.
test.each([
  [
    'of 25 hours, in its last hour',
    '2026-11-02T04:30:00Z',
    ['2026-11-02T04:10:00Z', '2026-11-01T04:10:00Z', '2026-10-31T16:00:00Z'],
    ['Today', 'Yesterday'],
  ],
  [
    'after one of 23 hours, in its first hour',
    '2026-03-09T04:30:00Z',
    ['2026-03-09T04:10:00Z', '2026-03-09T03:10:00Z', '2026-03-08T04:10:00Z'],
    ['Today', 'Yesterday', 'Mar 7, 2026'],
  ],
  [
    'that is the first of a year',
    '2026-01-01T12:00:00Z',
    ['2026-01-01T11:00:00Z', '2025-12-31T12:00:00Z', '2025-12-30T12:00:00Z'],
    ['Today', 'Yesterday', 'Dec 30, 2025'],
  ],
])('the names of days are right on a day %s', (_, now, times, names) => {
  expect(headings(now, ...times)).toEqual(names);
});

test('lines of servers whose clocks differ are each below their day', () => {
  const found = headings(
    '2026-11-23T17:00:00Z',
    '2026-11-23T05:00:01Z',
    '2026-11-23T04:59:59Z',
    '2026-11-23T05:00:00Z',
  );
  expect(found).toEqual(['Today', 'Yesterday', 'Today']);
  const sections = screen.getAllByRole('region', { name: 'Today' });
  expect(sections.map((section) => section.textContent)).toEqual([
    expect.stringContaining('05:00:01Z'),
    expect.stringContaining('05:00:00Z'),
  ]);
  const ids = [...document.querySelectorAll('[id^="activity-"]')].map(
    ({ id }) => id,
  );
  expect(ids).toEqual([...new Set(ids)]);
});
