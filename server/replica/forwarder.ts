// What only the leader can do, asked of it by the others: proposing a command, renewing a lease, telling how long one
// has left. A request is sent once. Whether a lost one took effect is unknown, so it is never sent again: who waits is
// told when its time is over (jetcd's blind retries cost it acknowledged writes, jepsen.io 2024).

import type { MaybePromise } from '../../common/api/call.ts';
import { apiError, type ErrorKey, errorKeyOf, errorTable } from '../../common/api/errors.ts';
import type { Clock } from '../../common/runtime/clock.ts';
import type { Random } from '../../common/runtime/random.ts';
import { decode, encode } from '../../common/wire/protobuf/codec.ts';
import { Command, ForwardedResult, RemainingTtl } from '../apply/generated/commands.ts';
import { decodeResult, encodeResult } from './command-results.ts';
import type { DriverMessage, Peers } from './peers.ts';

const remainingName = 'remainingTtl';

/** What the leader's side of a request comes down to; `index` is the log index of the command. */
export interface LeaderWork {
  propose(command: Command): Promise<{ response: object; index: number }>;
  /** TTL in seconds, or null when there is no such lease. */
  renew(lease: bigint): MaybePromise<number | null>;
  remaining(lease: bigint): MaybePromise<number | null>;
}

interface Waiting {
  readonly to: bigint;
  readonly deadlineMs: number;
  readonly done: (message: DriverMessage) => void;
  readonly fail: (error: Error) => void;
}

export interface ForwarderOptions {
  readonly peers: Peers;
  readonly clock: Clock;
  readonly random: Random;
  readonly work: LeaderWork;
  readonly requestTimeoutMs: number;
  /** Requests waiting for a leader's answer, at most. */
  readonly waitingMax: number;
  /** Resolves when the entry at `index` is applied here. */
  readonly whenApplied: (index: number) => MaybePromise<void>;
}

export class Forwarder {
  private readonly options: ForwarderOptions;
  private readonly waiting = new Map<bigint, Waiting>();

  constructor(options: ForwarderOptions) {
    this.options = options;
  }

  // ---- asking

  /** Has `leader` propose the command. Resolves once it is applied here too, so that reads here see it. */
  async propose(leader: bigint, command: Command): Promise<object> {
    const deadlineMs = Math.ceil(this.options.requestTimeoutMs);
    const answer = await this.ask(leader, (id) => ({
      kind: 'proposal',
      id,
      command: encode(Command, command),
      deadlineMs,
    }));
    if (answer.kind !== 'proposalDone') throw apiError('timeoutDueToConnectionLost');
    const { index, response } = decode(ForwardedResult, answer.result);
    await this.options.whenApplied(index);
    return decodeResult(command, response);
  }

  async renew(leader: bigint, lease: bigint): Promise<number | null> {
    const answer = await this.ask(leader, (id) => ({ kind: 'keepAlive', id, lease }));
    return answer.kind === 'keepAliveDone' && answer.ttlSeconds > 0 ? answer.ttlSeconds : null;
  }

  async remaining(leader: bigint, lease: bigint): Promise<number | null> {
    const answer = await this.ask(leader, (id) => ({
      kind: 'custom',
      name: remainingName,
      payload: encode(RemainingTtl, { id, lease, answer: false, found: false, remaining: 0 }),
    }));
    if (answer.kind !== 'custom') throw apiError('timeoutDueToConnectionLost');
    const { found, remaining } = decode(RemainingTtl, answer.payload);
    return found ? remaining : null;
  }

  private ask(to: bigint, message: (id: bigint) => DriverMessage): Promise<DriverMessage> {
    return new Promise((done, fail) => {
      if (this.waiting.size >= this.options.waitingMax) return fail(apiError('tooManyRequests'));
      const id = this.options.random.bits64();
      const deadlineMs = this.options.clock.monotonicMs() + this.options.requestTimeoutMs;
      this.waiting.set(id, { to, deadlineMs, done, fail });
      if (this.options.peers.sendDriver(to, message(id))) return;
      // It never left: whoever asked may ask again, of whoever leads then.
      this.waiting.delete(id);
      fail(apiError('notLeader'));
    });
  }

  /** Tells whoever has waited too long; `leader` is the one known now: another than the asked one explains it. */
  expire(nowMs: number, leader: bigint): void {
    for (const [id, waiting] of this.waiting) {
      if (waiting.deadlineMs > nowMs) continue;
      this.waiting.delete(id);
      waiting.fail(apiError(waiting.to === leader ? 'timeout' : 'timeoutDueToLeaderFail'));
    }
  }

  failAll(error: Error): void {
    for (const waiting of this.waiting.values()) waiting.fail(error);
    this.waiting.clear();
  }

  // ---- both sides

  /** Takes in what another member's driver says. */
  receive(from: bigint, message: DriverMessage): void {
    switch (message.kind) {
      case 'proposal':
        this.serveProposal(from, message.id, message.command);
        return;
      case 'keepAlive':
        this.serveKeepAlive(from, message.id, message.lease);
        return;
      case 'custom':
        this.receiveCustom(from, message);
        return;
      case 'proposalFailed':
      case 'keepAliveFailed':
        this.take(from, message.id)?.fail(
          apiError(message.error in errorTable ? (message.error as ErrorKey) : 'timeout'),
        );
        return;
      default:
        this.take(from, message.id)?.done(message);
    }
  }

  private take(from: bigint, id: bigint): Waiting | undefined {
    const waiting = this.waiting.get(id);
    if (waiting === undefined || waiting.to !== from) return undefined;
    this.waiting.delete(id);
    return waiting;
  }

  // ---- answering

  private serveProposal(from: bigint, id: bigint, bytes: Buffer): void {
    const { peers, work } = this.options;
    const command = decode(Command, bytes);
    work.propose(command).then(
      ({ response, index }) => {
        const result = encode(ForwardedResult, { index, response: encodeResult(command, response) });
        peers.sendDriver(from, { kind: 'proposalDone', id, result });
      },
      (error: Error) => peers.sendDriver(from, { kind: 'proposalFailed', id, error: errorKeyOf(error) ?? 'timeout' }),
    );
  }

  private serveKeepAlive(from: bigint, id: bigint, lease: bigint): void {
    const { peers, work } = this.options;
    answer(
      () => work.renew(lease),
      (ttl) => peers.sendDriver(from, { kind: 'keepAliveDone', id, ttlSeconds: ttl ?? 0 }),
      (error) => peers.sendDriver(from, { kind: 'keepAliveFailed', id, error: errorKeyOf(error) ?? 'timeout' }),
    );
  }

  private receiveCustom(from: bigint, message: DriverMessage & { kind: 'custom' }): void {
    if (message.name !== remainingName) return;
    const request = decode(RemainingTtl, message.payload);
    if (request.answer) {
      this.take(from, request.id)?.done(message);
      return;
    }
    const reply = (found: boolean, remaining: number): void => {
      const payload = encode(RemainingTtl, { ...request, answer: true, found, remaining });
      this.options.peers.sendDriver(from, { kind: 'custom', name: remainingName, payload });
    };
    answer(
      () => this.options.work.remaining(request.lease),
      (remaining) => reply(remaining !== null, remaining ?? 0),
      // Silence: the asker's own time runs out.
      () => {},
    );
  }
}

function answer<T>(work: () => MaybePromise<T>, done: (value: T) => void, failed: (error: Error) => void): void {
  try {
    const value = work();
    if (value instanceof Promise) value.then(done, failed);
    else done(value);
  } catch (error) {
    failed(error as Error);
  }
}
