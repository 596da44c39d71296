import { act, fireEvent, screen } from '@testing-library/react';
import { refusal, visit } from '../../testing/visit';
import UserField from './UserField';

const SEARCH = '/@@activity-people?query=';

beforeEach(() => {
  vi.useFakeTimers();
});

async function type(value: string) {
  fireEvent.change(screen.getByLabelText('User ID'), { target: { value } });
  await act(() => vi.advanceTimersByTimeAsync(400));
}

function suggestions() {
  const options = document.querySelectorAll('#activity-people option');
  return [...options].map((option) => option.textContent);
}

test.each([500, 503, null])(
  'after a failed request (%s) a reader gets suggestions again',
  async (status) => {
    visit(<UserField value="" items={[]} />, {
      responses: {
        [`${SEARCH}jan`]: () => refusal(status as number),
        [`${SEARCH}jane`]: { results: [{ id: 'jane', text: 'Jane Miller' }] },
      },
    });
    await type('jan');
    expect(suggestions()).toEqual([]);
    await type('jane');
    expect(suggestions()).toEqual(['Jane Miller']);
  },
);

test.each([401, 403])(
  'for a reader who cannot list the members, only one request is sent (%s)',
  async (status) => {
    const { requests } = visit(<UserField value="" items={[]} />, {
      responses: { [`${SEARCH}jan`]: () => refusal(status) },
    });
    await type('jan');
    await type('jane');
    expect(requests).toEqual([`${SEARCH}jan`]);
  },
);
