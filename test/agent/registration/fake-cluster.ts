// A small etcd in memory for the registration loop: keys with revisions on leases that expire by a simulated clock, put,
// the transactions that registration sends, and leases. Anything else fails the test by throwing. Honest where it
// matters: a put under an unknown lease is refused, revoking or expiring a lease deletes its keys, calls take a turn.

import type { Call, Inbound, Outbound } from '../../../common/api/call.ts';
import { apiError } from '../../../common/api/errors.ts';
import {
  type Compare,
  CompareCompareTarget,
  DeleteRangeResponse,
  KeyValue,
  LeaseGrantResponse,
  type LeaseKeepAliveRequest,
  LeaseKeepAliveResponse,
  LeaseRevokeResponse,
  type PutRequest,
  PutResponse,
  RangeResponse,
  ResponseHeader,
  ResponseOp,
  type TxnRequest,
  TxnResponse,
} from '../../../common/api/generated/messages.ts';
import { methods, type Service } from '../../../common/api/generated/service.ts';
import { TransportError } from '../../../common/wire/grpc/transport-error.ts';
import type { SimulatedClock } from '../../common/client/simulated-clock.ts';

/** Simulated time that a call takes. */
const CALL_MS = 1;

interface Lease {
  readonly ttl: number;
  expiresMs: number;
}

export class FakeCluster {
  clusterId = 7n;
  revision = 1;
  readonly keys = new Map<string, KeyValue>();
  readonly leases = new Map<bigint, Lease>();
  /** One line a call that reached the cluster: `put /a`, `txn`, `grant`, `revoke`. */
  readonly calls: string[] = [];
  /** While true every call fails and streams are cut. */
  #away = false;
  /** Keys whose puts are refused. */
  readonly refusedKeys = new Set<string>();
  /** Puts are carried out, but their answers are lost. */
  losesAnswers = false;
  /** As a cluster with a lower --max-txn-ops does. */
  refusesTransactions = false;
  running = 0;
  runningMax = 0;
  readonly service: Service;
  readonly #clock: SimulatedClock;
  readonly #streams = new Set<Outbound<LeaseKeepAliveResponse>>();

  constructor(clock: SimulatedClock) {
    this.#clock = clock;
    this.service = this.#build();
  }

  get away(): boolean {
    return this.#away;
  }

  set away(away: boolean) {
    this.#away = away;
    if (!away) return;
    const streams = [...this.#streams];
    this.#streams.clear();
    for (const out of streams) out.fail(new TransportError('connection lost', false));
  }

  /** `key=value` of what is there, in key order; JSON values by their status. */
  contents(): string[] {
    this.#expire();
    return [...this.keys.values()].map(({ key, value }) => `${key}=${value}`).sort();
  }

  /** The lease of a key; undefined when it is not there. */
  leaseOf(key: string): bigint | undefined {
    this.#expire();
    return this.keys.get(key)?.lease;
  }

  /** Somebody else writes. */
  put(key: string, value: string, lease = 0n): void {
    this.#put({ key: Buffer.from(key), value: Buffer.from(value), lease } as PutRequest);
  }

  grant(id: bigint, ttl: number): void {
    this.leases.set(id, { ttl, expiresMs: this.#clock.monotonicMs() + ttl * 1000 });
  }

  revoke(id: bigint): void {
    this.leases.delete(id);
    for (const [key, { lease }] of this.keys) if (lease === id) this.keys.delete(key);
    this.revision++;
  }

  /** Everything is gone, as with an empty data directory. */
  wipe(): void {
    this.keys.clear();
    this.leases.clear();
    this.revision = 1;
  }

  #expire(): void {
    for (const [id, { expiresMs }] of this.leases) if (expiresMs <= this.#clock.monotonicMs()) this.revoke(id);
  }

  #header(): ResponseHeader {
    return ResponseHeader.create({ clusterId: this.clusterId, memberId: 1n, revision: this.revision, raftTerm: 2 });
  }

  #put({ key, value, lease }: PutRequest): PutResponse {
    if (lease !== 0n && !this.leases.has(lease)) throw apiError('leaseNotFound');
    const name = key.toString();
    const prevKv = this.keys.get(name);
    const modRevision = ++this.revision;
    this.keys.set(name, KeyValue.create({ key, value, lease, modRevision }));
    return PutResponse.create({ header: this.#header(), prevKv });
  }

  #holds({ key, target, lease }: Compare): boolean {
    if (target !== CompareCompareTarget.LEASE) throw new Error(`FakeCluster compares no ${target}`);
    return (this.keys.get(key.toString())?.lease ?? 0n) === lease;
  }

  #txn({ compare, success, failure }: TxnRequest): TxnResponse {
    if (success.length > 128 || this.refusesTransactions) throw apiError('tooManyOps');
    const succeeded = compare.every((each) => this.#holds(each));
    const responses = (succeeded ? success : failure).map(({ requestRange, requestDeleteRange }) => {
      if (requestRange !== undefined) {
        const kv = this.keys.get(requestRange.key.toString());
        const kvs = kv === undefined ? [] : [{ ...kv, value: requestRange.keysOnly ? Buffer.alloc(0) : kv.value }];
        return ResponseOp.create({ responseRange: RangeResponse.create({ header: this.#header(), kvs }) });
      }
      if (requestDeleteRange === undefined) throw new Error('FakeCluster has no such operation');
      const deleted = this.keys.delete(requestDeleteRange.key.toString()) ? 1 : 0;
      this.revision += deleted;
      return ResponseOp.create({ responseDeleteRange: DeleteRangeResponse.create({ deleted }) });
    });
    return TxnResponse.create({ header: this.#header(), succeeded, responses });
  }

  #keepAlive(_call: Call, out: Outbound<LeaseKeepAliveResponse>): Inbound<LeaseKeepAliveRequest> {
    if (this.#away) out.fail(new TransportError('connection refused', true));
    else this.#streams.add(out);
    return {
      message: ({ id }) => {
        if (!this.#streams.has(out)) return;
        this.#expire();
        const lease = this.leases.get(id);
        if (lease !== undefined) lease.expiresMs = this.#clock.monotonicMs() + lease.ttl * 1000;
        out.send(LeaseKeepAliveResponse.create({ header: this.#header(), id, ttl: lease?.ttl ?? 0 }));
      },
      end: () => {},
      cancel: () => this.#streams.delete(out),
    };
  }

  async #answer<T>(name: string, answer: () => T): Promise<T> {
    this.running++;
    this.runningMax = Math.max(this.runningMax, this.running);
    await new Promise<void>((resolve) => this.#clock.after(CALL_MS, resolve));
    this.running--;
    if (this.#away) throw new TransportError('connection refused', true);
    this.#expire();
    this.calls.push(name);
    return answer();
  }

  #build(): Service {
    const own: Partial<Service> = {
      put: (request) =>
        this.#answer(`put ${request.key}`, () => {
          if (this.refusedKeys.has(request.key.toString())) throw apiError('permissionDenied');
          const response = this.#put(request);
          if (this.losesAnswers) throw new TransportError('connection lost', false);
          return response;
        }),
      txn: (request) => this.#answer('txn', () => this.#txn(request)),
      leaseGrant: ({ id, ttl }) =>
        this.#answer('grant', () => {
          if (this.leases.has(id)) throw apiError('leaseExists');
          this.grant(id, ttl);
          return LeaseGrantResponse.create({ header: this.#header(), id, ttl });
        }),
      leaseRevoke: ({ id }) =>
        this.#answer('revoke', () => {
          if (!this.leases.has(id)) throw apiError('leaseNotFound');
          this.revoke(id);
          return LeaseRevokeResponse.create({ header: this.#header() });
        }),
      leaseKeepAlive: (call, out) => this.#keepAlive(call, out),
    };
    const missing = Object.keys(methods).filter((name) => !(name in own));
    const refuse = (name: string) => (): never => {
      throw new Error(`FakeCluster has no ${name}`);
    };
    return { ...own, ...Object.fromEntries(missing.map((name) => [name, refuse(name)])) } as Service;
  }
}
