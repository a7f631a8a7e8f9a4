// The order of steps that both discovery protocols share: read the size, register unless others were first, wait until
// as many members as the size says are there.

import { DiscoveryRetry } from './discovery-retry.ts';
import type { BootstrapEnvironment } from './environment.ts';
import { type DiscoveryOutcome, registeredMembers, type Standing } from './registered-members.ts';
import { formatUrlsMap } from './urls-map.ts';

/** What differs. A StartError ends the search; any other rejection of the first three is tried again. */
export interface DiscoveryProtocol<Reading extends Standing> {
  size(): Promise<number>;
  read(size: number): Promise<Reading>;
  /** Registers this member unless it is registered already. */
  register(): Promise<void>;
  /** Resolves when something may have changed since `reading`. */
  change(reading: Reading): Promise<void>;
}

/** `service`: its URL or endpoints, for the log. Rejects with a StartError. */
export async function gatherMembers<Reading extends Standing>(
  protocol: DiscoveryProtocol<Reading>,
  service: string,
  environment: BootstrapEnvironment,
): Promise<DiscoveryOutcome> {
  const { log } = environment;
  const retry = new DiscoveryRetry(environment, service);
  const read = (size: number): Promise<Reading> => retry.until('reading the members', () => protocol.read(size));
  const size = await retry.until('reading the size', () => protocol.size());
  // A full cluster is told before registering, so that latecomers leave no trace.
  let reading = await read(size);
  if (!reading.isFull) {
    await retry.until('registering this member', () => protocol.register());
    reading = await read(size);
  }
  while (!reading.isComplete) {
    log.info('waiting for more members at the discovery service', { found: reading.first.length, size });
    await protocol.change(reading);
    reading = await read(size);
  }
  const members = registeredMembers(reading.first);
  if (reading.isFull) return { kind: 'full', members };
  log.info('found all members at the discovery service', { members: formatUrlsMap(members) });
  return { kind: 'joined', members };
}
