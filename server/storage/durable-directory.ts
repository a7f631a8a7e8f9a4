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
    const firstMade = await fs.mkdir(absolute, { recursive: true, mode: 0o700 });
    if (firstMade !== undefined) {
      for (let made = absolute; made.length >= firstMade.length; made = path.dirname(made)) {
        await syncDirectory(path.dirname(made));
      }
    }
    const probe = path.join(absolute, probeFile);
    await fs.writeFile(probe, '');
    await fs.rm(probe, { force: true });
  } catch (error) {
    const { message } = error as NodeJS.ErrnoException;
    throw new DirectoryNotWritable(`the directory ${absolute} cannot be written: ${message}`, { cause: error });
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
