// Adapter: reads the definition directory and notices when it changes. What the contents mean is definition-files.ts.
// Notification alone is not enough (network and overlay file systems drop it), so the directory is also looked at every
// RESCAN_MS; without a change that costs one stat a file. A directory that goes away changes nothing but the log.

import { type FSWatcher, watch } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../../common/log.ts';
import type { Clock, Timer } from '../../common/runtime/clock.ts';
import { StartError, UsageError } from '../../common/runtime/role.ts';
import type { FileContent } from './definition-files.ts';
import { DEFINITION_FILE_BYTES_MAX } from './parse-definitions.ts';

/** Files looked at; more is a mistake (a wrong directory), and they are read into memory together. */
const FILES_MAX = 1000;
/** Quiet time after a change before reading: editors write in several steps. */
const DEBOUNCE_MS = 100;
const RESCAN_MS = 10_000;
const definitionFile = /^[^.].*\.(?:ya?ml|json)$/;

export interface DefinitionDirectoryOptions {
  readonly directory: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** The whole directory, by file name: at the start, and whenever something changed. */
  readonly onFiles: (files: ReadonlyMap<string, FileContent>) => void;
}

export interface DefinitionDirectory {
  /** Reads everything again, changed or not. Settles when `onFiles` has run. */
  reload(): Promise<void>;
  close(): void;
}

/** Reads once, then watches. Throws UsageError when there is no such directory, StartError when it cannot be read. */
export async function openDefinitionDirectory(options: DefinitionDirectoryOptions): Promise<DefinitionDirectory> {
  const { clock, directory, log, onFiles } = options;
  let fingerprint = '';
  let closed = false;
  let failing = false;
  let debounce: Timer | undefined;
  let watcher: FSWatcher | undefined;
  let reading: Promise<void> = Promise.resolve();

  const scan = async (force: boolean): Promise<void> => {
    if (closed) return;
    try {
      const seen = await listFiles(directory);
      if (!force && seen.fingerprint === fingerprint) return;
      const files = await readFiles(directory, seen.names);
      fingerprint = seen.fingerprint;
      if (failing) log.info('definition directory is readable again', { directory });
      failing = false;
      if (!closed) onFiles(files);
    } catch (error) {
      if (!failing)
        log.error('cannot read the definition directory; keeping what is registered', {
          directory,
          error: reason(error),
        });
      failing = true;
    }
  };
  // One scan at a time; a change during a scan starts another one behind it.
  const enqueue = (force: boolean): Promise<void> => {
    reading = reading.then(() => scan(force));
    return reading;
  };
  const noticed = (): void => {
    debounce?.cancel();
    debounce = clock.after(DEBOUNCE_MS, () => void enqueue(true));
  };
  const openWatcher = (): void => {
    watcher = watchDirectory(directory, log, noticed, () => {
      watcher = undefined;
    });
  };

  const first = await firstScan(directory);
  openWatcher();
  const rescan = clock.every(RESCAN_MS, () => {
    if (watcher === undefined) openWatcher();
    void enqueue(false);
  });
  fingerprint = first.fingerprint;
  onFiles(first.files);
  return {
    reload: () => enqueue(true),
    close() {
      closed = true;
      debounce?.cancel();
      rescan.cancel();
      watcher?.close();
    },
  };
}

/** undefined when it cannot be watched; then, and after `lost`, the rescan has to do. */
function watchDirectory(directory: string, log: Logger, noticed: () => void, lost: () => void): FSWatcher | undefined {
  const consequence = 'looking at it now and then';
  try {
    const watcher = watch(directory, noticed);
    watcher.on('error', (error) => {
      log.warn(`lost the watch on the definition directory; ${consequence}`, { directory, error: reason(error) });
      watcher.close();
      lost();
    });
    return watcher;
  } catch (error) {
    log.warn(`cannot watch the definition directory; ${consequence}`, { directory, error: reason(error) });
    return undefined;
  }
}

interface DirectoryListing {
  readonly names: readonly string[];
  /** Changes whenever a file is added, removed, replaced or written. */
  readonly fingerprint: string;
}

async function firstScan(
  directory: string,
): Promise<{ readonly fingerprint: string; readonly files: ReadonlyMap<string, FileContent> }> {
  try {
    const { names, fingerprint } = await listFiles(directory);
    return { fingerprint, files: await readFiles(directory, names) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') throw new UsageError(`--config-dir ${directory}: there is no such directory`);
    if (code === 'ENOTDIR') throw new UsageError(`--config-dir ${directory}: is not a directory`);
    throw new StartError(`--config-dir ${directory}: cannot be read: ${reason(error)}`);
  }
}

async function listFiles(directory: string): Promise<DirectoryListing> {
  const names = (await readdir(directory)).filter((name) => definitionFile.test(name)).sort();
  if (names.length > FILES_MAX) throw new Error(`${names.length} definition files, more than ${FILES_MAX}`);
  const marks = await Promise.all(
    names.map(async (name) => {
      // Only a fingerprint: what is wrong with the file is told when it is read.
      const stats = await stat(join(directory, name)).catch(() => undefined);
      return stats === undefined ? `${name} gone` : `${name} ${stats.ino} ${stats.size} ${stats.mtimeMs}`;
    }),
  );
  return { names, fingerprint: marks.join('\n') };
}

async function readFiles(directory: string, names: readonly string[]): Promise<ReadonlyMap<string, FileContent>> {
  const files = new Map<string, FileContent>();
  for (const name of names) {
    const content = await readOne(join(directory, name));
    if (content !== undefined) files.set(name, content);
  }
  return files;
}

/** undefined when the file has gone in the meantime. */
async function readOne(path: string): Promise<FileContent | undefined> {
  try {
    const stats = await stat(path);
    if (!stats.isFile()) return { error: 'is not a file' };
    if (stats.size > DEFINITION_FILE_BYTES_MAX) return { error: `is larger than ${DEFINITION_FILE_BYTES_MAX} bytes` };
    return { text: await readFile(path, 'utf8') };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    return { error: `cannot be read: ${reason(error)}` };
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
