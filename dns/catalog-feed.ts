// Keeps the catalog and the bootstrap names in step with the cluster, and says how much they are worth: loading, live,
// stale while the cluster is away, expired once it has been away for too long. A mirror a key layout does the reading;
// the member list has no watch in etcd's API, so it is asked for now and then.

import { MemberListRequest, type MemberListResponse } from '../common/api/generated/messages.ts';
import type { Service } from '../common/api/generated/service.ts';
import { createMirror, type Mirror, type MirrorState } from '../common/client/mirror.ts';
import { outgoingCall } from '../common/client/outgoing-call.ts';
import type { Logger } from '../common/log.ts';
import type { Catalog } from '../common/registry/catalog.ts';
import type { KeyLayout } from '../common/registry/key-layout.ts';
import type { Clock, Timer } from '../common/runtime/clock.ts';
import type { Random } from '../common/runtime/random.ts';
import type { BootstrapNames } from './bootstrap.ts';
import type { Freshness } from './resolver.ts';

const memberListPeriodMs = 30_000;
const memberListRetryMs = 2_000;
const memberListTimeoutMs = 5_000;

export interface CatalogFeedOptions {
  readonly service: Service;
  readonly catalog: Catalog;
  readonly bootstrap: BootstrapNames;
  readonly staleForMs: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

export class CatalogFeed {
  readonly #options: CatalogFeedOptions;
  readonly #mirrors: Mirror[] = [];
  readonly #states = new Map<KeyLayout, MirrorState>();
  #freshness: Freshness = 'loading';
  #expiry: Timer | undefined;
  #memberTimer: Timer | undefined;
  #memberError = '';
  #isClosed = false;

  constructor(options: CatalogFeedOptions) {
    this.#options = options;
  }

  get freshness(): Freshness {
    return this.#freshness;
  }

  /** Begins to read; returns at once. */
  start(): void {
    const { service, catalog, clock, random, log } = this.#options;
    for (const layout of catalog.layouts) {
      this.#states.set(layout, 'loading');
      const mirror = createMirror(service, {
        clock,
        random,
        log,
        prefix: layout.prefix,
        onSnapshot: (kvs, revision) => catalog.load(layout, kvs, revision),
        onChange: (events, revision) => catalog.apply(layout, events, revision),
        onConnection: (state, error) => this.#onConnection(layout, state, error),
      });
      this.#mirrors.push(mirror);
    }
    void this.#refreshMembers();
  }

  close(): void {
    this.#isClosed = true;
    for (const mirror of this.#mirrors) mirror.close();
    this.#expiry?.cancel();
    this.#memberTimer?.cancel();
  }

  #onConnection(layout: KeyLayout, state: MirrorState, error: Error | undefined): void {
    this.#states.set(layout, state);
    const { catalog, clock, log, staleForMs } = this.#options;
    const before = this.#freshness;
    if ([...this.#states.values()].every((each) => each === 'live')) {
      this.#expiry?.cancel();
      this.#expiry = undefined;
      this.#freshness = 'live';
      if (before !== 'live') log.info('following the registry', { revision: catalog.revision, was: before });
      return;
    }
    if (!catalog.complete) {
      if (state === 'lost') log.warn('the registry cannot be read yet: answering SERVFAIL', fieldsOf(layout, error));
      return;
    }
    if (before !== 'live') return;
    this.#freshness = 'stale';
    this.#expiry = clock.after(staleForMs, () => this.#expire());
    log.warn('the cluster is away: answering from the last known state', fieldsOf(layout, error));
  }

  #expire(): void {
    this.#freshness = 'expired';
    this.#options.log.error('the cluster has been away for too long: answering SERVFAIL', {
      staleForMs: this.#options.staleForMs,
    });
  }

  async #refreshMembers(): Promise<void> {
    const { service, bootstrap, clock, log } = this.#options;
    let delayMs = memberListPeriodMs;
    try {
      // Serializable: any member's view will do, and it is there without a leader, too.
      const request = MemberListRequest.create({ linearizable: false });
      const response: MemberListResponse = await service.memberList(
        request,
        outgoingCall({ timeoutMs: memberListTimeoutMs }),
      );
      if (this.#isClosed) return;
      bootstrap.setMembers(response.members);
      this.#memberError = '';
    } catch (error) {
      if (this.#isClosed) return;
      delayMs = memberListRetryMs;
      const message = error instanceof Error ? error.message : String(error);
      if (message !== this.#memberError) log.warn('the member list cannot be read', { error: message });
      this.#memberError = message;
    }
    this.#memberTimer = clock.after(delayMs, () => void this.#refreshMembers());
  }
}

function fieldsOf(layout: KeyLayout, error: Error | undefined): { prefix: string; error: string | undefined } {
  return { prefix: layout.prefix, error: error?.message };
}
