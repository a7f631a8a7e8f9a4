// A client that does one thing after the other on members of its choice: puts, deletes, reads, transactions, compactions, and
// leases that it keeps alive for a while. Every answer goes to the history.

import type { MaybePromise } from '../../common/api/call.ts';
import { apiError, errorKeyOf } from '../../common/api/errors.ts';
import {
  CompactionRequest,
  Compare,
  CompareCompareResult,
  CompareCompareTarget,
  DeleteRangeRequest,
  LeaseGrantRequest,
  type LeaseKeepAliveResponse,
  LeaseRevokeRequest,
  PutRequest,
  RangeRequest,
  RequestOp,
  TxnRequest,
} from '../../common/api/generated/messages.ts';
import type { Service } from '../../common/api/generated/service.ts';
import type { Random } from '../../common/runtime/random.ts';
import { type CallEnd, type Caller, call } from './caller.ts';
import type { Floor, History } from './history.ts';
import { demand, type Journal } from './journal.ts';
import type { LeaseBook } from './lease-book.ts';
import type { SimMember } from './member.ts';
import type { CallKind, WorldOptions } from './options.ts';
import type { Timeline } from './timeline.ts';
import type { Truth } from './truth.ts';

const leasesMax = 3;
const ttlSecondsMax = 4;
export const keyPrefix = 'k';
/** Behind every key. */
export const keysEnd: Buffer = Buffer.from('l');

export interface ClientParts {
  readonly name: string;
  readonly world: WorldOptions;
  readonly timeline: Timeline;
  readonly random: Random;
  readonly journal: Journal;
  readonly caller: Caller;
  readonly history: History;
  readonly truth: Truth;
  readonly leases: LeaseBook;
  readonly members: () => readonly SimMember[];
}

interface OwnLease {
  readonly id: bigint;
  readonly ttlSeconds: number;
  keepAlives: number;
}

export class SimClient {
  private readonly parts: ClientParts;
  private readonly does: Readonly<Record<CallKind, () => void>> = {
    put: () => this.put(),
    delete: () => this.delete(),
    read: () => this.read(false),
    readSerializable: () => this.read(true),
    txn: () => this.compareAndSet(),
    compact: () => this.compact(),
    grant: () => this.grant(),
    keepAlive: () => this.keepAlive(),
    revoke: () => this.revoke(),
  };
  private leases: OwnLease[] = [];
  private written = 0;
  private stopped = false;

  constructor(parts: ClientParts) {
    this.parts = parts;
    this.rest();
  }

  stop(): void {
    this.stopped = true;
  }

  private rest(): void {
    const { timeline, random, world } = this.parts;
    timeline.after(2 * random.next() * world.thinkMs, () => {
      if (!this.stopped) this.act();
    });
  }

  private act(): void {
    const { calls } = this.parts.world;
    const kinds = Object.entries(calls) as [CallKind, number][];
    let dice = this.parts.random.next() * kinds.reduce((sum, [, weight]) => sum + weight, 0);
    let chosen = kinds[0]![0];
    for (const [kind, weight] of kinds) {
      chosen = kind;
      dice -= weight;
      if (dice < 0) break;
    }
    this.does[chosen]();
  }

  /** Asks one of the members; `answered` gets the answer. What else may come of it changes nothing that is known. */
  private ask<T>(
    what: string,
    work: (service: Service) => MaybePromise<T>,
    answered: (answer: T, floor: Floor) => void,
  ): void {
    const { caller, history, journal, name, random } = this.parts;
    const members = this.parts.members();
    const member = members[random.below(members.length)]!;
    const floor = history.floor();
    const line = `${name} @${member.name} ${what}`;
    journal.note(line);
    caller.ask(member, work, (end: CallEnd<T>) => {
      journal.note(`${line}: ${endText(end)}`);
      if (end.kind === 'answer') answered(end.answer, floor);
      else if (end.kind === 'error') this.checkError(line, end.error);
      this.rest();
    });
  }

  /** Errors are answers too: only those of the table, and none that means a defect. */
  private checkError(line: string, error: Error): void {
    const key = errorKeyOf(error);
    demand(key !== undefined && key !== 'corrupt', () => `${line} failed: ${error.stack}`);
  }

  private key(): string {
    return `${keyPrefix}${this.parts.random.below(this.parts.world.keys)}`;
  }

  /** A value that nobody else ever puts. */
  private value(): string {
    return `${this.parts.name}.${++this.written}`;
  }

  // ---- keys

  private put(): void {
    const { random, history } = this.parts;
    const lease = random.below(3) === 0 ? this.someLease() : undefined;
    const key = this.key();
    const value = this.value();
    const request = PutRequest.create({
      key: Buffer.from(key),
      value: Buffer.from(value),
      prevKv: random.below(2) === 0,
      lease: lease?.id ?? 0n,
    });
    const what = `put ${key}=${value}${lease === undefined ? '' : ` lease ${lease.id}`}`;
    this.ask(
      what,
      (service) => service.put(request, call),
      (answer, floor) => history.marked(what, value, floor, answer),
    );
  }

  private delete(): void {
    const key = this.key();
    const wide = this.parts.random.below(8) === 0;
    const request = DeleteRangeRequest.create({
      key: Buffer.from(wide ? keyPrefix : key),
      rangeEnd: wide ? keysEnd : Buffer.alloc(0),
      prevKv: this.parts.random.below(2) === 0,
    });
    const what = `delete ${wide ? 'all' : key}`;
    this.ask(
      what,
      (service) => service.deleteRange(request, call),
      (answer, floor) => this.parts.history.deleted(what, request, floor, answer),
    );
  }

  private read(serializable: boolean): void {
    const { random, history } = this.parts;
    const wide = random.below(2) === 0;
    const key = wide ? keyPrefix : this.key();
    const known = history.floor().revision;
    const revision = random.below(6) === 0 ? 1 + random.below(known) : 0;
    const request = RangeRequest.create({
      key: Buffer.from(key),
      rangeEnd: wide ? keysEnd : Buffer.alloc(0),
      serializable,
      revision,
    });
    const what = `${serializable ? 'serializable ' : ''}range ${wide ? 'all' : key}${revision === 0 ? '' : ` at ${revision}`}`;
    this.ask(
      what,
      (service) => service.range(request, call),
      (answer, floor) => history.read(what, request, serializable ? undefined : floor, answer),
    );
  }

  private compareAndSet(): void {
    const { random, history } = this.parts;
    const key = Buffer.from(this.key());
    const value = this.value();
    const compare = Compare.create({
      key,
      target: CompareCompareTarget.MOD,
      result: random.below(2) === 0 ? CompareCompareResult.LESS : CompareCompareResult.GREATER,
      modRevision: random.below(history.floor().revision + 2),
    });
    const read = RequestOp.create({
      requestRange: RangeRequest.create({ key: Buffer.from(keyPrefix), rangeEnd: keysEnd }),
    });
    const put = RequestOp.create({ requestPut: PutRequest.create({ key, value: Buffer.from(value), prevKv: true }) });
    const request = TxnRequest.create({ compare: [compare], success: [put, read], failure: [read] });
    const what = `txn ${key.toString()}=${value}`;
    this.ask(
      what,
      (service) => service.txn(request, call),
      (answer, floor) => history.marked(what, value, floor, answer),
    );
  }

  private compact(): void {
    const { random, history, truth } = this.parts;
    const revision = 1 + random.below(history.floor().revision);
    const request = CompactionRequest.create({ revision, physical: random.below(2) === 0 });
    this.ask(
      `compact ${revision}`,
      (service) => service.compact(request, call),
      () => {
        const { compactRevision } = truth.model;
        demand(
          compactRevision >= revision,
          () => `a compaction to ${revision} was acknowledged, ${compactRevision} is in the log`,
        );
      },
    );
  }

  // ---- leases

  private someLease(): OwnLease | undefined {
    return this.leases[this.parts.random.below(leasesMax)];
  }

  private grant(): void {
    if (this.leases.length >= leasesMax) {
      this.rest();
      return;
    }
    const { random, leases, truth } = this.parts;
    const request = LeaseGrantRequest.create({ ttl: 1 + random.below(ttlSecondsMax) });
    this.ask(
      'grant',
      (service) => service.leaseGrant(request, call),
      ({ id, ttl }, floor) => {
        const isKnown = truth.model.leases.has(id) || truth.leaseEnds.has(id);
        demand(isKnown, () => `lease ${id} was granted and is in no log`);
        this.leases.push({ id, ttlSeconds: ttl, keepAlives: 1 + random.below(8) });
        leases.acknowledged(id, ttl, floor.atMs);
      },
    );
  }

  private keepAlive(): void {
    const lease = this.someLease();
    if (lease === undefined) {
      this.rest();
      return;
    }
    // Given up: it is to expire by itself.
    if (lease.keepAlives-- <= 0) {
      this.leases = this.leases.filter((other) => other !== lease);
      this.rest();
      return;
    }
    const { leases, timeline } = this.parts;
    const { id } = lease;
    this.ask(
      `keepalive ${id}`,
      (service) => keepAliveOnce(service, id),
      ({ ttl }, floor) => {
        if (ttl > 0) {
          leases.acknowledged(id, ttl, floor.atMs);
          return;
        }
        leases.denied(id, floor.atMs, timeline.nowMs);
        this.leases = this.leases.filter((other) => other !== lease);
      },
    );
  }

  private revoke(): void {
    const lease = this.someLease();
    if (lease === undefined) {
      this.rest();
      return;
    }
    const { leases, truth } = this.parts;
    const { id } = lease;
    this.leases = this.leases.filter((other) => other !== lease);
    leases.revoking(id);
    this.ask(
      `revoke ${id}`,
      (service) => service.leaseRevoke(LeaseRevokeRequest.create({ id }), call),
      () => {
        demand(truth.leaseEnds.has(id), () => `the revocation of lease ${id} was acknowledged and is in no log`);
      },
    );
  }
}

/** One message on a stream of its own. */
function keepAliveOnce(service: Service, id: bigint): Promise<LeaseKeepAliveResponse> {
  return new Promise((resolve, reject) => {
    const inbound = service.leaseKeepAlive(call, {
      writable: true,
      send: (message) => {
        resolve(message);
        return true;
      },
      onDrain: () => {},
      end: () => reject(apiError('stopped')),
      fail: reject,
    });
    inbound.message({ id });
  });
}

function endText<T>(end: CallEnd<T>): string {
  if (end.kind === 'error') return end.error.message;
  if (end.kind !== 'answer') return end.kind;
  const { header } = end.answer as { header?: { revision: number } };
  return header === undefined ? 'done' : `done at ${header.revision}`;
}
