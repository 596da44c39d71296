/** What the REST services of collective.appendonly return. */

export interface Part {
  text: string;
  slot: string | null;
}

export interface Person {
  '@id': string | null;
  id: string | null;
  name: string;
  initials: string;
  portrait: string | null;
}

export interface Subject {
  '@id': string | null;
  '@type': string;
  title: string;
  type_title: string;
  missing: boolean;
  actions: string;
  actor: Person | null;
  remarks: string[];
  changes: Part[][];
  comparison: string | null;
  preview: string | null;
  revert: string | null;
  story: string | null;
}

export interface Line {
  sentence: Part[];
  icon: string;
  actor: Person;
  shown: Subject[];
  folded: Subject[];
  more: string | null;
  unnamed: string | null;
  changes: number;
  began: string | null;
  number: string | null;
  backfilled: string | null;
  undo: string | null;
}

export interface Item {
  id: string;
  time: string;
  line: Line;
}

export type Parameters = Record<string, string | string[]>;

export interface ActiveFilter {
  text: string;
  parameters: Parameters;
}

export interface Page {
  '@id': string;
  items: Item[];
  cursors: {
    older: string | null;
    newer: string | null;
    latest: string | null;
  };
  filters: ActiveFilter[];
  news: string | null;
  reached: string | null;
}

export interface News {
  count: number;
  text: string | null;
  news: string | null;
}

export interface May {
  view: boolean;
  subscribe: boolean;
  export: boolean;
  manage: boolean;
  see_people: boolean;
}

/** The component of content. It has a page where the activity is shown below the content. */
export interface Component extends Partial<Page> {
  '@id': string;
  shown?: boolean;
  lines?: number;
  may?: May;
}

export interface Content {
  '@id': string;
  '@type': string;
  title: string;
  is_folderish?: boolean;
  '@components'?: { activity?: Component };
}

export interface Comparison {
  changes: {
    field: string;
    title: string;
    passages: { text: string; change: 'removed' | 'added' | null }[][];
  }[];
  complete: boolean;
}

export interface Month {
  month: string;
  days: { date: string; count: number; label: string }[];
  hours: number[];
  reached: string | null;
  previous: string | null;
  next: string | null;
}

export interface Digest {
  '@id': string;
  content: { '@id': string; title: string } | null;
  frequency: string;
  own_changes: boolean;
  filters: Parameters | null;
  /** The labels of the filters. */
  conditions: string[];
  sent: string | null;
  paused: boolean;
  refusal: { address: string; code: number } | null;
}

export interface SavedFilter {
  name: string;
  title: string | null;
  page: string | null;
}

export interface Feed {
  '@id': string;
  address: {
    created: string;
    atom?: string | null;
    rss?: string | null;
  } | null;
}

export interface List<T> {
  '@id': string;
  items: T[];
}

export interface PersonActivity {
  person: Person;
  activity: Page;
}

export interface MyActivity extends PersonActivity {
  digests: List<Digest>;
  filters: List<SavedFilter>;
  feed: Feed;
}

export interface Term {
  token: string;
  title: string;
}

export interface Step {
  '@id': string | null;
  text: string;
  command: string | null;
}

export interface Welcome {
  note: {
    title: string;
    text: string;
    steps: Step[];
    dismiss: string;
  } | null;
}
