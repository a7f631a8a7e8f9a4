// A stream of a `Service` that opens itself again, with back-off, whenever it is lost. What must be said on the new
// stream and what the loss means is the user's business (watcher, lease keeper, the proxy's relays); when to try again
// is decided here.

import type { Clock, Timer } from '../runtime/clock.ts';
import type { Random } from '../runtime/random.ts';
import { createBackoff } from './backoff.ts';
import { consumeStream, type OpenStream, type StreamHandle } from './service-stream.ts';

/** Pauses between attempts to open; the first one is short, as another endpoint may be ready. */
export const reopenMinMs = 50;
export const reopenMaxMs = 2_000;

export interface ReopeningStreamOptions<Request, Response> {
  readonly open: OpenStream<Request, Response>;
  readonly clock: Clock;
  readonly random: Random;
  readonly metadata: ReadonlyMap<string, string>;
  readonly peer?: string;
  /** A stream was just opened (not necessarily connected yet): send what it starts with. */
  readonly opened: () => void;
  readonly message: (message: Response) => void;
  /** The stream is gone; undefined when the other side ended it. Opened again after a pause unless closed by then. */
  readonly lost: (error: Error | undefined) => void;
}

export interface ReopeningStream<Request> {
  /** True while a stream is open, so that `send` goes somewhere. */
  readonly isOpen: boolean;
  /** Sends on the open stream; dropped (false) when there is none. */
  send(message: Request): boolean;
  pause(): void;
  resume(): void;
  /** The stream does its work: the next loss is followed by the shortest pause. */
  healthy(): void;
  /** Gives up the open stream as lost for this reason and opens another after a pause. */
  drop(error: Error): void;
  /** Gives up the open stream without a word and stays without one until `open`. */
  suspend(): void;
  /** Opens now if there is no stream. */
  open(): void;
  /** For good; no callback runs afterwards. */
  close(): void;
}

export function createReopeningStream<Request, Response>(
  options: ReopeningStreamOptions<Request, Response>,
): ReopeningStream<Request> {
  const backoff = createBackoff({ minMs: reopenMinMs, maxMs: reopenMaxMs, random: options.random });
  let stream: StreamHandle<Request> | undefined;
  let timer: Timer | undefined;
  let paused = false;
  /** Between `open` and `suspend` or `close`. */
  let wanted = false;
  let closed = false;
  /** Tells the callbacks of an abandoned stream from those of the present one. */
  let generation = 0;

  const lose = (error: Error | undefined): void => {
    generation++;
    stream = undefined;
    options.lost(error);
    if (wanted && stream === undefined && timer === undefined) timer = options.clock.after(backoff.nextMs(), open);
  };

  const open = (): void => {
    timer?.cancel();
    timer = undefined;
    if (closed || stream !== undefined) return;
    wanted = true;
    const mine = ++generation;
    /** A service may refuse before it returns. */
    const refusals: (Error | undefined)[] = [];
    const opening = consumeStream(
      options.open,
      { metadata: options.metadata, ...(options.peer === undefined ? {} : { peer: options.peer }) },
      {
        message: (message: Response) => {
          if (mine === generation) options.message(message);
        },
        end: (error) => {
          if (mine !== generation) return;
          if (stream === undefined) refusals.push(error);
          else lose(error);
        },
      },
    );
    if (refusals.length > 0) {
      lose(refusals[0]);
      return;
    }
    stream = opening;
    if (paused) stream.pause();
    options.opened();
  };

  const abandon = (): void => {
    const abandoned = stream;
    generation++;
    stream = undefined;
    abandoned?.cancel();
  };

  return {
    get isOpen() {
      return stream !== undefined;
    },
    send(message) {
      if (stream === undefined) return false;
      stream.send(message);
      return true;
    },
    pause() {
      paused = true;
      stream?.pause();
    },
    resume() {
      paused = false;
      stream?.resume();
    },
    healthy: () => backoff.reset(),
    drop(error) {
      if (stream === undefined) return;
      abandon();
      lose(error);
    },
    suspend() {
      wanted = false;
      timer?.cancel();
      timer = undefined;
      abandon();
    },
    open,
    close() {
      closed = true;
      wanted = false;
      timer?.cancel();
      timer = undefined;
      abandon();
    },
  };
}
