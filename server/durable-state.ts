// Opens what a member remembers: its write-ahead log and its state store. Makes them on first start, and refuses
// anything in which the two contradict each other. Nothing is repaired here in silence.

import type { Logger } from '../common/log.ts';
import { StartError } from '../common/runtime/role.ts';
import { encode } from '../common/wire/protobuf/codec.ts';
import { MemberRow, MembershipCommand, MembershipCommandKind } from './apply/generated/commands.ts';
import { clusterId, memberId } from './cluster/member-ids.ts';
import { decodeIdentity, encodeIdentity, type Identity } from './log-identity.ts';
import { loadMeta, type MetaFacts, metaNumber } from './mvcc/mvcc-loader.ts';
import type { KeyValueStore } from './storage/key-value-store.ts';
import { appliedIndexKey, appliedTermKey } from './storage/row-store.ts';
import type { LogDisk } from './storage/wal/log-disk.ts';
import type { HardState, LogEntry, LogPosition } from './storage/wal/log-entry.ts';
import { createLog, logExists, type OpenedLog, openLog } from './storage/wal/open-log.ts';
import type { WriteAheadLog } from './storage/wal/write-ahead-log.ts';

/** What a first start needs to know. */
export interface Bootstrap {
  readonly name: string;
  /** Peer URLs by member name. */
  readonly initialCluster: ReadonlyMap<string, readonly string[]>;
  readonly clusterToken: string;
  /** Throws a UsageError when these do not go together. Called on first start only. */
  readonly verify: () => void;
}

export interface DurableState {
  readonly identity: Identity;
  readonly log: WriteAheadLog;
  readonly hardState: HardState;
  /** The last entry that the state store holds. */
  readonly applied: LogPosition;
  /** Entries behind `applied`. */
  readonly entries: readonly LogEntry[];
  readonly facts: MetaFacts;
}

interface DurableStateOptions {
  readonly disk: LogDisk;
  /** Of the log; see LogOptions. */
  readonly segmentBytes?: number;
  readonly store: KeyValueStore;
  readonly bootstrap: Bootstrap;
  readonly logger: Logger;
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

async function openChecked({
  disk,
  segmentBytes,
  store,
  bootstrap,
  logger,
}: DurableStateOptions): Promise<DurableState> {
  const facts = await loadMeta(store);
  const applied = { index: metaNumber(facts, appliedIndexKey), term: metaNumber(facts, appliedTermKey) };
  const logOptions = { disk, ...(segmentBytes === undefined ? {} : { segmentBytes }) };
  const isFirstStart = !(await logExists(disk));
  if (isFirstStart) {
    if (applied.index > 0) {
      throw new StartError(
        `the state store holds entries up to ${applied.index}, but ${disk.path} has no write-ahead log`,
      );
    }
    bootstrap.verify();
  }
  let opened = await (isFirstStart
    ? createLog({ ...logOptions, metadata: encodeIdentity(identityOf(bootstrap)) })
    : openLog(logOptions));
  const identity = decodeIdentity(opened.metadata);
  if (opened.repaired !== undefined) {
    const { file, offset, bytesCut } = opened.repaired;
    logger.warn('the log ended in a torn write: cut off', { file, offset, bytesCut, keptIn: `${file}.broken` });
  }
  if (opened.log.last.index === 0) {
    // A first start may have ended before its first entries were in the log; the flags may be others now.
    if (!isFirstStart) refuseOtherBootstrap(identity, bootstrap, disk.path);
    opened = { ...opened, ...(await appendFirstEntries(opened.log, bootstrap)) };
  }
  refuseMismatch(opened, applied, disk.path);
  return {
    identity,
    log: opened.log,
    hardState: opened.hardState,
    applied,
    entries: opened.entries.filter((entry) => entry.index > applied.index),
    facts,
  };
}

function refuseOtherBootstrap(identity: Identity, bootstrap: Bootstrap, logPath: string): void {
  bootstrap.verify();
  const { clusterId, memberId } = identityOf(bootstrap);
  if (clusterId === identity.clusterId && memberId === identity.memberId) return;
  throw new StartError(
    `${logPath} was made for another initial cluster (member ${identity.memberId.toString(16)}, now ${memberId.toString(16)}), ` +
      'and that start was cut short: start with the same flags again, or remove the data directory',
  );
}

function identityOf({ name, initialCluster, clusterToken }: Bootstrap): Identity {
  const ids = [...initialCluster.values()].map((urls) => memberId(urls, clusterToken));
  return { clusterId: clusterId(ids), memberId: memberId(initialCluster.get(name)!, clusterToken) };
}

/** The initial members are the first entries of every member's log, equal on all of them and committed from the start. */
async function appendFirstEntries(
  log: WriteAheadLog,
  bootstrap: Bootstrap,
): Promise<Pick<OpenedLog, 'entries' | 'hardState'>> {
  const entries: LogEntry[] = [...bootstrap.initialCluster].map(([name, peerUrls], i) => {
    const id = memberId(peerUrls, bootstrap.clusterToken);
    const member = MemberRow.create({ id, name, peerUrls: [...peerUrls] });
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
