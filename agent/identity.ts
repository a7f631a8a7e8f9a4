// Who an agent (or `rollcall run`) is to the rest of the cluster: its node name and the address others reach it at.

import { formatHostPort } from '../common/config/host-port.ts';
import { labelProblem } from '../common/registry/dns-label.ts';
import { parseHostPort } from '../common/registry/instance-value.ts';
import { UsageError } from '../common/runtime/role.ts';
import { ownAddress, ownNodeName } from './own-address.ts';

export interface Identity {
  readonly node: string;
  readonly address: string;
}

/** Empty values mean the default. Throws UsageError; `addressFlag` is how messages call the address. */
export function resolveIdentity(
  { node: nodeGiven, address: addressGiven }: { readonly node: string; readonly address: string },
  addressFlag: string,
): Identity {
  const node = nodeGiven === '' ? ownNodeName() : nodeGiven;
  const problem = labelProblem('name', node);
  if (problem !== undefined) throw new UsageError(`--node: ${problem}`);
  const given = addressGiven === '' ? ownAddress() : addressGiven;
  const parsed = parseHostPort(formatHostPort({ host: given, port: 1 }));
  if ('problem' in parsed) throw new UsageError(`${addressFlag}: "${given}" is neither an IP address nor a host name`);
  if (given === '0.0.0.0' || given === '::') {
    throw new UsageError(`${addressFlag}: ${given} is no address that others can connect to`);
  }
  return { node, address: parsed.address };
}
