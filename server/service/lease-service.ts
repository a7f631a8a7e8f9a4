// The Lease calls of a core node. Grants and revocations go through the log; keepalives do not: the leader moves its
// own deadline and answers.

import type { Call, Inbound, MaybePromise, Outbound } from '../../common/api/call.ts';
import { apiError } from '../../common/api/errors.ts';
import {
  type LeaseGrantRequest,
  type LeaseGrantResponse,
  type LeaseKeepAliveRequest,
  type LeaseKeepAliveResponse,
  LeaseLeasesResponse,
  type LeaseRevokeRequest,
  type LeaseRevokeResponse,
  type LeaseTimeToLiveRequest,
  LeaseTimeToLiveResponse,
} from '../../common/api/generated/messages.ts';
import type { Service } from '../../common/api/generated/service.ts';
import type { Clock } from '../../common/runtime/clock.ts';
import type { Random } from '../../common/runtime/random.ts';
import type { Quota } from '../cluster/quota.ts';
import { type Lessor, leaseTtlSecondsMax } from '../lease/lessor.ts';
import { keyBytes } from '../mvcc/key-range.ts';
import type { Replica } from '../replica/replica.ts';
import type { Headers } from './headers.ts';
import { emptyCommand } from './kv-service.ts';

export interface LeaseParts {
  readonly lessor: Lessor;
  readonly replica: Replica;
  readonly headers: Headers;
  readonly quota: Quota;
  readonly clock: Clock;
  readonly random: Random;
  /** A shorter TTL is raised to this (etcd: 1.5 election timeouts, rounded up). */
  readonly ttlSecondsMin: number;
}

type LeaseCalls = 'leaseGrant' | 'leaseRevoke' | 'leaseKeepAlive' | 'leaseTimeToLive' | 'leaseLeases';

export class LeaseService implements Pick<Service, LeaseCalls> {
  private readonly parts: LeaseParts;

  constructor(parts: LeaseParts) {
    this.parts = parts;
  }

  async leaseGrant(request: LeaseGrantRequest): Promise<LeaseGrantResponse> {
    const { replica, headers, quota, ttlSecondsMin } = this.parts;
    if (request.ttl > leaseTtlSecondsMax) throw apiError('leaseTtlTooLarge');
    quota.check();
    const id = request.id === 0n ? this.freshId() : request.id;
    const ttl = Math.max(request.ttl, ttlSecondsMin);
    return headers.complete(
      (await replica.propose({ ...emptyCommand, leaseGrant: { id, ttl } })) as LeaseGrantResponse,
    );
  }

  async leaseRevoke(request: LeaseRevokeRequest): Promise<LeaseRevokeResponse> {
    const command = { ...emptyCommand, leaseRevoke: { id: request.id, expiryTerm: 0 } };
    return this.parts.headers.complete((await this.parts.replica.propose(command)) as LeaseRevokeResponse);
  }

  leaseKeepAlive(call: Call, out: Outbound<LeaseKeepAliveResponse>): Inbound<LeaseKeepAliveRequest> {
    let open = true;
    call.onCancel(() => {
      open = false;
    });
    const answer = (id: bigint): void => {
      if (open) out.send(this.renew(id));
    };
    const failed = (error: Error): void => {
      if (!open) return;
      open = false;
      out.fail(error);
    };
    return {
      message: ({ id }) => {
        if (!open) return;
        try {
          const wait = this.whenLeading();
          if (wait instanceof Promise) wait.then(() => answer(id)).catch(failed);
          else answer(id);
        } catch (error) {
          failed(error as Error);
        }
      },
      end: () => {
        // Answers still owed were asked for before: they go out first, as each waits for the same round.
        const finish = (): void => {
          if (open) out.end();
          open = false;
        };
        try {
          const wait = this.whenLeading();
          if (wait instanceof Promise) wait.then(finish).catch(failed);
          else finish();
        } catch (error) {
          failed(error as Error);
        }
      },
      cancel: () => {
        open = false;
      },
    };
  }

  /** Leases are the leader's to extend, and only after it has applied its term's first entry. */
  private whenLeading(): MaybePromise<void> {
    return this.parts.replica.isLeading ? undefined : this.parts.replica.linearize();
  }

  private renew(id: bigint): LeaseKeepAliveResponse {
    const { lessor, headers, clock } = this.parts;
    // A lease that is gone is no error: TTL 0 says so (etcd v3rpc/lease.go).
    return { header: headers.now(), id, ttl: lessor.renew(id, clock.monotonicMs()) ?? 0 };
  }

  async leaseTimeToLive(request: LeaseTimeToLiveRequest): Promise<LeaseTimeToLiveResponse> {
    const { lessor, headers, clock, replica } = this.parts;
    await replica.linearize();
    const lease = lessor.lookup(request.id);
    if (lease === undefined) return LeaseTimeToLiveResponse.create({ header: headers.now(), id: request.id, ttl: -1 });
    return {
      header: headers.now(),
      id: lease.id,
      ttl: lessor.remainingSeconds(lease, clock.monotonicMs()),
      grantedTtl: lease.ttlSeconds,
      keys: request.keys ? [...lease.keys].sort().map(keyBytes) : [],
    };
  }

  async leaseLeases(): Promise<LeaseLeasesResponse> {
    const { lessor, headers, replica } = this.parts;
    await replica.linearize();
    const leases = [...lessor.ids()].sort((a, b) => (a < b ? -1 : 1)).map((id) => ({ id }));
    return LeaseLeasesResponse.create({ header: headers.now(), leases });
  }

  /** Positive, as etcd's are: clients print ids as hexadecimal int64. */
  private freshId(): bigint {
    const { lessor, random } = this.parts;
    for (;;) {
      const id = BigInt.asUintN(63, random.bits64());
      if (id !== 0n && lessor.lookup(id) === undefined) return id;
    }
  }
}
