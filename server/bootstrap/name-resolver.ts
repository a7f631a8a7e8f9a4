// Names as bootstrap asks for them. Absence is an answer (an empty list), as most clusters have only one of the two SRV
// names; trouble is an error.

export interface SrvRecord {
  /** As in the zone, with or without a trailing dot. */
  readonly target: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}

export interface NameResolver {
  /** Where the answers come from, for the log: `127.0.0.1:8600`, or `the system's resolver`. */
  readonly source: string;
  /** IP addresses of a host, empty when it has none. IP addresses are their own answer. */
  addresses(host: string): Promise<readonly string[]>;
  /** Records of a whole name such as `_etcd-server._tcp.example.com`, empty when there are none. */
  srv(name: string): Promise<readonly SrvRecord[]>;
}

/** SRV targets and host names without the root's dot, in lower case: what URLs and comparisons use. */
export function plainHost(host: string): string {
  return host.replace(/\.$/, '').toLowerCase();
}
