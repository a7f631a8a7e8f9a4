// Directories and small files whose names survive power loss: a name is durable only after its directory was synced.
// Used at start-up and when a snapshot is installed; not for hot paths.

import * as fs from 'node:fs/promises';
import * as path from 'node:path';

/** The directory cannot be made, or nothing can be written in it. The message names it. */
export class DirectoryNotWritable extends Error {
  override readonly name = 'DirectoryNotWritable';
}

const probeFile = '.writable';

/** Makes the directory and its missing parents (mode 0700), durably, and proves by a file that it can be written. */
export async function ensureDirectory(directory: string): Promise<void> {
  const absolute = path.resolve(directory);
  try {
    await makeDirectory(absolute);
    const probe = path.join(absolute, probeFile);
    await fs.writeFile(probe, '');
    await fs.rm(probe, { force: true });
  } catch (error) {
    const { message } = error as NodeJS.ErrnoException;
    throw new DirectoryNotWritable(`the directory ${absolute} cannot be written: ${message}`, { cause: error });
  }
}

/**
 * Like mkdir -p, with the new names synced. Not fs.mkdir's `recursive`: where a directory refuses children with ENOENT
 * (/proc does), that tries for ever.
 */
async function makeDirectory(directory: string): Promise<void> {
  const missing: string[] = [];
  for (let at = directory; !(await isDirectory(at)); at = path.dirname(at)) missing.push(at);
  for (const made of missing.reverse()) {
    try {
      await fs.mkdir(made, { mode: 0o700 });
    } catch (error) {
      // Another process may make it at the same time; the lock decides later which of the two goes on.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !(await isDirectory(made))) throw error;
    }
    await syncDirectory(path.dirname(made));
  }
}

async function isDirectory(directory: string): Promise<boolean> {
  try {
    return (await fs.stat(directory)).isDirectory();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

export async function syncDirectory(directory: string): Promise<void> {
  const handle = await fs.open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Puts a whole file in place, or leaves the old one: a crash shows one of the two. */
export async function replaceFile(file: string, content: string): Promise<void> {
  const temporary = `${file}.tmp`;
  const handle = await fs.open(temporary, 'w', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await fs.rename(temporary, file);
  await syncDirectory(path.dirname(file));
}
