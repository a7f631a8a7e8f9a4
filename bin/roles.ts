// The roles that bin/ can start: where each is, what --help says about it, and which environment variables set it. A
// role's code is loaded only when it is asked for: a DNS responder must not load RocksDB.

import { commonOptions } from '../common/config/common-options.ts';
import type { OptionTable } from '../common/config/option.ts';
import type { RoleModule } from './role-module.ts';

export const roleNames = ['server', 'agent', 'dns', 'proxy'] as const;
export type RoleName = (typeof roleNames)[number];

export interface RoleInfo {
  readonly summary: string;
  /** The strongest first. The server takes etcd's own variables too: an etcd.conf works as it is. */
  readonly prefixes: readonly string[];
}

export const roles: Readonly<Record<RoleName, RoleInfo>> = {
  server: {
    summary: 'core node: serves the etcd v3 API from a Raft log and RocksDB',
    prefixes: ['ROLLCALL_', 'ETCD_'],
  },
  agent: { summary: 'sidecar: registers services, checks and heartbeats them', prefixes: ['ROLLCALL_AGENT_'] },
  dns: { summary: 'DNS responder: answers from the registry', prefixes: ['ROLLCALL_DNS_'] },
  proxy: { summary: 'local node that forwards clients to the cluster', prefixes: ['ROLLCALL_PROXY_'] },
};

export async function loadRole(name: RoleName): Promise<RoleModule> {
  return (await import(`../${name}/main.js`)) as RoleModule;
}

/** A role's own options and those that every role takes. */
export function roleTable(module: RoleModule): OptionTable {
  return { ...module.options, ...commonOptions };
}

/**
 * Variables of the shape ROLLCALL_… that are not the server's: those of other roles, of the client verbs, of our tests,
 * and those that `rollcall run` gives to what it runs. They may stand in the same environment without being mistakes.
 */
export function isForeignVariable(variable: string): boolean {
  const parts =
    'AGENT|DNS|PROXY|DEV|RUN|ENDPOINTS|CACERT|CERT|KEY|USER|PASSWORD|WATCH|SERVICE|INSTANCE|ADDRESS|DIST|TEST';
  return new RegExp(`^ROLLCALL_(${parts})(_|$)`).test(variable);
}
