// What lies where in a member's data directory, and whether it is ours to use:
//
//   <dataDir>/member/wal/            the write-ahead log's segments
//   <dataDir>/member/state/current   names the state store in use: one line, eight digits
//   <dataDir>/member/state/00000001  a RocksDB store
//
// A snapshot from another member is received into the next number, and `current` is switched to it once it is whole and
// synced: a crash at any point leaves the old store or the new one. RocksDB's LOCK in the store is what keeps a second process
// out; it must be held before the log is touched.

import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { ensureDirectory, replaceFile } from './durable-directory.ts';
import type { KeyValueStore } from './key-value-store.ts';

/** The directory holds something else than a rollcall member; nothing in it was touched. */
export class ForeignDataDirectory extends Error {
  override readonly name = 'ForeignDataDirectory';
}

export type OpenStore = (options: { path: string; createIfMissing: boolean }) => Promise<KeyValueStore>;

const pointerFile = 'current';
const firstGeneration = 1;
/** Times that the pointer may move while the store it named is being opened. */
const switchesMax = 3;

export class DataDirectory {
  readonly root: string;
  readonly walPath: string;
  readonly #statePath: string;
  /** The store in use. */
  generation: number;

  private constructor(root: string, generation: number) {
    this.root = root;
    this.walPath = path.join(root, 'member', 'wal');
    this.#statePath = path.join(root, 'member', 'state');
    this.generation = generation;
  }

  /** Makes what is missing. Throws DirectoryNotWritable and ForeignDataDirectory. */
  static async prepare(dataDir: string): Promise<DataDirectory> {
    const root = path.resolve(dataDir);
    await refuseEtcd(root);
    const directory = new DataDirectory(root, firstGeneration);
    await ensureDirectory(directory.walPath);
    await ensureDirectory(directory.#statePath);
    directory.generation = await directory.#readPointer();
    return directory;
  }

  get storePath(): string {
    return this.#pathOf(this.generation);
  }

  /**
   * Opens the store in use, which takes the lock. Another process may switch to a new store between our reading of the
   * pointer and our lock on the old one, so the pointer is read again under the lock.
   */
  async openStore(open: OpenStore): Promise<KeyValueStore> {
    for (let attempt = 0; attempt < switchesMax; attempt++) {
      const generation = await this.#readPointer();
      const isFirst = generation === firstGeneration;
      const store = await open({ path: this.#pathOf(generation), createIfMissing: isFirst });
      if ((await this.#readPointer()) === generation) {
        this.generation = generation;
        return store;
      }
      await store.close();
    }
    throw new Error(`${this.#statePath}: another process keeps installing snapshots`);
  }

  /**
   * A store that was being switched to when the process ended, or null: a received snapshot is complete before the log
   * marks it, and only then the pointer moves.
   */
  async openNextStore(open: OpenStore): Promise<{ store: KeyValueStore; generation: number } | null> {
    const generation = this.generation + 1;
    if (!(await namesIn(this.#statePath)).includes(format(generation))) return null;
    return { store: await open({ path: this.#pathOf(generation), createIfMissing: false }), generation };
  }

  /** An empty place for a snapshot that is being received. What a broken transfer left there is removed. */
  async beginNextStore(): Promise<{ generation: number; path: string }> {
    const generation = this.generation + 1;
    const nextPath = this.#pathOf(generation);
    await fs.rm(nextPath, { recursive: true, force: true });
    await ensureDirectory(nextPath);
    return { generation, path: nextPath };
  }

  /** Makes it the store in use, durably. Its rows must have been flushed. The old one may be removed once it is closed. */
  async switchTo(generation: number): Promise<void> {
    await replaceFile(path.join(this.#statePath, pointerFile), `${format(generation)}\n`);
    this.generation = generation;
  }

  /** Removes stores that are not in use; they must be closed. */
  async removeOldStores(): Promise<void> {
    await this.#removeOthers();
  }

  async #removeOthers(): Promise<void> {
    for (const name of await fs.readdir(this.#statePath)) {
      if (/^\d{8}$/.test(name) && Number(name) !== this.generation) {
        await fs.rm(path.join(this.#statePath, name), { recursive: true, force: true });
      }
    }
  }

  async #readPointer(): Promise<number> {
    const file = path.join(this.#statePath, pointerFile);
    let text: string;
    try {
      text = await fs.readFile(file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return firstGeneration;
      throw error;
    }
    const match = /^(\d{8})\n$/.exec(text);
    if (match === null)
      throw new ForeignDataDirectory(`${file} does not name a state store: ${JSON.stringify(text.slice(0, 40))}`);
    return Number(match[1]);
  }

  #pathOf(generation: number): string {
    return path.join(this.#statePath, format(generation));
  }
}

function format(generation: number): string {
  return String(generation).padStart(8, '0');
}

async function refuseEtcd(root: string): Promise<void> {
  const wal = await namesIn(path.join(root, 'member', 'wal'));
  const snap = await namesIn(path.join(root, 'member', 'snap'));
  if (!snap.includes('db') && !wal.some((name) => name.endsWith('.wal'))) return;
  throw new ForeignDataDirectory(
    `${root} is the data directory of an etcd member, which rollcall does not read in place; take a snapshot with ` +
      `"etcdctl snapshot save FILE" and load it with "rollcall snapshot restore FILE --data-dir NEW-DIRECTORY"`,
  );
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await fs.readdir(directory);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}
