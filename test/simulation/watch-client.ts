// A client that watches, and comes back to another member where it left off when its stream breaks. It knows all that it
// should have been told: the events of the true history. What it gets must be exactly those, each once, in order, whole
// revisions at a time, with the values that were there before (etcd's watch guarantees).

import type { Outbound } from '../../common/api/call.ts';
import { isApiError } from '../../common/api/errors.ts';
import {
  type Event,
  EventEventType,
  type KeyValue,
  WatchCreateRequest,
  WatchRequest,
  type WatchResponse,
} from '../../common/api/generated/messages.ts';
import type { Random } from '../../common/runtime/random.ts';
import { type Caller, call } from './caller.ts';
import { keyPrefix, keysEnd } from './client.ts';
import { show } from './history.ts';
import { demand, type Journal } from './journal.ts';
import type { SimMember } from './member.ts';
import type { WorldOptions } from './options.ts';
import type { SimProcess } from './process.ts';
import type { Timeline } from './timeline.ts';
import type { TrueEvent, Truth } from './truth.ts';

/** A stream is left for another member now and then. */
const stayMs = 6_000;
/** Messages on their way that fill a stream. */
const windowMax = 4;
const retryMs = 200;

export interface WatchClientParts {
  readonly name: string;
  readonly world: WorldOptions;
  readonly timeline: Timeline;
  readonly random: Random;
  readonly journal: Journal;
  readonly caller: Caller;
  readonly truth: Truth;
  readonly members: () => readonly SimMember[];
}

export class WatchClient {
  readonly name: string;
  /** Everything up to here has been told; undefined before the first answer. */
  cursor: number | undefined;
  received = 0;
  private readonly parts: WatchClientParts;
  /** Undefined: every key. */
  private readonly key: string | undefined;
  private readonly prevKv: boolean;
  private readonly progressNotify: boolean;
  private stream: WatchStreamEnd | undefined;

  constructor(parts: WatchClientParts) {
    const { random, world, name } = parts;
    this.parts = parts;
    this.name = name;
    this.key = random.below(3) === 0 ? `${keyPrefix}${random.below(world.keys)}` : undefined;
    this.prevKv = random.below(2) === 0;
    this.progressNotify = random.below(2) === 0;
    this.connect();
  }

  /** Has it been told all there is? */
  get isUpToDate(): boolean {
    const { truth } = this.parts;
    return this.cursor !== undefined && this.expected(this.cursor, truth.revision).length === 0;
  }

  private expected(after: number, to: number): TrueEvent[] {
    return this.parts.truth.eventsBetween(after, to, (key) => this.key === undefined || key === this.key);
  }

  private connect(): void {
    const { random, timeline, journal, name } = this.parts;
    const members = this.parts.members();
    const member = members[random.below(members.length)]!;
    const startRevision = this.cursor === undefined ? 0 : this.cursor + 1;
    journal.note(`${name} watches @${member.name} from ${startRevision}`);
    const request = WatchRequest.create({
      createRequest: WatchCreateRequest.create({
        key: Buffer.from(this.key ?? keyPrefix),
        rangeEnd: this.key === undefined ? keysEnd : Buffer.alloc(0),
        startRevision,
        prevKv: this.prevKv,
        progressNotify: this.progressNotify,
      }),
    });
    const stream = new WatchStreamEnd(this.parts, member, request, {
      message: (message) => this.take(stream, message),
      broken: () => {
        if (this.stream === stream) timeline.after(retryMs * random.next(), () => this.reconnect(stream));
      },
    });
    this.stream = stream;
    timeline.after(stayMs * 2 * random.next(), () => {
      if (random.below(4) === 0) stream.pauseReading();
      else this.reconnect(stream);
    });
    timeline.after(stayMs * 3, () => this.reconnect(stream));
  }

  private reconnect(from: WatchStreamEnd): void {
    if (this.stream !== from) return;
    this.stream = undefined;
    from.cancel();
    this.connect();
  }

  private take(from: WatchStreamEnd, message: WatchResponse): void {
    if (this.stream !== from) return;
    const { journal, name } = this.parts;
    const { events, created, canceled, compactRevision, header } = message;
    const revision = header!.revision;
    const note = `${events.length} events${created ? ' created' : ''}${canceled ? ` cancelled, compacted ${compactRevision}` : ''}`;
    journal.note(`${name} is told ${note} at ${revision}`);
    if (created) {
      this.cursor ??= revision;
      return;
    }
    const cursor = this.cursor!;
    if (canceled) this.cancelled(from, compactRevision, cursor);
    else if (events.length === 0) this.progressed(revision, cursor);
    else this.told(events, revision, cursor);
  }

  private told(events: readonly Event[], revision: number, cursor: number): void {
    const last = events[events.length - 1]!.kv!.modRevision;
    this.compare(events, this.expected(cursor, last), cursor);
    demand(revision >= last, () => `${this.name} is told of revision ${last} by a header at ${revision}`);
    this.cursor = Math.max(cursor, last);
    this.received += events.length;
  }

  private cancelled(from: WatchStreamEnd, compactRevision: number, cursor: number): void {
    const { truth, name } = this.parts;
    const known = truth.model.compactRevision;
    demand(
      compactRevision > cursor + 1 && compactRevision <= known,
      () => `${name} at ${cursor} is told of a compaction at ${compactRevision}, the log has ${known}`,
    );
    // What was compacted away is lost to it, as the API says.
    this.cursor = compactRevision - 1;
    this.reconnect(from);
  }

  /** "Everything up to here has been sent." */
  private progressed(revision: number, cursor: number): void {
    const missed = this.expected(cursor, revision);
    demand(
      missed.length === 0,
      () => `${this.name} is told of progress to ${revision} without ${missed.length} events behind ${cursor}`,
    );
    this.cursor = Math.max(cursor, revision);
  }

  private compare(events: readonly Event[], expected: readonly TrueEvent[], cursor: number): void {
    const told = inOrder(events.map((event) => this.line(event))).join('; ');
    const true_ = inOrder(expected.map((event) => this.trueLine(event))).join('; ');
    demand(told === true_, () => `${this.name} behind ${cursor} is told [${told}], it should be [${true_}]`);
  }

  private line({ type, kv, prevKv }: Event): Line {
    const { key, modRevision } = kv!;
    const change = type === EventEventType.DELETE ? 'deleted' : show(kv);
    return { revision: modRevision, key: key.toString('latin1'), text: `${change}${this.before(modRevision, prevKv)}` };
  }

  private trueLine({ revision, key, kv, previous }: TrueEvent): Line {
    return { revision, key, text: `${kv === undefined ? 'deleted' : show(kv)}${this.before(revision, previous)}` };
  }

  /** The value before may be gone by compaction. */
  private before(revision: number, previous: KeyValue | undefined): string {
    if (!this.prevKv || revision <= this.parts.truth.model.compactRevision) return '';
    return ` before ${show(previous) ?? 'nothing'}`;
  }
}

interface Line {
  readonly revision: number;
  readonly key: string;
  readonly text: string;
}

/** Revisions as they came, keys within a revision sorted: their order there says nothing. */
function inOrder(lines: readonly Line[]): string[] {
  const sorted = lines.map((line, at) => ({ ...line, at }));
  sorted.sort((a, b) => (a.revision === b.revision ? (a.key < b.key ? -1 : 1) : a.at - b.at));
  return sorted.map(({ revision, key, text }) => `${revision} ${key} ${text}`);
}

interface StreamHandlers {
  message(message: WatchResponse): void;
  broken(): void;
}

/** The client's end of a stream: messages take their time, in order, and what is not read fills it. */
class WatchStreamEnd {
  private readonly parts: WatchClientParts;
  private readonly handlers: StreamHandlers;
  private process: SimProcess | undefined;
  private readonly drainListeners: (() => void)[] = [];
  private unread = 0;
  private arrivesMs = 0;
  private reads = true;
  private readonly held: WatchResponse[] = [];
  private over = false;
  private cancelServer: () => void = () => {};

  constructor(parts: WatchClientParts, member: SimMember, request: WatchRequest, handlers: StreamHandlers) {
    this.parts = parts;
    this.handlers = handlers;
    const { timeline, caller } = parts;
    timeline.after(caller.delayMs(), () => {
      const { process } = member;
      if (this.over) return;
      if (process?.isAlive !== true) return this.break();
      this.process = process;
      caller.onEnd(process, () => this.break());
      process.run(() => {
        if (this.over) return;
        if (member.node === undefined) return this.break();
        try {
          const inbound = member.node.service.watch(call, this.outbound());
          this.cancelServer = () => inbound.cancel();
          inbound.message(request);
        } catch (error) {
          // A learner does not serve watches; transports make an answer of what a call throws.
          demand(isApiError(error, 'notSupportedForLearner'), () => `${parts.name}: ${(error as Error).stack}`);
          this.break();
        }
      });
    });
  }

  private outbound(): Outbound<WatchResponse> {
    const stream = this;
    return {
      get writable() {
        return stream.unread < windowMax;
      },
      send: (message) => {
        this.unread++;
        const { timeline, caller } = this.parts;
        this.arrivesMs = Math.max(this.arrivesMs, timeline.nowMs + caller.delayMs());
        timeline.at(this.arrivesMs, () => this.arrive(message));
        return this.unread < windowMax;
      },
      onDrain: (listener) => void this.drainListeners.push(listener),
      end: () => this.break(),
      fail: () => this.break(),
    };
  }

  private arrive(message: WatchResponse): void {
    if (this.over) return;
    if (!this.reads) {
      this.held.push(message);
      return;
    }
    this.handlers.message(message);
    this.drained(1);
  }

  private drained(messages: number): void {
    this.process?.run(() => {
      const wasFull = this.unread >= windowMax;
      this.unread -= messages;
      if (wasFull && !this.over) for (const listener of this.drainListeners) listener();
    });
  }

  /** A slow reader: for a while nothing is taken. */
  pauseReading(): void {
    this.reads = false;
    this.parts.timeline.after(stayMs, () => {
      this.reads = true;
      const held = this.held.splice(0);
      for (const message of held) if (!this.over) this.handlers.message(message);
      this.drained(held.length);
    });
  }

  private break(): void {
    if (this.over) return;
    this.over = true;
    this.handlers.broken();
  }

  cancel(): void {
    this.over = true;
    this.process?.run(() => this.cancelServer());
  }
}
