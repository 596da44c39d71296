/** What digests are called and compared by. */

import isEqual from 'lodash/isEqual';
import pick from 'lodash/pick';
import uniq from 'lodash/uniq';
import type { IntlShape } from 'react-intl';
import messages from '../messages';
import { contentPath, toPath, values } from '../urls';
import type { Digest, Parameters } from '../types';

export const FREQUENCIES = {
  at_once: messages.atOnce,
  daily: messages.daily,
  weekly: messages.weekly,
};

/** Return the filters that a digest can have, in the form that the service stores. */
export function digestFilters(parameters: Parameters): Parameters {
  const found: Parameters = { ...pick(parameters, ['actor', 'text']) };
  for (const name of ['actions', 'types']) {
    const several = values(parameters, name);
    if (several.length) found[name] = uniq(several).sort();
  }
  return found;
}

/** Return the digest about the content at a path; the site has a list of all of them. */
export function findDigest(
  digests: Digest[],
  path: string,
  filters: Parameters,
): Digest | undefined {
  return digests.find(
    ({ content, filters: own }) =>
      content &&
      contentPath(toPath(content['@id'])) === path &&
      isEqual(own, filters),
  );
}

/** Return what to say about a digest whose emails are refused. */
export function refusalText(intl: IntlShape, digest: Digest): string | null {
  if (!digest.refusal) return null;
  const { address, code } = digest.refusal;
  return intl.formatMessage(
    digest.paused ? messages.pausedBecause : messages.refused,
    { address, code: String(code) },
  );
}
