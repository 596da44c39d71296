import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import { ToastContainer } from 'react-toastify';
import { INSTALL_ADDON } from '@plone/volto/constants/ActionTypes';
import { refusal, visit } from '../testing/visit';
import WelcomeNote from './WelcomeNote';

const SERVICE = '/@activity-welcome';
const SITE = 'http://localhost:8080/Plone';

const NOTE = {
  title: 'Changes are recorded from now on',
  text: 'You can do more when you like:',
  steps: [
    { '@id': `${SITE}/@@activity`, text: 'View the activity', command: null },
    {
      '@id': `${SITE}/@@activity-backfill`,
      text: 'Add earlier changes',
      command: 'activitylog backfill',
    },
    {
      '@id': `${SITE}/@@activity-controlpanel`,
      text: 'Choose what is recorded',
      command: null,
    },
    { '@id': null, text: 'Check the log status', command: null },
  ],
  dismiss: 'Dismiss',
};

function visitAs(userId: string | undefined, responses: object) {
  return visit(
    <>
      <WelcomeNote />
      <ToastContainer />
    </>,
    { userId, responses: responses as any, address: '/controlpanel/addons' },
  );
}

/** Return the note that leaves. Without styles, its animation has no end. */
const leaving = () => document.querySelector('[class*="bounce-exit"]');

test('an administrator reads what to do next', async () => {
  const { container } = visitAs('admin', { [SERVICE]: { note: NOTE } });
  await screen.findByText(NOTE.title);
  expect(
    [...container.querySelectorAll('li')].map(({ textContent }) => textContent),
  ).toEqual([
    'View the activity',
    'Add earlier changes (activitylog backfill)',
    'Choose what is recorded',
    'Check the log status',
  ]);
  expect(
    screen.getAllByRole('link').map((link) => link.getAttribute('href')),
  ).toEqual(['/@@activity', '/controlpanel/activity']);
});

test('an administrator dismisses it for all', async () => {
  let note: object | null = NOTE;
  const { requests } = visitAs('admin', {
    [SERVICE]: () => ({ note }),
    [`del ${SERVICE}`]: () => {
      note = null;
      return '';
    },
  });
  fireEvent.click(await screen.findByRole('button', { name: 'Dismiss' }));
  await waitFor(() => expect(requests).toHaveLength(3));
  await waitFor(() => expect(leaving()).not.toBeNull());
  expect(requests).toEqual([SERVICE, `del ${SERVICE}`, SERVICE]);
});

test('it stays if it could not be dismissed', async () => {
  const { requests } = visitAs('admin', {
    [SERVICE]: { note: NOTE },
    [`del ${SERVICE}`]: () => refusal(503),
  });
  fireEvent.click(await screen.findByRole('button', { name: 'Dismiss' }));
  await waitFor(() => expect(requests).toHaveLength(3));
  await screen.findByText(NOTE.title);
  expect(leaving()).toBeNull();
});

test('it appears after the add-on was installed', async () => {
  let isInstalled = false;
  const { store } = visitAs('admin', {
    [SERVICE]: () => (isInstalled ? { note: NOTE } : refusal(404)),
  });
  await waitFor(() =>
    expect((store.getState() as any).activity[SERVICE].error.status).toBe(404),
  );
  isInstalled = true;
  act(() => {
    store.dispatch({ type: `${INSTALL_ADDON}_SUCCESS` });
  });
  await screen.findByText(NOTE.title);
});

test.each([
  ['a site that is not new', 'admin', () => ({ note: null })],
  ['somebody without the permission', 'jane', () => refusal(401)],
])('%s has no note', async (_, userId, response) => {
  const { container, requests } = visitAs(userId, { [SERVICE]: response });
  await waitFor(() => expect(requests).toEqual([SERVICE]));
  expect(container.querySelector('.Toastify__toast')).toBeNull();
});

test('who is not logged in does not even ask', () => {
  const { requests } = visitAs(undefined, { [SERVICE]: { note: NOTE } });
  expect(requests).toEqual([]);
});
