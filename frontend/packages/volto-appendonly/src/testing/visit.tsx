/** A page of a site whose backend gives fixed responses. */

import { render } from '@testing-library/react';
import { createMemoryHistory } from 'history';
import type { ReactElement, ReactNode } from 'react';
import { IntlProvider } from 'react-intl';
import { Provider } from 'react-redux';
import { Router } from 'react-router-dom';
import { applyMiddleware, combineReducers, createStore } from 'redux';
import apiMiddleware from '@plone/volto/middleware/api';
import reducer from '../reducer';
import type { Content } from '../types';

export type Responses = Record<string, unknown>;

interface Options {
  address?: string;
  responses?: Responses;
  content?: Content | null;
  /** The error of Volto's request for the content. */
  contentError?: { code?: number; status?: number; url?: string };
  userId?: string;
  activity?: object;
}

/** A response with an error. */
export function refusal(status: number, message = '') {
  return Promise.reject({ status, response: { body: { message } } });
}

/** Return a token of the user that Volto believes. */
function tokenOf(userId?: string) {
  const claims = btoa(JSON.stringify({ sub: userId, exp: 9_999_999_999 }));
  return userId ? `e30.${claims}.e30` : null;
}

/** The API as the middleware of Volto uses it, and the requests that it got. */
export function backend(responses: Responses) {
  const requests: string[] = [];
  const bodies: unknown[] = [];
  const answer =
    (op: string) => (path: string, options: { data?: unknown }) => {
      const request = op === 'get' ? path : `${op} ${path}`;
      requests.push(request);
      if (options.data) bodies.push(options.data);
      const found = responses[request];
      if (found === undefined) return refusal(404, `Nothing at ${request}`);
      return Promise.resolve(typeof found === 'function' ? found() : found);
    };
  const api = Object.fromEntries(
    ['get', 'post', 'patch', 'del'].map((op) => [op, answer(op)]),
  );
  return { api, requests, bodies };
}

// Its types are older than those of React.
const Intl: any = IntlProvider;

const fixed =
  <T,>(value: T) =>
  (state: T = value) =>
    state;

export function site(options: Options = {}) {
  const { api, requests, bodies } = backend(options.responses ?? {});
  const store = createStore(
    combineReducers({
      activity: reducer as any,
      apierror: fixed({}),
      content: fixed({
        data: options.content ?? null,
        get: { error: options.contentError ?? null },
        uploadedFiles: 0,
      }),
      intl: fixed({ locale: 'en' }),
      navigation: fixed({ items: [] }),
      userSession: fixed({ token: tokenOf(options.userId) }),
    }),
    { activity: options.activity ?? {} } as any,
    applyMiddleware((apiMiddleware as any)(api)),
  );
  const history = createMemoryHistory({
    initialEntries: [options.address ?? '/'],
  });
  const Site = ({ children }: { children: ReactNode }) => (
    <Provider store={store}>
      <Intl locale="en" onError={() => {}}>
        <Router history={history as any}>{children}</Router>
      </Intl>
    </Provider>
  );
  return { Site, store, history, requests, bodies };
}

export function visit(element: ReactElement, options: Options = {}) {
  const { Site, ...rest } = site(options);
  return { ...rest, ...render(<Site>{element}</Site>) };
}
