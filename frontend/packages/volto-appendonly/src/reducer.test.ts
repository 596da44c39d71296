import { forgetActivity } from './actions';
import activity from './reducer';

const state = { '/@activity': { loading: false, data: { items: [] } } };

test('a list stays on the page while it is read again', () => {
  expect(
    activity(state, { type: 'GET_ACTIVITY_PENDING', path: '/@activity' }),
  ).toEqual({
    '/@activity': { loading: true, data: { items: [] } },
  });
});

test('each path has its own list', () => {
  const path = '/news/@activity';
  const asked = activity(state, { type: 'GET_ACTIVITY_PENDING', path });
  const action = { type: 'GET_ACTIVITY_SUCCESS', path };
  expect(activity(asked, { ...action, result: { items: [1] } })).toEqual({
    ...state,
    '/news/@activity': { loading: false, data: { items: [1] } },
  });
});

test('a page that the reader leaves is forgotten', () => {
  expect(activity(state, forgetActivity('/@activity'))).toEqual({});
});

test.each([
  'UPDATE_CONTENT_SUCCESS',
  'CREATE_CONTENT_SUCCESS',
  'DELETE_CONTENT_SUCCESS',
  'TRANSITION_WORKFLOW_SUCCESS',
  'REVERT_HISTORY_SUCCESS',
  'ADD_COMMENT_SUCCESS',
  'LOGIN_SUCCESS',
  'LOGOUT_SUCCESS',
  'LOGOUT_FAIL',
])('everything is read again after %s', (type) => {
  expect(activity(state, { type })).toEqual({});
});

test.each(['GET_CONTENT_SUCCESS', 'UPDATE_CONTENT_FAIL', 'LOGIN_FAIL'])(
  'nothing is read again after %s',
  (type) => {
    expect(activity(state, { type })).toBe(state);
  },
);

test('of an error, only what the page says is kept', () => {
  const error = {
    status: 401,
    response: {
      body: { message: 'Log in to see your activity.' },
      req: { headers: { authorization: 'Bearer secret' } },
    },
  };
  const asked = { '/x': { loading: true } };
  expect(
    activity(asked, { type: 'GET_ACTIVITY_FAIL', path: '/x', error }),
  ).toEqual({
    '/x': {
      loading: false,
      error: { status: 401, message: 'Log in to see your activity.' },
    },
  });
});
