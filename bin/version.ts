// What `rollcall version` and every `--version` print.

import { apiVersion, productVersion } from '../common/version.ts';

export function versionText(): string {
  return [
    `rollcall version: ${productVersion}`,
    `API version: ${apiVersion.split('.').slice(0, 2).join('.')}`,
    `Node.js version: ${process.versions.node}`,
    `Platform: ${process.platform}/${process.arch}`,
    '',
  ].join('\n');
}
