import { fireEvent, screen, within } from '@testing-library/react';
import { item, jane, line, someone, subject } from '../../testing/fixtures';
import { visit } from '../../testing/visit';
import Lines from './Lines';

const TIME = '2026-11-23T15:04:00.000Z';

function list(...items: Parameters<typeof Lines>[0]['items']) {
  return <Lines items={items} zone="UTC" withinDay />;
}

test('a reader sees who edited what, and opens both', () => {
  visit(
    list(
      item(TIME, 'Opening hours', {
        changes: 3,
        number: '3 edits',
        began: '2026-11-23T14:58:00.000Z',
      }),
    ),
  );
  expect(screen.getByRole('listitem')).toHaveTextContent(
    'JMJane Miller edited Page Opening hours 3 edits · 2:58 PM UTC – 3:04 PM UTC ·',
  );
  const hrefs = screen
    .getAllByRole('link')
    .map((link) => [
      link.getAttribute('aria-label') ?? link.textContent,
      link.getAttribute('href'),
    ]);
  expect(hrefs).toEqual([
    ['Jane Miller', '/@@activity-of/jane'],
    ['Opening hours', '/opening-hours'],
    ['All changes to “Opening hours”', '/opening-hours/@@activity'],
  ]);
});

test('a reader sees remarks, values and links to the versions', () => {
  const edited = subject('Fees', {
    remarks: ['Changed: Summary'],
    changes: [
      [
        { text: 'Title: ', slot: null },
        { text: 'Prices', slot: 'old' },
        { text: ' → ', slot: null },
        { text: 'Fees', slot: 'new' },
      ],
    ],
    comparison: 'http://localhost:8080/Plone/fees/@@history?one=2&two=1',
    revert:
      'http://localhost:8080/Plone/fees/@@versions_history_form?version_id=2#version_preview',
    story: null,
  });
  const backfilled = 'from the catalog, before recording began';
  visit(list({ id: '1', time: TIME, line: line([edited], { backfilled }) }));
  expect(screen.getByRole('listitem')).toHaveTextContent(
    'JMJane Miller edited Page FeesTitle: Prices → Fees Changed: Summary · ' +
      'Compare versions · Revert to this version · 3:04 PM UTC · ' +
      'from the catalog, before recording began',
  );
  expect(
    screen.getByRole('link', { name: 'Compare versions of “Fees”' }),
  ).toHaveAttribute('href', '/fees/diff?one=1&two=2');
  expect(
    screen.getByRole('link', { name: 'Revert to this version of “Fees”' }),
  ).toHaveAttribute('href', '/fees/historyview');
});

test('a reader unfolds a line about several objects', () => {
  const tom = { ...jane, id: 'tom', name: 'Tom Fields' };
  visit(
    list({
      id: '1',
      time: TIME,
      line: line(
        [
          subject('Fees', { actions: 'edited' }),
          subject('Pond', { missing: true, '@id': null, actor: tom }),
        ],
        {
          sentence: [
            { text: 'Jane Miller', slot: 'actor' },
            { text: ' changed ', slot: null },
            { text: '4 items', slot: 'item' },
          ],
          folded: [subject('Tools')],
          more: '2 more',
          unnamed: '1 other is not listed.',
        },
      ),
    }),
  );
  const [whole, , , folded] = screen.getAllByRole('listitem');
  expect(whole).toHaveTextContent('Jane Miller changed 4 items');
  expect(screen.getAllByRole('listitem')[1]).toHaveTextContent(
    'Page Fees – edited',
  );
  expect(screen.getAllByRole('listitem')[2]).toHaveTextContent(
    'Page Pond since removed by Tom Fields',
  );
  expect(screen.queryByRole('link', { name: 'Pond' })).toBeNull();
  expect(folded.closest('details')).toHaveTextContent(
    '2 morePage Tools1 other is not listed.',
  );
});

test('an anonymous user sees no names, and no link to a person', () => {
  visit(
    list(
      item(TIME, 'Fees', {
        actor: someone,
        sentence: [
          { text: 'Someone', slot: 'actor' },
          { text: ' edited ', slot: null },
          { text: 'Fees', slot: 'item' },
        ],
      }),
    ),
  );
  expect(screen.getByRole('listitem')).toHaveTextContent(
    '?Someone edited Page Fees',
  );
  expect(screen.queryByRole('link', { name: 'Someone' })).toBeNull();
});

test('markup in a title stays text', () => {
  const { container } = visit(list(item(TIME, '<img src=x onerror=alert(1)>')));
  expect(container.querySelector('img')).toBeNull();
  expect(screen.getByRole('listitem')).toHaveTextContent(
    '<img src=x onerror=alert(1)>',
  );
});

test('a portrait comes through the frontend', () => {
  const portrait = 'http://localhost:8080/Plone/@portrait/jane';
  const actor = { ...jane, portrait };
  const { container } = visit(list(item(TIME, 'Fees', { actor })));
  expect(container.querySelector('img')).toHaveAttribute(
    'src',
    '/@portrait/jane',
  );
});

test('a reader opens what changed below a line, and closes it', async () => {
  const path = '/fees/@activity-changes?from=1&to=2';
  const edited = subject('Fees', {
    preview: `http://localhost:8080/Plone${path}`,
  });
  const { requests } = visit(
    list({ id: '1', time: TIME, line: line([edited]) }),
    {
      responses: {
        [path]: {
          changes: [
            {
              field: 'title',
              title: 'Title',
              passages: [
                [
                  { text: 'Prices', change: 'removed' },
                  { text: 'Fees', change: 'added' },
                  { text: ' of plots', change: null },
                ],
              ],
            },
            { field: 'text', title: 'Text', passages: [] },
          ],
          complete: false,
        },
      },
    },
  );
  const link = screen.getByRole('link', {
    name: 'Show what changed in “Fees”',
  });
  // Without JavaScript it leads to a page.
  expect(link).toHaveAttribute('href', '/fees/@@activity-changes?from=1&to=2');
  expect(requests).toEqual([]);

  fireEvent.click(link);
  const place = document.getElementById(link.getAttribute('aria-controls')!)!;
  expect(await within(place).findByText('Title')).toBeVisible();
  expect(place).toHaveTextContent(
    'Titleremoved: Pricesadded: Fees of plots' +
      'TextNo words changed, only formatting, order, links or settings.' +
      'Some texts are too long to be shown completely.',
  );
  expect(link).toHaveAttribute('aria-expanded', 'true');
  expect(requests).toEqual([path]);

  fireEvent.click(link);
  expect(place).toBeEmptyDOMElement();
});
