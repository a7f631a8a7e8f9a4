// What must hold between the flags of a member that has no data yet (etcd server/config: VerifyBootstrap,
// VerifyJoinExisting). A member with data goes by that and ignores these flags, as etcd does.

import { UsageError } from '../../common/runtime/role.ts';
import type { BootstrapEnvironment } from './environment.ts';
import { compareUrls } from './url-equality.ts';
import { formatUrlsMap, hasDuplicateUrl, type UrlsMap } from './urls-map.ts';

export interface LocalMember {
  readonly name: string;
  /** Of --initial-advertise-peer-urls. */
  readonly advertisePeerUrls: readonly string[];
}

/** Rejects with a UsageError in etcd's words. */
export async function verifyFounder(
  local: LocalMember,
  map: UrlsMap,
  environment: BootstrapEnvironment,
): Promise<void> {
  const listed = localUrls(local, map);
  await refuseOtherUrls(local, listed, environment);
  refuseDuplicateUrls(map);
}

/** Rejects with a UsageError in etcd's words. The member's URLs are those that it was added with, not the flag's. */
export function verifyJoiner(local: LocalMember, map: UrlsMap): void {
  localUrls(local, map);
  refuseDuplicateUrls(map);
}

function localUrls({ name }: LocalMember, map: UrlsMap): readonly string[] {
  const urls = map.get(name);
  if (urls === undefined) {
    throw new UsageError(`couldn't find local name "${name}" in the initial cluster configuration`);
  }
  return urls;
}

function refuseDuplicateUrls(map: UrlsMap): void {
  if (hasDuplicateUrl(map)) throw new UsageError(`initial cluster ${formatUrlsMap(map)} has duplicate url`);
}

async function refuseOtherUrls(
  { name, advertisePeerUrls }: LocalMember,
  listed: readonly string[],
  environment: BootstrapEnvironment,
): Promise<void> {
  const advertised = [...advertisePeerUrls].sort();
  const comparison = await compareUrls(advertised, listed, environment);
  if (comparison.equal) return;
  const { reason } = comparison;
  const notAdvertised = listed.filter((url) => !advertised.includes(url)).map((url) => `${name}=${url}`);
  const flag = `--initial-advertise-peer-urls=${advertised.join(',')}`;
  if (notAdvertised.length > 0) {
    throw new UsageError(`--initial-cluster has ${notAdvertised.join(',')} but missing from ${flag} (${reason})`);
  }
  const cluster = advertised.map((url) => `${name}=${url}`).join(',');
  const notListed = advertised.filter((url) => !listed.includes(url));
  if (notListed.length > 0) {
    throw new UsageError(
      `--initial-advertise-peer-urls has ${notListed.join(',')} but missing from --initial-cluster=${cluster}`,
    );
  }
  throw new UsageError(`failed to resolve ${advertised.join(',')} to match --initial-cluster=${cluster} (${reason})`);
}
