// The registration loop: makes the cluster hold what is desired, under one lease, for as long as this process lives, and
// nothing afterwards. One pass at a time: look at the keys if there is reason to, plan (reconcile.ts), call, remember.
// Passes are started by a change of what is desired, a new lease, a due deferral, the audit timer, or back-off.
// What is desired is the owner's business (agent.ts, run.ts); keeping the lease alive is the lease keeper's.

import type { Service } from '../../common/api/generated/service.ts';
import { type Backoff, createBackoff } from '../../common/client/backoff.ts';
import { createLeaseKeeper, type LeaseKeeper } from '../../common/client/lease-keeper.ts';
import type { Logger } from '../../common/log.ts';
import type { Clock, Timer } from '../../common/runtime/clock.ts';
import type { Random } from '../../common/runtime/random.ts';
import { atMost, withDeadline } from '../at-most.ts';
import type { DesiredRecords } from './desired-records.ts';
import { type LeaseJournal, noLeaseJournal } from './lease-journal.ts';
import { judge, type Publication, reconcile } from './reconcile.ts';
import { deleteOwned, observeKeys, putRecord } from './record-calls.ts';
import { RetiredLeases } from './retired-leases.ts';
import { runBounded } from './run-bounded.ts';

/** Calls of one pass under way at once. */
const CALLS_RUNNING_MAX = 64;
const BACKOFF = { minMs: 200, maxMs: 10_000 } as const;
/** A change in the wording of check output alone is written at most this often. */
const WORDING_DELAY_MS = 60_000;
/** The audit comes once a lease TTL: then no damage lasts longer than the death of an agent would. */
const AUDIT_PERIOD_MIN_MS = 10_000;
const KEYS_LOGGED_MAX = 5;
/** A disk that hangs costs the next incarnation some knowledge, but not this one its registrations. */
const JOURNAL_PATIENCE_MS = 1000;
const UNREGISTERED_PATIENCE_MS = 500;

export interface RegistrarOptions {
  readonly service: Service;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly node: string;
  readonly leaseTtlSeconds: number;
  readonly journal?: LeaseJournal;
}

export interface RegistrarCounters {
  puts: number;
  deletes: number;
  failures: number;
  leasesGranted: number;
  leasesLost: number;
  audits: number;
  /** Keys that an audit found damaged and that were put again. */
  repairs: number;
}

export class Registrar {
  readonly counters: RegistrarCounters = {
    ...{ puts: 0, deletes: 0, failures: 0, leasesGranted: 0, leasesLost: 0, audits: 0, repairs: 0 },
  };
  readonly #options: RegistrarOptions;
  readonly #backoff: Backoff;
  readonly #keeper: LeaseKeeper;
  readonly #retired: RetiredLeases;
  readonly #published = new Map<string, Publication>();
  /** undefined until the owner has said it for the first time: half a list must not pass for the whole. */
  #desired: DesiredRecords | undefined;
  #leaseId: bigint | undefined;
  #auditDue = false;
  /** A pass is wanted that has not started. */
  #wanted = false;
  /** A loop is about to start at the end of this turn. */
  #kicked = false;
  #running = false;
  #stopped = false;
  #retry: Timer | undefined;
  #audit: Timer | undefined;
  #due: Timer | undefined;
  #failing = false;
  readonly #idleListeners = new Set<() => void>();

  constructor(options: RegistrarOptions) {
    const { clock, log, random, service } = options;
    this.#options = options;
    this.#backoff = createBackoff({ ...BACKOFF, random });
    this.#retired = new RetiredLeases(options.journal ?? noLeaseJournal, options.node);
    this.#keeper = createLeaseKeeper(service, {
      ...{ clock, random, log, ttlSeconds: options.leaseTtlSeconds },
      onGranted: (leaseId) => this.#granted(leaseId),
      onLost: () => this.#lost(),
      onTrouble: (error) => this.#trouble(error),
    });
  }

  /** The lease in force; undefined while there is none. */
  get leaseId(): bigint | undefined {
    return this.#leaseId;
  }

  /** What became of a desired key. */
  stateOf(key: string): 'registered' | 'pending' | 'yielded' {
    const known = this.#published.get(key);
    if (known?.kind === 'yielded') return 'yielded';
    const wanted = this.#desired?.get(key);
    return known !== undefined && known.leaseId === this.#leaseId && known.essence === wanted?.essence
      ? 'registered'
      : 'pending';
  }

  /** Replaces what is desired as a whole. Takes effect as soon as there is a lease. */
  setDesired(desired: DesiredRecords): void {
    this.#desired = desired;
    this.#want();
  }

  /** Resolves when the cluster holds what is desired and nothing else of ours. */
  idle(): Promise<void> {
    if (this.#isIdle()) return Promise.resolve();
    return new Promise((resolve) => this.#idleListeners.add(resolve));
  }

  /** Takes everything back at once by revoking the lease; without a cluster it gives up after `timeoutMs`. */
  async stop(timeoutMs: number): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#retry?.cancel();
    this.#audit?.cancel();
    this.#due?.cancel();
    // Without a lease there is next to nothing to take back: only a grant whose answer is still on its way.
    const patienceMs = this.#leaseId === undefined ? Math.min(timeoutMs, UNREGISTERED_PATIENCE_MS) : timeoutMs;
    // The keeper first waits for a grant that is under way, which may take longer than whoever stops us has.
    await withDeadline(this.#options.clock, patienceMs, this.#keeper.revoke(patienceMs));
  }

  #granted(leaseId: bigint): void {
    this.#options.log.info('lease granted', { lease: leaseId.toString(16) });
    this.counters.leasesGranted++;
    this.#leaseId = leaseId;
    this.#retired.granted(leaseId);
    // After a lost lease somebody else may have claimed a key; the first claim of this process needs no look.
    this.#auditDue = this.#published.size > 0;
    this.#backoff.reset();
    this.#want();
  }

  /** The keeper has logged it. */
  #lost(): void {
    this.counters.leasesLost++;
    this.#leaseId = undefined;
  }

  #trouble(error: Error): void {
    if (!this.#failing) this.#options.log.warn('trouble with the cluster; retrying', { error: error.message });
    this.#failing = true;
  }

  #isIdle(): boolean {
    return !this.#wanted && !this.#running && this.#retry === undefined && this.#leaseId !== undefined;
  }

  #want(): void {
    this.#wanted = true;
    if (this.#kicked || this.#running || this.#stopped) return;
    this.#kicked = true;
    this.#options.clock.atTurnEnd(() => {
      this.#kicked = false;
      void this.#loop();
    });
  }

  async #loop(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    while (this.#wanted && this.#leaseId !== undefined && this.#desired !== undefined && !this.#stopped) {
      this.#wanted = false;
      this.#retry?.cancel();
      this.#retry = undefined;
      const failure = await this.#pass(this.#leaseId, this.#desired).catch((error: unknown) => error);
      if (failure === undefined) this.#succeeded();
      else this.#failed(failure);
    }
    this.#running = false;
    if (!this.#isIdle()) return;
    for (const listener of this.#idleListeners) listener();
    this.#idleListeners.clear();
  }

  #succeeded(): void {
    this.#backoff.reset();
    if (this.#failing) this.#options.log.info('registration works again');
    this.#failing = false;
  }

  #failed(failure: unknown): void {
    const { clock, log } = this.#options;
    this.counters.failures++;
    const error = failure instanceof Error ? failure.message : String(failure);
    if (!this.#failing) log.warn('registration failed; retrying', { error });
    this.#failing = true;
    if (this.#stopped) return;
    this.#retry = clock.after(this.#backoff.nextMs(), () => this.#wantAgain());
  }

  #wantAgain(): void {
    this.#retry = undefined;
    this.#want();
  }

  /**
   * One pass under one lease. Rejects with the first failure after having tried everything: an audit that fails must not
   * keep records from being put, and one record that the cluster refuses not the others.
   */
  async #pass(leaseId: bigint, desired: DesiredRecords): Promise<void> {
    const { clock, service } = this.#options;
    const auditFailure = this.#auditDue ? await this.#auditKeys().catch((error: unknown) => error) : undefined;
    const plan = reconcile({
      desired,
      published: this.#published,
      leaseId,
      nowMs: clock.monotonicMs(),
      wordingDelayMs: WORDING_DELAY_MS,
    });
    await atMost(clock, JOURNAL_PATIENCE_MS, this.#retired.recorded);
    for (const key of plan.forgotten) this.#published.delete(key);
    this.#due?.cancel();
    if (plan.nextDueMs !== undefined) this.#due = clock.after(plan.nextDueMs, () => this.#want());
    const calls = [
      ...plan.deletes.map((key) => () => this.#delete(key, leaseId)),
      ...plan.puts.map((key) => () => this.#put(key, leaseId)),
    ];
    await runBounded(calls, CALLS_RUNNING_MAX);
    await this.#retired.revokeAll(service);
    if (auditFailure !== undefined) throw auditFailure;
    if (this.#audit === undefined) this.#scheduleAudit();
  }

  async #put(key: string, leaseId: bigint): Promise<void> {
    const { clock, log, service } = this.#options;
    // The newest, not the planned one: with thousands of records a pass takes longer than a check.
    const record = this.#desired?.get(key);
    if (record === undefined) return;
    const claimed = !this.#published.has(key);
    const putAtMs = clock.monotonicMs();
    // Noted before the call: a put that times out may still arrive, and must then be found and taken back.
    this.#published.set(key, { kind: 'held', value: '', essence: '', leaseId, modRevision: 0, putAtMs });
    const outcome = await putRecord(service, { key, value: record.value, leaseId });
    this.counters.puts++;
    const { modRevision } = outcome;
    this.#published.set(key, { kind: 'held', ...record, leaseId, modRevision, putAtMs });
    this.#retired.clusterIs(outcome.clusterId);
    if (!claimed) return;
    const { previousLeaseId } = outcome;
    if (previousLeaseId === 0n || previousLeaseId === leaseId || this.#retired.has(previousLeaseId)) {
      log.info('registered', { key });
    } else {
      log.warn('registered over the registration of another holder', { key, lease: previousLeaseId.toString(16) });
    }
  }

  async #delete(key: string, leaseId: bigint): Promise<void> {
    await deleteOwned(this.#options.service, key, leaseId);
    this.counters.deletes++;
    this.#published.delete(key);
    this.#options.log.info('deregistered', { key });
  }

  /** Compares what we believe with what is there, and corrects the belief; the plan that follows does the rest. */
  async #auditKeys(): Promise<void> {
    const { log, service } = this.#options;
    const seen = await observeKeys(service, [...this.#published.keys()]);
    this.counters.audits++;
    this.#auditDue = false;
    const ours = this.#retired.all();
    const damaged: string[] = [];
    for (const [key, known] of this.#published) {
      const observation = seen.get(key);
      const verdict = judge(known, observation, ours);
      if (verdict === 'damaged') {
        this.#published.delete(key);
        damaged.push(key);
      } else if (verdict === 'taken' && known.kind === 'held') {
        const leaseId = observation?.leaseId ?? 0n;
        this.#published.set(key, { kind: 'yielded', leaseId });
        log.warn('another holder registered this key; leaving it alone until it goes', {
          ...{ key, lease: leaseId.toString(16) },
        });
      }
    }
    if (damaged.length === 0) return;
    this.counters.repairs += damaged.length;
    const keys = damaged.slice(0, KEYS_LOGGED_MAX).join(' ');
    log.warn('registrations were missing or changed; putting them again', { count: damaged.length, keys });
  }

  #scheduleAudit(): void {
    const { clock, leaseTtlSeconds, random } = this.#options;
    if (this.#stopped) return;
    const periodMs = Math.max(AUDIT_PERIOD_MIN_MS, leaseTtlSeconds * 1000) * (0.9 + random.next() / 5);
    this.#audit = clock.after(periodMs, () => {
      this.#audit = undefined;
      this.#auditDue = true;
      this.#want();
    });
  }
}
