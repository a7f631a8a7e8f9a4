// The Lease calls of a core node. Grants and revocations go through the log; keepalives do not: the leader moves its
// own deadline and answers, once a majority has confirmed that it leads.

import type { Call, Inbound, Outbound } from '../../common/api/call.ts';
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
    /** Answers go out in the order of the requests: each waits for the one before, if that one waits. */
    let last: Promise<void> | undefined;
    call.onCancel(() => {
      open = false;
    });
    const failed = (error: Error): void => {
      if (!open) return;
      open = false;
      out.fail(error);
    };
    const later = (work: () => Promise<void>): void => {
      const settled = (last ?? Promise.resolve()).then(work).catch(failed);
      last = settled;
      void settled.then(() => {
        if (last === settled) last = undefined;
      });
    };
    return {
      message: ({ id }) => {
        if (!open) return;
        // All at once, so that they share rounds; only the answers wait for one another.
        const renewing = this.parts.replica.renewLease(id);
        // A failure is told when its turn comes; until then it must not count as unhandled.
        renewing.catch(() => undefined);
        later(async () => {
          const ttl = await renewing;
          if (open) out.send(this.renewed(id, ttl));
        });
      },
      end: () =>
        later(async () => {
          if (open) out.end();
          open = false;
        }),
      cancel: () => {
        open = false;
      },
    };
  }

  /** A lease that is gone is no error: TTL 0 says so (etcd v3rpc/lease.go). */
  private renewed(id: bigint, ttl: number | null): LeaseKeepAliveResponse {
    return { header: this.parts.headers.now(), id, ttl: ttl ?? 0 };
  }

  async leaseTimeToLive(request: LeaseTimeToLiveRequest): Promise<LeaseTimeToLiveResponse> {
    const { lessor, headers, replica } = this.parts;
    // The leader knows the deadline; which keys hang on the lease every member knows.
    const ttl = await replica.remainingTtl(request.id);
    const lease = lessor.lookup(request.id);
    if (lease === undefined || ttl === null) {
      return LeaseTimeToLiveResponse.create({ header: headers.now(), id: request.id, ttl: -1 });
    }
    return {
      header: headers.now(),
      id: lease.id,
      ttl,
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
