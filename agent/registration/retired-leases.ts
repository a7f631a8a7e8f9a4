// The leases this agent was granted: the one in force and those before it, which may still be alive and hold keys. Keys
// on any of them are ours. Once everything wanted hangs on the lease in force, the others are revoked, which removes
// exactly the leftovers: no guessing from names in values.

import { LeaseRevokeRequest } from '../../common/api/generated/messages.ts';
import type { Service } from '../../common/api/generated/service.ts';
import { outgoingCall } from '../../common/client/outgoing-call.ts';
import type { LeaseJournal } from './lease-journal.ts';

/** Older ones are left to their TTL. */
const RETIRED_MAX = 8;
const REVOKE_TIMEOUT_MS = 3000;

export class RetiredLeases {
  readonly #journal: LeaseJournal;
  readonly #node: string;
  #clusterId: bigint;
  #current: bigint | undefined;
  #retired: bigint[];
  #recorded: Promise<void> = Promise.resolve();

  constructor(journal: LeaseJournal, node: string) {
    this.#journal = journal;
    this.#node = node;
    const last = journal.last?.node === node ? journal.last : undefined;
    this.#clusterId = last?.clusterId ?? 0n;
    this.#retired = [...(last?.leaseIds ?? [])].slice(-RETIRED_MAX);
  }

  has(leaseId: bigint): boolean {
    return leaseId === this.#current || this.#retired.includes(leaseId);
  }

  /** The one in force and all before it. */
  all(): ReadonlySet<bigint> {
    return new Set(this.#current === undefined ? this.#retired : [...this.#retired, this.#current]);
  }

  /** Settles when the journal knows the lease in force: not before that should anything hang on it. */
  get recorded(): Promise<void> {
    return this.#recorded;
  }

  granted(leaseId: bigint): void {
    if (this.#current !== undefined) this.#retired = [...this.#retired, this.#current].slice(-RETIRED_MAX);
    this.#current = leaseId;
    this.#save();
  }

  /** The cluster that answers now. Leases of another one (a new cluster at the old address) are forgotten. */
  clusterIs(clusterId: bigint): void {
    if (clusterId === 0n || clusterId === this.#clusterId) return;
    if (this.#clusterId !== 0n) this.#retired = [];
    this.#clusterId = clusterId;
    this.#save();
  }

  /** Tries each once: one that cannot be revoked now runs out by itself. Call when nothing wanted hangs on them. */
  async revokeAll(service: Service): Promise<void> {
    if (this.#retired.length === 0) return;
    const leaseIds = this.#retired;
    this.#retired = [];
    this.#save();
    await Promise.all(leaseIds.map((id) => revoke(service, id)));
  }

  #save(): void {
    this.#recorded = this.#journal.save({ clusterId: this.#clusterId, node: this.#node, leaseIds: [...this.all()] });
  }
}

async function revoke(service: Service, id: bigint): Promise<void> {
  try {
    await service.leaseRevoke(LeaseRevokeRequest.create({ id }), outgoingCall({ timeoutMs: REVOKE_TIMEOUT_MS }));
  } catch {
    // Not found is what we want, and the TTL takes care of the rest.
  }
}
