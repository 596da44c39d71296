/** Requests to the services of the add-on. Volto's API middleware sends them. */

export const GET_ACTIVITY = 'GET_ACTIVITY';
export const CHANGE_ACTIVITY = 'CHANGE_ACTIVITY';
export const POLL_ACTIVITY = 'POLL_ACTIVITY';
export const FORGET_ACTIVITY = 'FORGET_ACTIVITY';

type State = { intl: { locale: string } };
type Dispatch = (action: object) => Promise<any>;

const send =
  (action: object, request: { op: string; path: string; data?: object }) =>
  (dispatch: Dispatch, getState: () => State) =>
    dispatch({
      ...action,
      request: {
        ...request,
        // The texts are made by the backend.
        headers: { 'Accept-Language': getState().intl.locale },
      },
    });

let ticket = 0;

/**
 * Read what is at a path into the store, where it is found by this path. Only the response to the
 * newest request is kept, and none if the path was forgotten meanwhile.
 */
export const getActivity = (path: string) =>
  send({ type: GET_ACTIVITY, path, ticket: ++ticket }, { op: 'get', path });

/** Read without the store. */
export const pollActivity = (path: string) =>
  send({ type: POLL_ACTIVITY }, { op: 'get', path });

/** Change something that belongs to the reader: a digest, a saved filter or the feed URL. */
export const changeActivity = (
  op: 'post' | 'patch' | 'del',
  path: string,
  data?: object,
) => send({ type: CHANGE_ACTIVITY }, { op, path, data });

export const forgetActivity = (path: string) => ({
  type: FORGET_ACTIVITY,
  path,
});
