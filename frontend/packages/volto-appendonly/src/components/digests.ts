/** What digests are called and compared by. */

import isEqual from 'lodash/isEqual';
import pick from 'lodash/pick';
import type { IntlShape } from 'react-intl';
import messages from '../messages';
import { values } from '../urls';
import type { Digest, Parameters } from '../types';

export const FREQUENCIES = {
  at_once: messages.atOnce,
  daily: messages.daily,
  weekly: messages.weekly,
};

/** Return the filters that a digest can have, as the service knows them. */
export function digestFilters(parameters: Parameters): Parameters {
  const found: Parameters = { ...pick(parameters, ['actor', 'text']) };
  for (const name of ['actions', 'types']) {
    const several = values(parameters, name);
    if (several.length) found[name] = several;
  }
  return found;
}

export function findDigest(
  digests: Digest[],
  filters: Parameters,
): Digest | undefined {
  return digests.find((digest) => isEqual(digest.filters, filters));
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
