// What the cluster is to hold for this agent: one record an instance, one for the node. Pure: definitions and check
// states in, keys and values out.

import { type CheckStatus, formatInstance, type Instance, type InstanceCheck } from '../../common/registry/instance.ts';
import { instanceKey, nodeKey } from '../../common/registry/key-layout.ts';
import { formatNode } from '../../common/registry/node.ts';
import { worstStatus } from '../checks/check-status.ts';
import type { ServiceDefinition } from '../definitions/service-definition.ts';

export interface DesiredRecord {
  readonly value: string;
  /**
   * The value without what may reach the cluster later (the wording of check output): records of equal essence answer
   * alike, so a difference in wording alone is not worth a write at once.
   */
  readonly essence: string;
}

/** By key. */
export type DesiredRecords = ReadonlyMap<string, DesiredRecord>;

export interface CheckReport {
  readonly id: string;
  readonly status: CheckStatus;
  /** One line. */
  readonly summary: string;
}

/** The record of one instance; as healthy as its worst check. */
export function instanceRecord(
  definition: ServiceDefinition,
  checks: readonly CheckReport[],
  node: string,
): { readonly key: string; readonly record: DesiredRecord } {
  const { service, id, address, port, protocol, tags, meta, weight, priority } = definition;
  const status = worstStatus(checks.map((check) => check.status));
  const instance: Instance = {
    ...{ service, id, address, port, protocol, tags, meta, weight, priority, status, node },
    checks: checks.map((check) => ({ id: check.id, status: check.status, output: check.summary })),
  };
  const essence = formatInstance({ ...instance, checks: instance.checks.map(withoutWording) });
  return { key: instanceKey(service, id), record: { value: formatInstance(instance), essence } };
}

/** The first output counts as a change: an operator who looks why an instance is critical must not find nothing. */
function withoutWording(check: InstanceCheck): InstanceCheck {
  return { ...check, output: check.output === '' ? '' : '…' };
}

export function nodeRecord(
  name: string,
  address: string,
  meta: Readonly<Record<string, string>>,
): { readonly key: string; readonly record: DesiredRecord } {
  const value = formatNode({ name, address, meta });
  return { key: nodeKey(name), record: { value, essence: value } };
}
