import {
  contentPath,
  personService,
  read,
  servicePath,
  toPath,
  withQuery,
} from './urls';

const SITE = 'http://localhost:8080/Plone';

test.each([
  [`${SITE}/news`, '/news'],
  [`${SITE}`, '/'],
  [`${SITE}/news#1234`, '/news#1234'],
  [`${SITE}/news/@@activity`, '/news/@@activity'],
  [`${SITE}/news/@@history?one=3&two=2`, '/news/diff?one=2&two=3'],
  [
    `${SITE}/news/@@versions_history_form?version_id=2#version_preview`,
    '/news/historyview',
  ],
  [
    'http://localhost:8080/Control_Panel/Database/main/manage_UndoForm',
    '/controlpanel/undo',
  ],
])('a link to %s of Plone leads to %s in Volto', (url, path) => {
  expect(toPath(url)).toBe(path);
});

test.each([
  ['/', ''],
  ['/news/', '/news'],
  ['/@@activity', ''],
  ['/news/@@activity-calendar', '/news'],
  ['/@@activity-of/jane', ''],
  ['/@@my-activity', ''],
  ['/news/edit', '/news'],
  ['/%C3%A9/@@activity', '/%C3%A9'],
  ['/é/@@activity', '/%C3%A9'],
  ['/100%/@@activity', '/100%25'],
])('a page at %s is about the content at "%s"', (address, path) => {
  expect(contentPath(address)).toBe(path);
});

test('the filters in the address go to the service', () => {
  expect(
    servicePath(
      '/news/@@activity',
      '?text=rose+bed&actions=edited&actions=moved',
    ),
  ).toBe('/news/@activity?actions=edited&actions=moved&text=rose%20bed');
});

test('empty fields of a form are not in the address', () => {
  expect(withQuery('/@@activity', { text: '', actions: [], by: null })).toBe(
    '/@@activity',
  );
});

test.each([
  ['/@@activity-of/jane', '', '/@activity-of/jane'],
  [
    '/@@activity-of/ou/jane',
    '?from=2026-11-23',
    '/@activity-of/ou/jane?from=2026-11-23',
  ],
  ['/@@activity-of', '?actor=jane%40x', '/@activity-of?actor=jane%40x'],
])('the page of a person at %s%s reads %s', (pathname, search, path) => {
  expect(personService(pathname, search)).toBe(path);
});

test('empty fields of a form that was sent without JavaScript are no filters', () => {
  const search = '?text=+rose+bed&actor=&from=&to=&types=&types=Document&by';
  expect(read(search)).toEqual({ text: 'rose bed', types: 'Document' });
  expect(servicePath('/@@activity', search)).toBe(
    '/@activity?text=rose%20bed&types=Document',
  );
});
