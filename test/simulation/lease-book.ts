// What clients were told about their leases, and whether that was kept: a lease does not expire before its TTL has passed
// since the last keepalive that was acknowledged was sent. Clocks of members may run fast: by so much less.

import { demand } from './journal.ts';
import type { LeaseEnd, Truth } from './truth.ts';

export class LeaseBook {
  private readonly truth: () => Truth;
  private readonly drift: number;
  /** Until when each lease was promised to live. */
  private readonly promised = new Map<bigint, number>();
  /** Leases that their clients gave up or tried to revoke. */
  private readonly ending = new Set<bigint>();

  constructor(truth: () => Truth, drift: number) {
    this.truth = truth;
    this.drift = drift;
  }

  /** A grant or keepalive, sent at `sentMs`, was acknowledged. */
  acknowledged(id: bigint, ttlSeconds: number, sentMs: number): void {
    const untilMs = sentMs + (ttlSeconds * 1000) / (1 + this.drift);
    this.promised.set(id, Math.max(untilMs, this.promised.get(id) ?? 0));
    const end = this.truth().leaseEnds.get(id);
    if (end !== undefined) this.ended(id, end);
  }

  revoking(id: bigint): void {
    this.ending.add(id);
  }

  /** The lease is gone from the true state. */
  ended(id: bigint, { atMs, expired }: LeaseEnd): void {
    const untilMs = this.promised.get(id) ?? 0;
    if (expired) {
      demand(
        atMs >= untilMs,
        () => `lease ${id} expired at ${atMs.toFixed(0)} ms and was promised until ${untilMs.toFixed(0)} ms`,
      );
    } else {
      demand(this.ending.has(id), () => `lease ${id} was revoked, and nobody had asked for it`);
    }
  }

  /** A keepalive was told that there is no such lease. */
  denied(id: bigint, sentMs: number, nowMs: number): void {
    const lives = this.truth().model.leases.has(id) && !this.ending.has(id);
    const untilMs = this.promised.get(id) ?? 0;
    demand(
      !lives || nowMs >= untilMs,
      () => `lease ${id}, promised until ${untilMs.toFixed(0)} ms, was denied (asked at ${sentMs.toFixed(0)} ms)`,
    );
  }
}
