/** The recent activity block: what it reads, and the fields of its form. */

import type { IntlShape } from 'react-intl';
import { getActivity } from '../../actions';
import messages from '../../messages';
import { contentPath, isContentPage, toPath, withQuery } from '../../urls';

export const BLOCK = 'recentActivity';
export const LINES = 8;
const MOST = 50;

export interface BlockData {
  headline?: string;
  lines?: number;
  href?: { '@id': string }[];
  actions?: string[];
  others?: boolean;
}

/** Return the path of the content whose activity a block on the page *pathname* lists. */
export function blockContent(data: BlockData, pathname: string): string {
  // The URL of the site, pasted into the field, is stored as an empty one.
  const chosen = data.href?.[0];
  return contentPath(chosen ? toPath(chosen['@id']) : pathname);
}

/** Return the filters of a block, as parameters. */
export function blockFilters(data: BlockData) {
  return {
    actions: data.actions ?? [],
    by: data.others ? 'others' : null,
  };
}

/** Return the path at which the lines of a block are. */
export function blockPath(data: BlockData, pathname: string): string {
  const lines = Math.round(Number(data.lines));
  return withQuery(`${blockContent(data, pathname)}/@activity`, {
    ...blockFilters(data),
    b_size: lines > 0 ? Math.min(lines, MOST) : LINES,
  });
}

/** Read the lines on the server. Volto wants a list of promises. */
export function getBlockData({
  data,
  path,
  dispatch,
}: {
  data: BlockData;
  path: string;
  dispatch: (action: unknown) => Promise<unknown>;
}): Promise<unknown>[] {
  // Pages about the content, such as the edit form, don't show its blocks.
  return [
    isContentPage(path)
      ? dispatch(getActivity(blockPath(data, path)))
      : Promise.resolve(),
  ];
}

export function blockSchema({ intl }: { intl: IntlShape }) {
  const text = (name: keyof typeof messages) =>
    intl.formatMessage(messages[name]);
  return {
    title: text('recentActivity'),
    fieldsets: [
      {
        id: 'default',
        title: 'Default',
        fields: ['headline', 'lines', 'href', 'actions', 'others'],
      },
    ],
    properties: {
      headline: { title: text('heading') },
      lines: {
        title: text('numberOfChanges'),
        type: 'integer',
        minimum: 1,
        maximum: MOST,
        default: LINES,
      },
      href: {
        title: text('folder'),
        description: text('folderHelp'),
        widget: 'object_browser',
        mode: 'link',
        allowExternals: false,
      },
      actions: {
        title: text('onlyActions'),
        widget: 'array',
        vocabulary: { '@id': 'collective.appendonly.actions' },
      },
      others: { title: text('onlyOthers'), type: 'boolean' },
    },
    required: [],
  };
}
