// The difference between what the cluster is to hold and what it holds, as far as known: a pure function, tested by
// tables. Ownership is the lease: a key is ours if it hangs on a lease that this agent was granted. A key that somebody
// else's lease holds is theirs until it goes away, even if we want it too: the newest claim wins and two incarnations
// of one agent never take turns overwriting each other.

import type { DesiredRecords } from './desired-records.ts';

/** What we know about a key that we put. */
export type Publication =
  | {
      readonly kind: 'held';
      readonly value: string;
      readonly essence: string;
      readonly leaseId: bigint;
      readonly modRevision: number;
      /** Monotonic. */
      readonly putAtMs: number;
    }
  /** Another lease holds the key. */
  | { readonly kind: 'yielded'; readonly leaseId: bigint };

export type Publications = ReadonlyMap<string, Publication>;

export interface Situation {
  readonly desired: DesiredRecords;
  readonly published: Publications;
  readonly leaseId: bigint;
  readonly nowMs: number;
  /** A record that differs in wording only is written again when its last write is this old. */
  readonly wordingDelayMs: number;
}

export interface Plan {
  readonly puts: readonly string[];
  /** Keys under the lease that are no longer wanted. */
  readonly deletes: readonly string[];
  /** Keys to forget without a call: they were never, or are no longer, under the lease. */
  readonly forgotten: readonly string[];
  /** When the next deferred put is due, in ms from now. */
  readonly nextDueMs: number | undefined;
}

export function reconcile({ desired, published, leaseId, nowMs, wordingDelayMs }: Situation): Plan {
  const puts: string[] = [];
  let nextDueMs: number | undefined;
  for (const [key, record] of desired) {
    const known = published.get(key);
    if (known?.kind === 'yielded') continue;
    if (known === undefined || known.leaseId !== leaseId || known.essence !== record.essence) {
      puts.push(key);
    } else if (known.value !== record.value) {
      const dueMs = known.putAtMs + wordingDelayMs - nowMs;
      if (dueMs <= 0) puts.push(key);
      else nextDueMs = Math.min(nextDueMs ?? dueMs, dueMs);
    }
  }
  const unwanted = [...published].filter(([key]) => !desired.has(key));
  const isOurs = ([, known]: [string, Publication]): boolean => known.kind === 'held' && known.leaseId === leaseId;
  return {
    puts,
    deletes: unwanted.filter(isOurs).map(([key]) => key),
    forgotten: unwanted.filter((entry) => !isOurs(entry)).map(([key]) => key),
    nextDueMs,
  };
}

/** What the cluster says about one key. */
export interface Observation {
  readonly modRevision: number;
  /** 0n: the key hangs on no lease. */
  readonly leaseId: bigint;
}

export type Verdict =
  /** As we left it. */
  | 'intact'
  /** Deleted, rewritten, or taken off its lease: to be put again. */
  | 'damaged'
  /** Another lease holds it now. */
  | 'taken';

/**
 * Judges a key that we put or yielded. `ours` are all leases that this agent was granted and may still be alive: right
 * after a lost lease the keys hang on the old one until they are put again.
 */
export function judge(known: Publication, seen: Observation | undefined, ours: ReadonlySet<bigint>): Verdict {
  if (seen === undefined || seen.leaseId === 0n) return 'damaged';
  if (!ours.has(seen.leaseId)) return 'taken';
  if (known.kind === 'yielded') return 'damaged';
  return seen.modRevision === known.modRevision ? 'intact' : 'damaged';
}
