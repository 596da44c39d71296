/** Addresses: those of pages in the frontend, and those of the REST services behind them. */

import pick from 'lodash/pick';
import qs from 'query-string';
import { flattenToAppURL, getBaseUrl } from '@plone/volto/helpers/Url/Url';
import type { Parameters } from './types';

/** The end of the path of every page of the add-on. What comes before it is content. */
export const VIEWS = /\/@@(my-)?activity[^/]*(\/.*)?$/;

/** What Plone adds to the URLs of files and images, so that they are not downloaded. */
export const VIEW = /\/view$/;

/** The pages of Plone that lines link to, and where Volto has the same. */
const MOVED: [RegExp, (found: RegExpMatchArray) => string][] = [
  [
    /^(.*)\/@@history\?one=(\d+)&two=(\d+)$/,
    ([, path, newer, older]) => `${path}/diff?one=${older}&two=${newer}`,
  ],
  [/^(.*)\/@@versions_history_form\?/, ([, path]) => `${path}/historyview`],
  [/\/manage_UndoForm$/, () => '/controlpanel/undo'],
];

/** Return the path in the frontend for a URL in a response. */
export function toPath(url: string): string {
  const path = flattenToAppURL(url) || '/';
  for (const [pattern, move] of MOVED) {
    const found = path.match(pattern);
    if (found) return move(found);
  }
  return path;
}

function encoded(segment: string): string {
  try {
    return encodeURIComponent(decodeURIComponent(segment));
  } catch {
    return encodeURIComponent(segment);
  }
}

/** Whether a page is that of content or of the site, and not one about it, such as a form. */
export function isContentPage(pathname: string): boolean {
  return (getBaseUrl(pathname) || '/') === pathname;
}

/**
 * Return the path of the content that a page is about, '' for the site. The server has it encoded,
 * the browser decoded: both get the same.
 */
export function contentPath(pathname: string): string {
  const path = getBaseUrl(pathname) || '';
  return path.replace(/\/$/, '').split('/').map(encoded).join('/');
}

export function withQuery(
  path: string,
  parameters: Record<string, unknown>,
): string {
  const query = qs.stringify(parameters, {
    skipNull: true,
    skipEmptyString: true,
  });
  return query ? `${path}?${query}` : path;
}

/** Return the parameters in an address. As in the backend, empty ones are none. */
export function read(search: string): Parameters {
  const found: Parameters = {};
  for (const [name, value] of Object.entries(qs.parse(search))) {
    const given = [value ?? []].flat().map((each) => (each ?? '').trim());
    const [first, ...others] = given.filter(Boolean);
    if (first) found[name] = others.length ? [first, ...others] : first;
  }
  return found;
}

/** Return the values of a parameter that can be given several times. */
export function values(parameters: Parameters, name: string): string[] {
  const value = parameters[name];
  return value === undefined || value === null ? [] : [value].flat();
}

/** Return the path of a service for content, with the parameters in the address of the page. */
export function servicePath(
  pathname: string,
  search: string,
  service = '@activity',
): string {
  return withQuery(`${contentPath(pathname)}/${service}`, read(search));
}

const FILTERS = ['actor', 'by', 'actions', 'types', 'from', 'to', 'text'];

/**
 * Return the filters among the parameters, and the number of lines on a page. Others say where in
 * the list the page begins, or where a visit comes from.
 */
export function filtersOf(parameters: Parameters): Parameters {
  return pick(parameters, [...FILTERS, 'b_size']);
}

/** Return the path of a page with the activity of a person, for an address of that page. */
export function personService(pathname: string, search: string): string {
  const [, user = ''] = pathname.split('/@@activity-of/');
  const service = ['/@activity-of', ...user.split('/').filter(Boolean)];
  return withQuery(
    service.map((part, i) => (i ? encoded(part) : part)).join('/'),
    read(search),
  );
}
