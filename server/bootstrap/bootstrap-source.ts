// Which of the ways to find the members the flags ask for: exactly one. Conflicts are refused in etcd's words
// (server/embed/config.go: Validate).

import { UsageError } from '../../common/runtime/role.ts';
import { parseUrlsMap, type UrlsMap } from './urls-map.ts';
import type { LocalMember } from './verify-flags.ts';

/** The values of the options that are about bootstrap; the server's option table has them under these names. */
export interface BootstrapValues {
  readonly initialCluster: string;
  readonly initialClusterToken: string;
  readonly initialClusterState: 'new' | 'existing';
  readonly discovery: string;
  readonly discoveryProxy: string;
  readonly discoveryFallback: 'exit' | 'proxy';
  readonly discoverySrv: string;
  readonly discoverySrvName: string;
  readonly discoveryToken: string;
  readonly discoveryEndpoints: readonly string[];
}

export type BootstrapSource =
  | { readonly kind: 'static'; readonly members: UrlsMap }
  | { readonly kind: 'srv'; readonly domain: string; readonly serviceName: string }
  | {
      readonly kind: 'v2-discovery';
      readonly url: string;
      /** Empty for none. */
      readonly proxy: string;
      readonly fallback: 'exit' | 'proxy';
    }
  | { readonly kind: 'v3-discovery'; readonly token: string; readonly endpoints: readonly string[] };

export interface BootstrapConfig {
  readonly source: BootstrapSource;
  /** What member ids are computed with: discovery brings its own token, as in etcd. */
  readonly clusterToken: string;
  readonly state: 'new' | 'existing';
}

/** Throws UsageError. Without any flag the member is a cluster of its own. */
export function bootstrapConfig(values: BootstrapValues, local: LocalMember): BootstrapConfig {
  const source = bootstrapSource(values, local);
  const discovers = source.kind === 'v2-discovery' || source.kind === 'v3-discovery';
  if (discovers && values.initialClusterState === 'existing') {
    throw new UsageError('discovery URL should not be set when joining existing initial cluster');
  }
  return { source, clusterToken: tokenOf(source, values.initialClusterToken), state: values.initialClusterState };
}

function bootstrapSource(values: BootstrapValues, local: LocalMember): BootstrapSource {
  const endpoints = values.discoveryEndpoints;
  const given = [values.initialCluster, values.discovery, values.discoverySrv, endpoints.join('')];
  if (given.filter((text) => text !== '').length > 1) {
    throw new UsageError(
      'multiple discovery or bootstrap flags are set. ' +
        'Choose one of "initial-cluster", "discovery", "discovery-endpoints" or "discovery-srv"',
    );
  }
  if (endpoints.some((endpoint) => endpoint.trim() === '')) {
    throw new UsageError('--discovery-endpoints must not contain empty endpoints');
  }
  if ((values.discoveryToken !== '') !== endpoints.length > 0) {
    throw new UsageError('both --discovery-token and --discovery-endpoints must be set');
  }
  if (values.discovery !== '') {
    return {
      kind: 'v2-discovery',
      url: discoveryUrl(values.discovery),
      proxy: values.discoveryProxy,
      fallback: values.discoveryFallback,
    };
  }
  if (values.discoverySrv !== '') {
    return { kind: 'srv', domain: values.discoverySrv.replace(/\.$/, ''), serviceName: values.discoverySrvName };
  }
  if (endpoints.length > 0) return { kind: 'v3-discovery', token: discoveryToken(values.discoveryToken), endpoints };
  const members =
    values.initialCluster === ''
      ? new Map([[local.name, local.advertisePeerUrls]])
      : parseUrlsMap(values.initialCluster, '--initial-cluster');
  return { kind: 'static', members };
}

/** etcd's: the whole URL is the token of a cluster that was discovered by it. */
function tokenOf(source: BootstrapSource, initialClusterToken: string): string {
  switch (source.kind) {
    case 'v2-discovery':
      return source.url;
    case 'v3-discovery':
      return source.token;
    default:
      return initialClusterToken;
  }
}

function discoveryUrl(text: string): string {
  if (URL.canParse(text)) {
    const { protocol, pathname } = new URL(text);
    if ((protocol === 'http:' || protocol === 'https:') && pathname !== '/') return text;
  }
  throw new UsageError(
    `--discovery: "${text}" is not valid: expected a URL with a token, such as http://10.0.0.9:2379/v2/keys/discovery/TOKEN`,
  );
}

/** A token is one part of a key's path. */
function discoveryToken(text: string): string {
  if (/^[^/\s]+$/.test(text) && text !== '.' && text !== '..') return text;
  throw new UsageError(`--discovery-token: "${text}" is not valid: expected a word without slashes`);
}

/** What to warn about when a member with data is started with a discovery flag; undefined otherwise. etcd's words. */
export function ignoredDiscovery({ source }: BootstrapConfig, logPath: string): string | undefined {
  return source.kind === 'v2-discovery' || source.kind === 'v3-discovery'
    ? `discovery token ignored since a cluster has already been initialized. Valid log found at "${logPath}"`
    : undefined;
}
