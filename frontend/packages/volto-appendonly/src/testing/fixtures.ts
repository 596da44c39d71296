/** Responses as the backend gives them. */

import type {
  Content,
  Digest,
  Item,
  Line,
  Page,
  Person,
  Subject,
} from '../types';

const SITE = 'http://localhost:8080/Plone';

export const jane: Person = {
  '@id': `${SITE}/@@activity-of/jane`,
  id: 'jane',
  name: 'Jane Miller',
  initials: 'JM',
  portrait: null,
};

/** As anonymous users see all others. */
export const someone: Person = {
  '@id': null,
  id: null,
  name: 'Someone',
  initials: '',
  portrait: null,
};

export function subject(title: string, others: Partial<Subject> = {}): Subject {
  const url = `${SITE}/${title.toLowerCase().replaceAll(' ', '-')}`;
  return {
    '@id': url,
    '@type': 'Document',
    title,
    type_title: 'Page',
    missing: false,
    actions: '',
    actor: null,
    remarks: [],
    changes: [],
    comparison: null,
    preview: null,
    revert: null,
    story: `${url}/@@activity`,
    ...others,
  };
}

export function line(shown: Subject[], others: Partial<Line> = {}): Line {
  return {
    sentence: [
      { text: 'Jane Miller', slot: 'actor' },
      { text: ' edited ', slot: null },
      { text: shown[0].title, slot: 'item' },
    ],
    icon: 'pencil',
    actor: jane,
    shown,
    folded: [],
    more: null,
    unnamed: null,
    changes: 1,
    began: null,
    number: null,
    backfilled: null,
    undo: null,
    ...others,
  };
}

export function item(
  time: string,
  title: string,
  others: Partial<Line> = {},
): Item {
  return { id: `urn:${time}`, time, line: line([subject(title)], others) };
}

export function page(items: Item[], others: Partial<Page> = {}): Page {
  return {
    '@id': `${SITE}/@activity`,
    items,
    cursors: { older: null, newer: null, latest: 'LATEST' },
    filters: [],
    news: `${SITE}/@activity-news?latest=LATEST`,
    reached: null,
    ...others,
  };
}

export const may = {
  view: true,
  subscribe: true,
  export: true,
  manage: false,
  see_people: true,
};

export function content(path: string, others: Partial<Content> = {}): Content {
  return {
    '@id': `${SITE}${path}`,
    '@type': 'Document',
    title: 'Garden rules',
    '@components': {
      activity: { '@id': `${SITE}${path}/@activity`, shown: false, may },
    },
    ...others,
  };
}

export function digest(others: Partial<Digest> = {}): Digest {
  return {
    '@id': `${SITE}/@activity-digests/1`,
    content: { '@id': `${SITE}/news`, title: 'News' },
    frequency: 'weekly',
    own_changes: false,
    filters: {},
    conditions: [],
    sent: null,
    paused: false,
    refusal: null,
    ...others,
  };
}
