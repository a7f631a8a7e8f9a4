// What kind of world a seed makes. Each draws which faults there are at all and how hard they are (swarm testing: Groce et
// al., ISSTA 2012): a world without partitions finds what a world full of them drowns.

import { type Random, seededRandom } from '../../common/runtime/random.ts';
import type { NodeBudgets } from '../../server/core-node.ts';

export interface NetworkOptions {
  readonly delayMsMin: number;
  readonly delayMsMax: number;
  readonly lossRate: number;
  readonly duplicateRate: number;
  /** One message in so many is very late. */
  readonly straggleRate: number;
}

export interface FaultOptions {
  readonly partitions: boolean;
  readonly pauses: boolean;
  readonly powerLosses: boolean;
  readonly kills: boolean;
  /** Clean stops, and starts again. */
  readonly restarts: boolean;
  /** Crashes in the middle of a disk operation. */
  readonly tornWrites: boolean;
  readonly slowDisks: boolean;
  readonly slowStores: boolean;
  readonly failingDisks: boolean;
  readonly wallJumps: boolean;
  readonly transfers: boolean;
  readonly memberChanges: boolean;
  /** Clocks run up to this share too fast or too slow. */
  readonly drift: number;
  /** Mean time between two faults. */
  readonly everyMs: number;
  /** Mean time that one lasts. */
  readonly lastsMs: number;
}

export type CallKind =
  | 'put'
  | 'delete'
  | 'read'
  | 'readSerializable'
  | 'txn'
  | 'compact'
  | 'grant'
  | 'keepAlive'
  | 'revoke';

const usualCalls: Readonly<Record<CallKind, number>> = {
  put: 30,
  delete: 8,
  read: 20,
  readSerializable: 8,
  txn: 14,
  compact: 2,
  grant: 4,
  keepAlive: 11,
  revoke: 2,
};

export interface WorldOptions {
  readonly members: number;
  readonly clients: number;
  readonly keys: number;
  /** Mean pause of a client between two calls. */
  readonly thinkMs: number;
  readonly watchers: number;
  /** How often clients do each thing, relative to the others. */
  readonly calls: Readonly<Record<CallKind, number>>;
  readonly network: NetworkOptions;
  readonly faults: FaultOptions;
  readonly budgets: NodeBudgets;
  readonly progressNotifyMs: number;
  readonly strictReconfigCheck: boolean;
}

function pick<T>(random: Random, choices: readonly T[]): T {
  return choices[random.below(choices.length)]!;
}

/** `overrides` fixes some of it, for tests that need a certain kind of world. */
export function worldOf(seed: number, overrides: WorldOverrides = {}): WorldOptions {
  const random = seededRandom(seed);
  const maybe = (): boolean => random.below(2) === 0;
  const often = (): boolean => random.below(4) !== 0;
  const network: NetworkOptions = {
    delayMsMin: pick(random, [0.2, 1, 5]),
    delayMsMax: pick(random, [2, 10, 40]),
    lossRate: pick(random, [0, 0, 0.01, 0.05, 0.15]),
    duplicateRate: pick(random, [0, 0, 0.02, 0.1]),
    straggleRate: pick(random, [0, 0, 0.01, 0.05]),
  };
  const faults: FaultOptions = {
    partitions: often(),
    pauses: maybe(),
    powerLosses: often(),
    kills: maybe(),
    restarts: maybe(),
    tornWrites: maybe(),
    slowDisks: maybe(),
    slowStores: maybe(),
    failingDisks: random.below(4) === 0,
    wallJumps: maybe(),
    transfers: maybe(),
    memberChanges: maybe(),
    drift: pick(random, [0, 0, 0.001, 0.02]),
    everyMs: pick(random, [400, 1_500, 4_000]),
    lastsMs: pick(random, [300, 1_500, 5_000]),
  };
  const budgets: NodeBudgets = {
    valueCacheBytesMax: pick(random, [0, 60, 1_000_000]),
    unwrittenBytesMax: pick(random, [200, 2_000, 1_000_000]),
    releaseBytes: pick(random, [300, 3_000, 1_000_000]),
    segmentBytes: pick(random, [2_048, 16_384]),
    retainedEntries: pick(random, [2, 10, 5_000]),
  };
  const calls = { ...usualCalls };
  for (const kind of Object.keys(calls) as CallKind[]) calls[kind] *= pick(random, [0.2, 1, 1, 3]);
  return {
    calls,
    members: pick(random, [1, 3, 3, 3, 3, 5]),
    clients: 2 + random.below(4),
    keys: pick(random, [2, 6]),
    thinkMs: pick(random, [5, 30, 150]),
    watchers: random.below(4),
    progressNotifyMs: pick(random, [700, 600_000]),
    strictReconfigCheck: maybe(),
    ...overrides,
    network: { ...network, ...overrides.network },
    faults: { ...faults, ...overrides.faults },
    budgets: { ...budgets, ...overrides.budgets },
  };
}

export type WorldOverrides = Partial<Omit<WorldOptions, 'network' | 'faults' | 'budgets'>> & {
  readonly network?: Partial<NetworkOptions>;
  readonly faults?: Partial<FaultOptions>;
  readonly budgets?: Partial<NodeBudgets>;
};

export const noFaults: FaultOptions = {
  partitions: false,
  pauses: false,
  powerLosses: false,
  kills: false,
  restarts: false,
  tornWrites: false,
  slowDisks: false,
  slowStores: false,
  failingDisks: false,
  wallJumps: false,
  transfers: false,
  memberChanges: false,
  drift: 0,
  everyMs: 1_000,
  lastsMs: 1_000,
};
