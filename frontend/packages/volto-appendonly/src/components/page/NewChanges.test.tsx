import { act, fireEvent, screen } from '@testing-library/react';
import { refusal, visit } from '../../testing/visit';
import NewChanges, { INTERVAL, INTERVAL_AFTER_FAILURE } from './NewChanges';

const URL = 'http://localhost:8080/Plone/@activity-news?latest=1';
const FIRST = '/@activity-news?latest=1';
const SECOND = '/@activity-news?latest=2';
const NOTHING = { count: 0, text: null, news: URL.replace('=1', '=2') };

beforeEach(() => {
  vi.useFakeTimers();
});

const pass = (time: number) => act(() => vi.advanceTimersByTimeAsync(time));

test('a reader is told of new changes, and shows them', async () => {
  const show = vi.fn();
  const { requests } = visit(<NewChanges url={URL} show={show} />, {
    responses: {
      [FIRST]: NOTHING,
      [SECOND]: { count: 3, text: '3 new changes', news: URL },
    },
  });
  expect(screen.getByRole('status')).toHaveTextContent(
    'This is the newest activity.',
  );
  expect(requests).toEqual([]);
  await pass(INTERVAL);
  expect(screen.queryByRole('button')).toBeNull();
  await pass(INTERVAL);
  const button = screen.getByRole('button');
  expect(screen.getByRole('status')).toHaveTextContent('3 new changes');
  // That is enough until the reader has seen them.
  await pass(10 * INTERVAL);
  expect(requests).toEqual([FIRST, SECOND]);
  fireEvent.click(button);
  expect(show).toHaveBeenCalledOnce();
});

test('after a server error the page asks again, later', async () => {
  const { requests } = visit(<NewChanges url={URL} show={() => {}} />, {
    responses: { [FIRST]: () => refusal(503) },
  });
  await pass(INTERVAL);
  await pass(INTERVAL_AFTER_FAILURE - 1);
  expect(requests).toEqual([FIRST]);
  await pass(1);
  expect(requests).toEqual([FIRST, FIRST]);
});

test('after the session has ended the page asks no more', async () => {
  const { requests } = visit(<NewChanges url={URL} show={() => {}} />, {
    responses: { [FIRST]: () => refusal(401) },
  });
  await pass(10 * INTERVAL_AFTER_FAILURE);
  expect(requests).toEqual([FIRST]);
});

test('a page in the background does not ask', async () => {
  const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
  const { requests } = visit(<NewChanges url={URL} show={() => {}} />, {
    responses: { [FIRST]: NOTHING },
  });
  await pass(10 * INTERVAL);
  expect(requests).toEqual([]);
  hidden.mockReturnValue(false);
  await pass(INTERVAL);
  expect(requests).toEqual([FIRST]);
});

test('a page that was left does not ask', async () => {
  const { requests, unmount } = visit(
    <NewChanges url={URL} show={() => {}} />,
    { responses: { [FIRST]: NOTHING } },
  );
  unmount();
  await pass(INTERVAL);
  expect(requests).toEqual([]);
});
