/** The responses of the services, by their paths. */

import {
  ADD_COMMENT,
  APPLY_WORKING_COPY,
  COPY_CONTENT,
  CREATE_CONTENT,
  CREATE_WORKING_COPY,
  DELETE_COMMENT,
  DELETE_CONTENT,
  INSTALL_ADDON,
  LOGIN,
  LOGOUT,
  MOVE_CONTENT,
  ORDER_CONTENT,
  REMOVE_WORKING_COPY,
  REVERT_HISTORY,
  REVERT_TRANSACTIONS,
  TRANSITION_WORKFLOW,
  UNINSTALL_ADDON,
  UPDATE_COMMENT,
  UPDATE_CONTENT,
  UPDATE_CONTROLPANEL,
  UPDATE_SHARING,
} from '@plone/volto/constants/ActionTypes';
import { FORGET_ACTIVITY, GET_ACTIVITY } from './actions';

export interface Failure {
  status: number | null;
  message: string | null;
}

export interface Entry<T = any> {
  loading: boolean;
  /** The request that is under way. */
  ticket?: number;
  data?: T;
  error?: Failure;
}

export type ActivityState = Record<string, Entry>;

/** After these, the log has more than before or is another one, or the reader is. */
const OUTDATING = new Set([
  ...[
    ADD_COMMENT,
    APPLY_WORKING_COPY,
    COPY_CONTENT,
    CREATE_CONTENT,
    CREATE_WORKING_COPY,
    DELETE_COMMENT,
    DELETE_CONTENT,
    INSTALL_ADDON,
    LOGIN,
    LOGOUT,
    MOVE_CONTENT,
    ORDER_CONTENT,
    REMOVE_WORKING_COPY,
    REVERT_HISTORY,
    REVERT_TRANSACTIONS,
    TRANSITION_WORKFLOW,
    UNINSTALL_ADDON,
    UPDATE_COMMENT,
    UPDATE_CONTENT,
    UPDATE_CONTROLPANEL,
    UPDATE_SHARING,
  ].map((type) => `${type}_SUCCESS`),
  // Volto then forgets the token all the same.
  `${LOGOUT}_FAIL`,
]);

/** Refusals have a message for readers, other responses that of an exception. */
const REFUSALS = [400, 401, 403];

/** Return what pages need of an error. The rest has headers of the request in it. */
export function failure(error: any): Failure {
  const status = error?.status ?? error?.response?.status ?? null;
  const message = error?.response?.body?.message;
  return { status, message: (REFUSALS.includes(status) && message) || null };
}

export default function activity(
  state: ActivityState = {},
  action: {
    type: string;
    path?: string;
    ticket?: number;
    result?: any;
    error?: any;
  },
): ActivityState {
  const { type, path = '', ticket } = action;
  const isAwaited = state[path]?.loading && state[path].ticket === ticket;
  switch (type) {
    case `${GET_ACTIVITY}_PENDING`:
      return {
        ...state,
        [path]: { data: state[path]?.data, loading: true, ticket },
      };
    case `${GET_ACTIVITY}_SUCCESS`:
      return isAwaited
        ? { ...state, [path]: { data: action.result, loading: false } }
        : state;
    case `${GET_ACTIVITY}_FAIL`:
      return isAwaited
        ? { ...state, [path]: { error: failure(action.error), loading: false } }
        : state;
    case FORGET_ACTIVITY: {
      const { [path]: forgotten, ...others } = state;
      return others;
    }
    default:
      return OUTDATING.has(type) ? {} : state;
  }
}
