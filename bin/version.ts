// Our own version, from package.json, found from the compiled file or the source alike.

import { existsSync, readFileSync } from 'node:fs';

/** The etcd level that the API is compatible with (`/version` says the same). */
export const etcdLevel = '3.6.0';

export function ownVersion(): string {
  for (const candidate of ['../package.json', '../../package.json']) {
    const path = new URL(candidate, import.meta.url);
    if (!existsSync(path)) continue;
    const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string };
    return version;
  }
  return 'unknown';
}

/** What `rollcall version` and every `--version` print. */
export function versionText(): string {
  return [
    `rollcall Version: ${ownVersion()}`,
    `API: etcd v3, level ${etcdLevel}`,
    `Node.js: ${process.version}`,
    `OS/Arch: ${process.platform}/${process.arch}`,
    '',
  ].join('\n');
}
