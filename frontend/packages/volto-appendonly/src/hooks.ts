import { useCallback, useEffect } from 'react';
import { useDispatch, useSelector } from 'react-redux';
import { useLocation } from 'react-router-dom';
import jwtDecode from 'jwt-decode';
import { getContent } from '@plone/volto/actions/content/content';
import { flattenToAppURL, getBaseUrl } from '@plone/volto/helpers/Url/Url';
import { useClient } from '@plone/volto/hooks/client/useClient';
import { forgetActivity, getActivity } from './actions';
import { contentPath, toPath } from './urls';
import type { ActivityState, Entry } from './reducer';
import type { Content } from './types';

export interface StoreState {
  activity: ActivityState;
  content: {
    data: Content | null;
    get?: { error?: { code?: number; url?: string } | null };
  };
  userSession: { token: string | null };
}

const NOTHING: Entry = { loading: false };

/**
 * Return the response at a path, and a function that asks for it again. Asks only for what the
 * server has not put into the store, and again after anything was saved.
 */
export function useActivity<T>(
  path: string | null,
): [Entry<T>, () => Promise<unknown>] {
  const dispatch = useDispatch<any>();
  const entry = useSelector((state: StoreState) =>
    path === null ? NOTHING : state.activity[path],
  );
  const load = useCallback(
    () =>
      path === null
        ? Promise.resolve()
        : dispatch(getActivity(path)).catch(() => {}),
    [dispatch, path],
  );
  useEffect(() => {
    if (!entry) load();
  }, [entry, load]);
  useEffect(
    () => () => {
      // The next visit shall not begin with what was there at this one.
      if (path !== null) dispatch(forgetActivity(path));
    },
    [dispatch, path],
  );
  return [entry ?? { loading: true }, load];
}

/**
 * Return the time zone to format times in: UTC on the server and until the page is interactive, then
 * undefined, which is that of the reader.
 */
export function useZone(): string | undefined {
  return useClient() ? undefined : 'UTC';
}

/**
 * Return the content that a page of the add-on is about. The server has read it; after a click in
 * the browser it is read unless it was the last page.
 */
export function useContent(pathname: string): Content | null {
  const dispatch = useDispatch<any>();
  const content = useSelector((state: StoreState) => state.content.data);
  const isThere =
    Boolean(content?.['@id']) &&
    contentPath(toPath(content!['@id'])) === contentPath(pathname);
  useEffect(() => {
    if (!isThere) dispatch(getContent(getBaseUrl(pathname))).catch(() => {});
    // Not again if there is none.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [pathname]);
  return isThere ? content : null;
}

/**
 * Return the address of this page for content that was moved, null if it is where it was. The API
 * middleware of Volto reports the redirect of the backend as an error.
 */
export function useMoved(): string | null {
  const { pathname, search, hash } = useLocation();
  const error = useSelector((state: StoreState) => state.content.get?.error);
  if (!error?.url || ![301, 302].includes(error.code ?? 0)) return null;
  const [to] = flattenToAppURL(error.url).replace('/++api++', '').split('?');
  const view = pathname.slice(getBaseUrl(pathname).length);
  return contentPath(to) === contentPath(pathname)
    ? null
    : `${to}${view}${search}${hash}`;
}

/** Return the id of the reader, null for anonymous users. */
export function useUserId(): string | null {
  const token = useSelector((state: StoreState) => state.userSession.token);
  return token ? jwtDecode<{ sub: string }>(token).sub : null;
}
