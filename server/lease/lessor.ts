// Leases: which exist, which keys hang on them, and (on the leader only) when they expire. What is replicated (id, TTL,
// keys) changes only through apply; deadlines are this member's own, on a monotonic clock, and count from the moment it
// became leader, so that no lease ends before its TTL has passed since its last acknowledged keepalive.

import { encode } from '../../common/wire/protobuf/codec.ts';
import { LeaseRow } from '../apply/generated/commands.ts';
import { encodeLeaseKey } from '../storage/keys.ts';
import type { RowStore } from '../storage/row-store.ts';
import { ExpiryQueue } from './expiry-queue.ts';

/** The queue of expiries is tidied once it holds this many, and more that are out of date than not. */
const expiriesMin = 1024;

/** Largest TTL a client may ask for, in seconds (etcd lease.MaxLeaseTTL). */
export const leaseTtlSecondsMax = 9_000_000_000;

interface Expiry {
  readonly atMs: number;
  readonly lease: Lease;
}

export interface Lease {
  readonly id: bigint;
  readonly ttlSeconds: number;
  readonly keys: Set<string>;
  /** When it expires, on this member's monotonic clock; Infinity while it is not the leader. */
  deadlineMs: number;
}

export class Lessor {
  private readonly rows: RowStore;
  private leases = new Map<bigint, Lease>();
  private readonly expiries = new ExpiryQueue<Expiry>();
  private leading = false;

  constructor(rows: RowStore) {
    this.rows = rows;
  }

  get size(): number {
    return this.leases.size;
  }

  /** Expiries queued, those of leases that are gone included; for tests of the bound. */
  get queuedExpiries(): number {
    return this.expiries.size;
  }

  lookup(id: bigint): Lease | undefined {
    return this.leases.get(id);
  }

  /** Ids in no particular order. */
  ids(): Iterable<bigint> {
    return this.leases.keys();
  }

  /** Applies a grant; the caller has checked that the id is free. */
  grant(id: bigint, ttlSeconds: number, nowMs: number): void {
    this.restore(id, ttlSeconds);
    this.rows.put(encodeLeaseKey(id), encode(LeaseRow, { id, ttl: ttlSeconds }));
    if (this.leading) this.schedule(this.leases.get(id)!, nowMs);
  }

  /** Brings a lease back from its row at start. */
  restore(id: bigint, ttlSeconds: number): void {
    this.leases.set(id, { id, ttlSeconds, keys: new Set(), deadlineMs: Number.POSITIVE_INFINITY });
  }

  /** Applies a revocation: forgets the lease. Returns its keys in order, for deletion in one transaction. */
  revoke(id: bigint): string[] {
    const lease = this.leases.get(id);
    if (lease === undefined) return [];
    this.leases.delete(id);
    this.rows.delete(encodeLeaseKey(id));
    // Leases that are revoked long before their end would fill the queue otherwise.
    if (this.expiries.size >= expiriesMin && this.expiries.size > 2 * this.leases.size) {
      this.expiries.retain((expiry) => this.isCurrent(expiry));
    }
    return [...lease.keys].sort();
  }

  /** A key moved from one lease to another; 0n is "no lease". A lease that is gone is none. */
  moveKey(key: string, from: bigint, to: bigint): void {
    this.leases.get(from)?.keys.delete(key);
    this.leases.get(to)?.keys.add(key);
  }

  /** Takes over what `other` holds. A member that is sent a state does not lead. */
  adopt(other: Lessor): void {
    this.demote();
    this.leases = other.leases;
  }

  /** This member became leader: every lease gets its full TTL from now (etcd's Promote). */
  promote(nowMs: number): void {
    this.leading = true;
    this.expiries.clear();
    for (const lease of this.leases.values()) this.schedule(lease, nowMs);
  }

  demote(): void {
    this.leading = false;
    this.expiries.clear();
    for (const lease of this.leases.values()) lease.deadlineMs = Number.POSITIVE_INFINITY;
  }

  /**
   * A keepalive arrived. Returns the TTL in seconds, or null when there is no such lease, which an expired one counts
   * as: its revocation may already be in the log. Leader only.
   */
  renew(id: bigint, nowMs: number): number | null {
    const lease = this.leases.get(id);
    if (lease === undefined || lease.deadlineMs <= nowMs) return null;
    // The queue is corrected lazily, when the old deadline comes up.
    lease.deadlineMs = nowMs + lease.ttlSeconds * 1000;
    return lease.ttlSeconds;
  }

  /** Whole seconds left, rounded down as etcd does; never negative. */
  remainingSeconds(lease: Lease, nowMs: number): number {
    if (lease.deadlineMs === Number.POSITIVE_INFINITY) return lease.ttlSeconds;
    return Math.max(0, Math.floor((lease.deadlineMs - nowMs) / 1000));
  }

  /**
   * Takes at most `limit` leases whose deadline has passed. Each is offered again after `retryMs` unless its revocation
   * has been applied by then.
   */
  takeExpired(nowMs: number, limit: number, retryMs: number): bigint[] {
    const expired: bigint[] = [];
    while (expired.length < limit) {
      const next = this.expiries.peek();
      if (next === undefined || next.atMs > nowMs) break;
      this.expiries.pop();
      const { lease } = next;
      if (!this.isCurrent(next)) continue;
      if (lease.deadlineMs > nowMs) {
        this.expiries.push({ atMs: lease.deadlineMs, lease });
        continue;
      }
      expired.push(lease.id);
      this.expiries.push({ atMs: nowMs + retryMs, lease });
    }
    return expired;
  }

  /** The lease that was queued may be gone, even where its id is in use again. */
  private isCurrent({ lease }: Expiry): boolean {
    return this.leases.get(lease.id) === lease;
  }

  private schedule(lease: Lease, nowMs: number): void {
    lease.deadlineMs = nowMs + lease.ttlSeconds * 1000;
    this.expiries.push({ atMs: lease.deadlineMs, lease });
  }
}
