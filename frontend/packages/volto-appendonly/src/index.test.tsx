import { screen } from '@testing-library/react';
import { matchPath } from 'react-router-dom';
import config from '@plone/volto/registry';
import { getBaseUrl, isCmsUi } from '@plone/volto/helpers/Url/Url';
import applyConfig from './index';
import BelowContent, { isShownBelow } from './components/block/BelowContent';
import { content, item, may, page } from './testing/fixtures';
import { visit } from './testing/visit';
import type { Content } from './types';

beforeAll(() => {
  Object.assign(config.settings, { appExtras: [], apiExpanders: [] });
  applyConfig(config as any);
});

const routeOf = (path: string) =>
  (config.addonRoutes as any[]).find((route) => matchPath(path, route))?.path;

test.each([
  ['/@@activity', ['/@@activity', '/**/@@activity']],
  ['/a/b/@@activity', ['/@@activity', '/**/@@activity']],
  [
    '/a/@@activity-calendar',
    ['/@@activity-calendar', '/**/@@activity-calendar'],
  ],
  ['/a/@@activity-changes', ['/@@activity-changes', '/**/@@activity-changes']],
  ['/@@my-activity', '/@@my-activity'],
  ['/@@activity-of/ou/jane', '/@@activity-of'],
  ['/@@activity-addresses', '/@@activity-addresses'],
  ['/@@activity-unsubscribe', '/@@activity-unsubscribe'],
  ['/controlpanel/activity', undefined],
  ['/a/activity', undefined],
])('at %s is the page for %o', (path, route) => {
  expect(routeOf(path)).toEqual(route);
});

test('the pages are about content, and are not a part of the editor', () => {
  expect(getBaseUrl('/news/@@activity-calendar')).toBe('/news');
  expect(isCmsUi('/news/@@activity-calendar')).toBe(false);
});

test('an editor finds the block, and the server reads it', () => {
  const block = (config.blocks.blocksConfig as any).recentActivity;
  expect(block).toMatchObject({ id: 'recentActivity', group: 'common' });
  expect(block.getAsyncData).toBeInstanceOf(Function);
});

test('a link in an email to an image leads to its page', () => {
  const { component: Page } = (config.addonRoutes as any[]).find((route) =>
    matchPath('/news/photo/view', route),
  );
  const { history } = visit(<Page />, { address: '/news/photo/view' });
  expect(history.location.pathname).toBe('/news/photo');
});

const shown = (others = {}) =>
  content('/news', {
    '@components': {
      activity: {
        shown: true,
        may,
        ...page([item('2026-11-23T15:04:00.000Z', 'Fees')]),
        ...others,
      },
    },
  });

test('the activity is below content where the settings say so', () => {
  const below = (at: Content | undefined, pathname = '/news') =>
    isShownBelow({ content: at, location: { pathname } });
  expect(below(content('/news'))).toBe(false);
  expect(below(undefined)).toBe(false);
  expect(below(shown({ items: [] }))).toBe(false);
  expect(below(shown())).toBe(true);
  expect(below(shown(), '/')).toBe(true);
  for (const form of ['/edit', '/news/edit', '/@@activity'])
    expect(below(shown(), form)).toBe(false);
});

test('a reader sees the activity below content without another request', () => {
  const { requests } = visit(<BelowContent content={shown()} />);
  expect(
    screen.getByRole('region', { name: 'Recent activity' }),
  ).toHaveTextContent('Jane Miller edited Page Fees');
  expect(screen.getByRole('link', { name: 'All activity' })).toHaveAttribute(
    'href',
    '/news/@@activity',
  );
  expect(requests).toEqual([]);
});
