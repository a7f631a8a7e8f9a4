// Opens what a member remembers: its write-ahead log and its state store. Makes them on first start, and refuses
// anything in which the two contradict each other. Nothing is repaired here in silence.

import type { Logger } from '../common/log.ts';
import { StartError } from '../common/runtime/role.ts';
import { encode } from '../common/wire/protobuf/codec.ts';
import { MemberRow, MembershipCommand, MembershipCommandKind } from './apply/generated/commands.ts';
import { decodeIdentity, encodeIdentity, type Identity } from './log-identity.ts';
import { loadMeta, type MetaFacts } from './mvcc/mvcc-loader.ts';
import { appliedPosition } from './state.ts';
import type { KeyValueStore } from './storage/key-value-store.ts';
import type { LogDisk } from './storage/wal/log-disk.ts';
import type { HardState, LogEntry, LogPosition } from './storage/wal/log-entry.ts';
import { createLog, logExists, type OpenedLog, openLog } from './storage/wal/open-log.ts';
import type { WriteAheadLog } from './storage/wal/write-ahead-log.ts';

/** Who the members are, as the first start found out. */
export interface FirstMembers {
  readonly identity: Identity;
  /** Lowest id first, equal on all founders. */
  readonly members: readonly MemberSeed[];
  /** False: the cluster runs already, and this member hears everything from the others. */
  readonly founding: boolean;
}

export interface MemberSeed {
  readonly id: bigint;
  readonly name: string;
  readonly peerUrls: readonly string[];
  readonly isLearner: boolean;
}

/** What a first start needs to know. */
export interface Bootstrap {
  readonly name: string;
  readonly clusterToken: string;
  /** Finds the members. Called on first start only, also when that was cut short. Rejects with UsageError or StartError. */
  readonly plan: () => Promise<FirstMembers>;
}

export interface DurableState {
  readonly identity: Identity;
  readonly log: WriteAheadLog;
  readonly hardState: HardState;
  /** The last entry that the state store holds. */
  readonly applied: LogPosition;
  /** The entry before the first of `entries`. */
  readonly base: LogPosition;
  /** From some way before `applied` (for followers that are a little behind) to the end of the log. */
  readonly entries: readonly LogEntry[];
  readonly facts: MetaFacts;
  /** The store in use: another one than was opened where a crash had interrupted the switch to a snapshot. */
  readonly store: KeyValueStore;
  /** Whom to talk to until the state tells. */
  readonly firstMembers: readonly MemberSeed[];
}

interface DurableStateOptions {
  readonly disk: LogDisk;
  /** Of the log; see LogOptions. */
  readonly segmentBytes?: number;
  readonly store: KeyValueStore;
  readonly bootstrap: Bootstrap;
  readonly logger: Logger;
  /** Applied entries to bring back into memory. */
  readonly retainedEntries: number;
  /** A received snapshot that the log has marked and the data directory may not have switched to; see SnapshotExchange. */
  readonly openInterruptedStore: () => Promise<{ readonly store: KeyValueStore; commit(): Promise<void> } | null>;
}

/** Takes `disk` over: it is closed with the log, or on failure. Throws StartError when log and store do not fit together. */
export async function openDurableState(options: DurableStateOptions): Promise<DurableState> {
  try {
    return await openChecked(options);
  } catch (error) {
    await options.disk.close();
    throw error;
  }
}

async function openChecked(options: DurableStateOptions): Promise<DurableState> {
  const { disk, segmentBytes, bootstrap, logger } = options;
  let { store } = options;
  let facts = await loadMeta(store);
  const logOptions = { disk, ...(segmentBytes === undefined ? {} : { segmentBytes }) };
  const isFirstStart = !(await logExists(disk));
  if (isFirstStart && appliedPosition(facts).index > 0) {
    const { index } = appliedPosition(facts);
    throw new StartError(`the state store holds entries up to ${index}, but ${disk.path} has no write-ahead log`);
  }
  let first = isFirstStart ? await bootstrap.plan() : undefined;
  let opened = await (first === undefined
    ? openLog(logOptions)
    : createLog({ ...logOptions, metadata: encodeIdentity(first.identity) }));
  const identity = decodeIdentity(opened.metadata);
  if (opened.repaired !== undefined) {
    const { file, offset, bytesCut } = opened.repaired;
    logger.warn('the log ended in a torn write: cut off', { file, offset, bytesCut, keptIn: `${file}.broken` });
  }
  if (opened.log.last.index === 0) {
    // A first start may have ended before anything was in the log; the flags may be others now.
    first ??= await planAgain(identity, bootstrap, disk.path);
    if (first.founding) opened = { ...opened, ...(await appendFirstEntries(opened.log, first.members)) };
  }
  if (opened.snapshot !== null && appliedPosition(facts).index < opened.snapshot.index) {
    ({ store, facts } = await finishSwitch(options, opened.snapshot));
  }
  const applied = appliedPosition(facts);
  refuseMismatch(opened, applied, disk.path);
  return {
    identity,
    log: opened.log,
    hardState: opened.hardState,
    applied,
    ...retained(opened, applied, options.retainedEntries),
    facts,
    store,
    firstMembers: first?.members ?? [],
  };
}

/** The process ended between the log's mark and the pointer's move: the received store is complete, so the move is made now. */
async function finishSwitch(
  { store, logger, openInterruptedStore }: DurableStateOptions,
  snapshot: LogPosition,
): Promise<{ store: KeyValueStore; facts: MetaFacts }> {
  const next = await openInterruptedStore();
  const facts = next === null ? undefined : await loadMeta(next.store);
  if (next === null || facts === undefined || appliedPosition(facts).index !== snapshot.index) {
    await next?.store.close();
    throw new StartError(`the log marks a snapshot at entry ${snapshot.index}, but no store holds it`);
  }
  logger.warn('a crash had interrupted the switch to a received snapshot: finished', { index: snapshot.index });
  await next.commit();
  await store.close();
  return { store: next.store, facts };
}

/** The log from at most `count` entries before the applied one on. */
function retained(
  { base, entries }: OpenedLog,
  applied: LogPosition,
  count: number,
): Pick<DurableState, 'base' | 'entries'> {
  const skipped = Math.max(0, applied.index - count - base.index);
  const last = entries[skipped - 1];
  return {
    base: last === undefined ? base : { index: last.index, term: last.term },
    entries: entries.slice(skipped),
  };
}

async function planAgain(identity: Identity, bootstrap: Bootstrap, logPath: string): Promise<FirstMembers> {
  const first = await bootstrap.plan();
  const { clusterId, memberId } = first.identity;
  if (clusterId === identity.clusterId && memberId === identity.memberId) return first;
  throw new StartError(
    `${logPath} was made for another initial cluster (member ${identity.memberId.toString(16)}, now ${memberId.toString(16)}), ` +
      'and that start was cut short: start with the same flags again, or remove the data directory',
  );
}

/** The initial members are the first entries of every founder's log, equal on all of them and committed from the start. */
async function appendFirstEntries(
  log: WriteAheadLog,
  members: readonly MemberSeed[],
): Promise<Pick<OpenedLog, 'entries' | 'hardState'>> {
  const entries: LogEntry[] = members.map(({ id, name, peerUrls, isLearner }, i) => {
    const member = MemberRow.create({ id, name, peerUrls: [...peerUrls], isLearner });
    return {
      index: i + 1,
      term: 1,
      kind: 'membership',
      data: encode(MembershipCommand, { kind: MembershipCommandKind.ADD, member }),
    };
  });
  const hardState = { term: 1, vote: 0n, commit: entries.length };
  await new Promise<void>((resolve, reject) => {
    log.append({ entries, hardState }, (error) => (error === null ? resolve() : reject(error)));
  });
  return { entries, hardState };
}

/** The store may lag behind the log (it is replayed), never the other way round, and both must tell the same story. */
function refuseMismatch({ log, base, entries }: OpenedLog, applied: LogPosition, logPath: string): void {
  if (applied.index > log.last.index) {
    throw new StartError(
      `the state store is ahead of its log: it holds entries up to ${applied.index}, ${logPath} ends at ${log.last.index}; ` +
        'refusing to start, as acknowledged writes may be missing from the log',
    );
  }
  if (applied.index < base.index) {
    throw new StartError(
      `${logPath} begins at entry ${base.index + 1}, but the state store holds entries up to ${applied.index} only; ` +
        'refusing to start, as the entries between are missing',
    );
  }
  const { term } = applied.index === base.index ? base : entries[applied.index - base.index - 1]!;
  if (term !== applied.term) {
    throw new StartError(
      `entry ${applied.index} is of term ${applied.term} in the state store, but of term ${term} in ${logPath}; ` +
        'refusing to start, as the two belong to different histories',
    );
  }
}
