// How long to wait before the next attempt: doubling from the first wait to the longest, each drawn from its upper half,
// so that members that lost the same peer do not come back in step.

import type { Random } from '../../common/runtime/random.ts';

export function backOffMs(
  attempt: number,
  { firstMs, mostMs }: { readonly firstMs: number; readonly mostMs: number },
  random: Random,
): number {
  // 2^30 times anything useful is longer than any longest wait, and the power stays finite.
  const fullMs = Math.min(mostMs, firstMs * 2 ** Math.min(attempt, 30));
  return fullMs / 2 + (random.next() * fullMs) / 2;
}
