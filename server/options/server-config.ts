// From the values of the option table to the configuration of a node: defaults that depend on one another are filled
// in, and what does not go together is refused in etcd's words (server/embed/config.go, server/config/config.go).

import { formatHostPort, type HostPort, parseHostPort } from '../../common/config/host-port.ts';
import { formatDuration, parseDuration } from '../../common/config/units.ts';
import { UsageError } from '../../common/runtime/role.ts';
import type { ServerValues } from '../options.ts';
import { oneMemberOnly } from './clustering.ts';

export type AutoCompaction =
  | { readonly mode: 'off' }
  | { readonly mode: 'periodic'; readonly retentionMs: number }
  | { readonly mode: 'revision'; readonly revisions: number };

export interface ServerConfig {
  readonly name: string;
  readonly dataDir: string;
  /** Undefined: within the data directory. */
  readonly walDir: string | undefined;
  readonly listenClients: readonly HostPort[];
  readonly listenPeers: readonly HostPort[];
  /** Sorted, without a trailing slash, as etcd stores them. */
  readonly advertiseClientUrls: readonly string[];
  readonly advertisePeerUrls: readonly string[];
  /** Peer URLs by member name; one entry, this member's, unless --initial-cluster says otherwise. */
  readonly initialCluster: ReadonlyMap<string, readonly string[]>;
  readonly initialClusterToken: string;
  readonly initialClusterState: 'new' | 'existing';
  readonly heartbeatMs: number;
  readonly electionMs: number;
  /** Bytes of data at which the node stops taking writes; undefined is without bound. */
  readonly quotaBytes: number | undefined;
  readonly txnOpsMax: number;
  readonly requestBytesMax: number;
  readonly progressNotifyMs: number;
  readonly autoCompaction: AutoCompaction;
  /** Origins that browsers may call from. */
  readonly corsOrigins: readonly string[];
}

const defaultClientUrl = 'http://localhost:2379';
const defaultPeerUrl = 'http://localhost:2380';
/** etcd's bound (maxElectionMs). */
const electionMsMax = 50_000;
/** Better than etcd's, which keeps all history until told otherwise; a number of revisions has no good default. */
const retentionDefaults = { periodic: '1h', revision: '0' } as const;
const quotaBytesDefault = 2 * 1024 ** 3;

export function serverConfig(values: ServerValues): ServerConfig {
  refuseConflicts(values);
  refuseTimings(values.heartbeatInterval, values.electionTimeout);
  if (values.name === '') throw new UsageError('--name: must not be empty');
  const dataDir = values.dataDir === '' ? `${values.name}.rollcall` : values.dataDir;
  const advertisePeerUrls = sortedUrls(values.initialAdvertisePeerUrls ?? [defaultPeerUrl]);
  refuseUnreachable('initial-advertise-peer-urls', advertisePeerUrls);
  const advertiseClientUrls = sortedUrls(values.advertiseClientUrls ?? [defaultClientUrl]);
  refuseUnreachable('advertise-client-urls', advertiseClientUrls);
  const initialCluster =
    values.initialCluster === ''
      ? new Map([[values.name, advertisePeerUrls]])
      : parseInitialCluster(values.initialCluster);
  if (initialCluster.size > 1) {
    const names = [...initialCluster.keys()].join(', ');
    throw new UsageError(`--initial-cluster: ${oneMemberOnly} (it names ${names})`);
  }
  return {
    name: values.name,
    dataDir,
    walDir: values.walDir === '' ? undefined : values.walDir,
    listenClients: listenAddresses('listen-client-urls', values.listenClientUrls ?? [defaultClientUrl]),
    listenPeers: listenAddresses('listen-peer-urls', values.listenPeerUrls ?? [defaultPeerUrl]),
    advertiseClientUrls,
    advertisePeerUrls,
    initialCluster,
    initialClusterToken: values.initialClusterToken,
    initialClusterState: values.initialClusterState,
    heartbeatMs: values.heartbeatInterval,
    electionMs: values.electionTimeout,
    quotaBytes: values.quotaBackendBytes < 0 ? undefined : values.quotaBackendBytes || quotaBytesDefault,
    txnOpsMax: values.maxTxnOps,
    requestBytesMax: values.maxRequestBytes,
    progressNotifyMs: values.watchProgressNotifyInterval,
    autoCompaction: autoCompaction(values.autoCompactionMode, values.autoCompactionRetention),
    corsOrigins: values.cors,
  };
}

/**
 * What must hold when a member starts without data of its own; one that has data goes by that, and etcd then ignores
 * --initial-cluster as well.
 */
export function verifyBootstrap(config: ServerConfig): void {
  const { name, advertisePeerUrls } = config;
  // Coming up alone where a cluster was to be joined would make a second cluster of the same name.
  if (config.initialClusterState === 'existing') {
    throw new UsageError(`--initial-cluster-state existing: ${oneMemberOnly}, so there is none to join`);
  }
  const listed = config.initialCluster.get(name);
  if (listed === undefined) {
    throw new UsageError(`couldn't find local name "${name}" in the initial cluster configuration`);
  }
  const advertised = advertisePeerUrls.join(',');
  const notAdvertised = listed.filter((url) => !advertisePeerUrls.includes(url)).map((url) => `${name}=${url}`);
  if (notAdvertised.length > 0) {
    const missing = notAdvertised.join(',');
    throw new UsageError(
      `--initial-cluster has ${missing} but missing from --initial-advertise-peer-urls=${advertised}`,
    );
  }
  const notListed = advertisePeerUrls.filter((url) => !listed.includes(url));
  if (notListed.length > 0) {
    const cluster = listed.map((url) => `${name}=${url}`).join(',');
    throw new UsageError(
      `--initial-advertise-peer-urls has ${notListed.join(',')} but missing from --initial-cluster=${cluster}`,
    );
  }
}

function refuseConflicts(values: ServerValues): void {
  const bootstraps = [
    values.discovery,
    values.initialCluster,
    values.discoverySrv,
    values.discoveryEndpoints.join(','),
  ];
  if (bootstraps.filter((text) => text !== '').length > 1) {
    throw new UsageError(
      'multiple discovery or bootstrap flags are set. ' +
        'Choose one of "initial-cluster", "discovery", "discovery-endpoints" or "discovery-srv"',
    );
  }
  if (values.listenClientUrls !== undefined && values.advertiseClientUrls === undefined) {
    throw new UsageError('--advertise-client-urls is required when --listen-client-urls is set explicitly');
  }
  const lists = ['listenClientUrls', 'listenPeerUrls', 'advertiseClientUrls', 'initialAdvertisePeerUrls'] as const;
  for (const list of lists) {
    if (values[list]?.length === 0) throw new UsageError(`--${flagName(list)}: needs at least one URL`);
  }
}

function flagName(property: string): string {
  return property.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function refuseTimings(heartbeatMs: number, electionMs: number): void {
  if (5 * heartbeatMs > electionMs) {
    throw new UsageError(
      `--election-timeout[${formatDuration(electionMs)}] should be at least as 5 times as ` +
        `--heartbeat-interval[${formatDuration(heartbeatMs)}]`,
    );
  }
  if (electionMs > electionMsMax) {
    throw new UsageError(
      `--election-timeout[${formatDuration(electionMs)}] is too long, and should be set less than ` +
        formatDuration(electionMsMax),
    );
  }
}

/** etcd binds to addresses, not names: a name may resolve elsewhere tomorrow. `localhost` is the one exception. */
function listenAddresses(flag: string, urls: readonly string[]): HostPort[] {
  return urls.map((url) => {
    if (/^https:/i.test(url)) throw new UsageError(`--${flag}: ${url}: TLS is not available yet; use http://`);
    const address = authorityOf(url);
    const isAddress = /^[\d.]+$/.test(address.host) ? isIpv4(address.host) : address.host.includes(':');
    if (address.host !== 'localhost' && !isAddress) {
      throw new UsageError(`--${flag}: expected IP in URL for binding (${url})`);
    }
    return address;
  });
}

function isIpv4(text: string): boolean {
  return text.split('.').length === 4 && text.split('.').every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256);
}

function refuseUnreachable(flag: string, urls: readonly string[]): void {
  for (const url of urls) {
    if (/^https:/i.test(url)) throw new UsageError(`--${flag}: ${url}: TLS is not available yet; use http://`);
    if (authorityOf(url).host === '') {
      throw new UsageError(`--${flag} "${urls.join(',')}" must be "host:port" (unexpected empty host (${url}))`);
    }
  }
}

function authorityOf(url: string): HostPort {
  return parseHostPort(url.replace(/^[^:]*:\/\//, '').replace(/\/$/, ''))!;
}

/** Without trailing slashes and in order, since member ids are hashes over them. */
function sortedUrls(urls: readonly string[]): readonly string[] {
  return [
    ...new Set(urls.map((url) => `${url.slice(0, url.indexOf(':'))}://${formatHostPort(authorityOf(url))}`)),
  ].sort();
}

/** `a=http://h:1,a=http://h:2,b=http://i:1` -> a: two URLs, b: one. */
export function parseInitialCluster(text: string): ReadonlyMap<string, readonly string[]> {
  const members = new Map<string, readonly string[]>();
  const fail = (entry: string, problem: string): never => {
    throw new UsageError(`--initial-cluster: "${entry}": ${problem}`);
  };
  for (const entry of text.split(',').map((part) => part.trim())) {
    const equals = entry.indexOf('=');
    if (equals <= 0) fail(entry, 'expected name=URL');
    const name = entry.slice(0, equals);
    const url = entry.slice(equals + 1);
    if (url === '') fail(entry, `empty URL given for "${name}"`);
    const match = /^https?:\/\/([^/]+)\/?$/i.exec(url);
    if (match === null || parseHostPort(match[1]!) === undefined)
      fail(entry, 'expected a URL such as http://10.0.0.1:2380');
    members.set(name, sortedUrls([...(members.get(name) ?? []), url]));
  }
  return members;
}

/** etcd's reading: `periodic` takes a duration or a number of hours, `revision` a number; 0 switches it off. */
function autoCompaction(mode: 'periodic' | 'revision', given: string | undefined): AutoCompaction {
  const text = given ?? retentionDefaults[mode];
  if (mode === 'revision') {
    const revisions = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(revisions)) {
      throw new UsageError(
        `--auto-compaction-retention: "${text}" is not valid: expected a number of revisions (the mode is revision)`,
      );
    }
    return revisions === 0 ? { mode: 'off' } : { mode, revisions };
  }
  const retentionMs = parseDuration(text, 'h');
  if (retentionMs === undefined || retentionMs < 0) {
    throw new UsageError(
      `--auto-compaction-retention: "${text}" is not valid: expected a duration such as 30m or 10h, or a number of hours`,
    );
  }
  return retentionMs === 0 ? { mode: 'off' } : { mode, retentionMs };
}
