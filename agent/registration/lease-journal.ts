// Which leases this agent was granted, kept across its death: the next incarnation knows the keys of the last one as its
// own, moves those it still wants and revokes the rest, instead of leaving ghosts until the TTL. The file is a hint:
// lost or broken it costs nothing but that.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../../common/log.ts';
import { replaceFile } from '../persistence/replace-file.ts';

export interface LeaseEntry {
  /** Leases mean something only in the cluster that granted them; 0n: not known yet. */
  readonly clusterId: bigint;
  /** A copied data directory must not end the registrations of the node it was copied from. */
  readonly node: string;
  readonly leaseIds: readonly bigint[];
}

export interface LeaseJournal {
  /** What the last incarnation left. */
  readonly last: LeaseEntry | undefined;
  /** Resolves when the entry is on disk. Never rejects; a failed write is logged. */
  save(entry: LeaseEntry): Promise<void>;
}

/** Keeps nothing: for an agent without a data directory. */
export const noLeaseJournal: LeaseJournal = { last: undefined, save: async () => {} };

/** The directory exists. */
export async function openLeaseJournal(dataDir: string, log: Logger): Promise<LeaseJournal> {
  const path = join(dataDir, 'leases.json');
  let writing: Promise<void> = Promise.resolve();
  return {
    last: await readEntry(path, log),
    save(entry) {
      const text = JSON.stringify({
        clusterId: entry.clusterId.toString(16),
        node: entry.node,
        leaseIds: entry.leaseIds.map((id) => id.toString(16)),
      });
      writing = writing
        .then(() => replaceFile(path, text))
        .catch((error: unknown) => log.warn('cannot write the lease journal', { path, error: String(error) }));
      return writing;
    },
  };
}

async function readEntry(path: string, log: Logger): Promise<LeaseEntry | undefined> {
  try {
    const parsed = JSON.parse(await readFile(path, 'utf8')) as { clusterId: string; node: string; leaseIds: string[] };
    return {
      clusterId: BigInt(`0x${parsed.clusterId}`),
      node: parsed.node,
      leaseIds: parsed.leaseIds.map((id) => BigInt(`0x${id}`)),
    };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    log.warn('the lease journal cannot be read and is ignored', { path, error: String(error) });
    return undefined;
  }
}
