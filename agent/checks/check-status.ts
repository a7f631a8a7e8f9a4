// An instance is as healthy as its worst check; one without checks is passing (Consul's rule, and what a bare `host:port`
// registration means). The states themselves belong to the registry.

import { type CheckStatus, checkStatuses } from '../../common/registry/instance.ts';

/** The worst of several states; passing when there are none. */
export function worstStatus(statuses: Iterable<CheckStatus>): CheckStatus {
  let worst = 0;
  for (const status of statuses) worst = Math.max(worst, checkStatuses.indexOf(status));
  return checkStatuses[worst] ?? 'passing';
}
