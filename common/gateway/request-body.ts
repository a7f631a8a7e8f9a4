// Collects the body of a unary HTTP request: bounded in bytes and in time. One sweep serves all bodies under way, as
// a timer for each would cost more than the reading.

import type { IncomingMessage } from 'node:http';
import type { Clock, Timer } from '../runtime/clock.ts';

/** A body that is too large is read on and thrown away up to this much, so that the client gets to see the answer. */
export const drainedBytesMax = 64 * 1024 * 1024;
const sweepMs = 10_000;
/** A body may take this many sweeps: 50 to 60 seconds. */
const sweepsMax = 6;

export type BodyProblem = 'too large' | 'too slow';

interface Pending {
  readonly request: IncomingMessage;
  sweeps: number;
  readonly expire: () => void;
}

export class BodyReader {
  readonly #bytesMax: number;
  readonly #pending = new Set<Pending>();
  readonly #sweeper: Timer;

  constructor(clock: Clock, bytesMax: number) {
    this.#bytesMax = bytesMax;
    this.#sweeper = clock.every(sweepMs, () => this.#sweep());
  }

  /** Calls `done` once with the body or with what is wrong; never, when the client goes away before. */
  read(request: IncomingMessage, done: (body: Buffer | BodyProblem) => void): void {
    const declared = Number(request.headers['content-length'] ?? 0);
    if (declared > this.#bytesMax) {
      drain(request);
      done('too large');
      return;
    }
    let first: Buffer | undefined;
    let rest: Buffer[] | undefined;
    let size = 0;
    const settle = (body: Buffer | BodyProblem): void => {
      this.#pending.delete(pending);
      request.off('data', collect);
      request.off('end', finish);
      done(body);
    };
    const collect = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > this.#bytesMax) {
        settle('too large');
        drain(request);
      } else if (first === undefined) first = chunk;
      else if (rest === undefined) rest = [first, chunk];
      else rest.push(chunk);
    };
    const finish = (): void => settle(rest === undefined ? (first ?? emptyBody) : Buffer.concat(rest, size));
    const pending: Pending = { request, sweeps: 0, expire: () => settle('too slow') };
    this.#pending.add(pending);
    request.on('data', collect);
    request.on('end', finish);
  }

  close(): void {
    this.#sweeper.cancel();
    this.#pending.clear();
  }

  #sweep(): void {
    for (const pending of this.#pending) {
      if (pending.request.destroyed) this.#pending.delete(pending);
      else if (++pending.sweeps >= sweepsMax) pending.expire();
    }
  }
}

const emptyBody: Buffer = Buffer.alloc(0);

/** Reads on without keeping anything: closing with unread input would reset the connection and lose the answer. */
function drain(request: IncomingMessage): void {
  let drained = 0;
  request.on('data', (chunk: Buffer) => {
    drained += chunk.length;
    if (drained > drainedBytesMax) request.destroy();
  });
}
