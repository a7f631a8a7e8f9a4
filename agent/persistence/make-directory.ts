// Adapter: makes a directory and those above it. Not mkdir's `recursive`: where the file system refuses with ENOENT
// below a parent that exists (/proc does), that spins for ever (seen with Node 20.20).

import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Fine when it is there already. Rejects with the system's error. */
export async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST' && (await isDirectory(path))) return;
    if (code !== 'ENOENT' || (await isDirectory(dirname(path)))) throw error;
    await makeDirectory(dirname(path));
    await mkdir(path);
  }
}

async function isDirectory(path: string): Promise<boolean> {
  // What cannot be looked at is none: the caller then rejects with what mkdir said.
  const stats = await stat(path).catch(() => undefined);
  return stats?.isDirectory() ?? false;
}
