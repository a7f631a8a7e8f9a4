// From the values of the option table to the configuration of a node: defaults that depend on one another are filled
// in, and what does not go together is refused in etcd's words (server/embed/config.go, server/config/config.go).

import { formatHostPort, type HostPort, parseHostPort } from '../../common/config/host-port.ts';
import { formatDuration, parseDuration } from '../../common/config/units.ts';
import { UsageError } from '../../common/runtime/role.ts';
import { type BootstrapConfig, bootstrapConfig } from '../bootstrap/bootstrap-source.ts';
import type { ServerValues } from '../options.ts';

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
  /** How a member without data finds its cluster. */
  readonly bootstrap: BootstrapConfig;
  /** `host:port`; empty: the system's. */
  readonly srvResolver: string;
  readonly discoveryRequestTimeoutMs: number;
  readonly strictReconfigCheck: boolean;
  readonly learnersMax: number;
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
  const bootstrap = bootstrapConfig(values, { name: values.name, advertisePeerUrls });
  return {
    name: values.name,
    dataDir,
    walDir: values.walDir === '' ? undefined : values.walDir,
    listenClients: listenAddresses('listen-client-urls', values.listenClientUrls ?? [defaultClientUrl]),
    listenPeers: listenAddresses('listen-peer-urls', values.listenPeerUrls ?? [defaultPeerUrl]),
    advertiseClientUrls,
    advertisePeerUrls,
    bootstrap,
    srvResolver: values.discoverySrvResolver,
    discoveryRequestTimeoutMs: values.discoveryRequestTimeout,
    strictReconfigCheck: values.strictReconfigCheck,
    learnersMax: values.maxLearners,
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

function refuseConflicts(values: ServerValues): void {
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
