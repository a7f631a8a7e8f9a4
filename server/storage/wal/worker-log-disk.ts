// The real LogDisk: a directory, and a thread (log-worker.ts) that writes and syncs in it. Made by the composition root.
//
// How requests travel was measured (test/server/storage/storage-bench.ts): postMessage both ways costs 9 microseconds a round trip,
// Atomics.wait on shared memory 7, and the fdatasync between them 60 to 200; so it is postMessage, which needs no blocked thread
// and no protocol of our own. Small buffers are cheapest cloned, large ones transferred.

import { readdir, readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { Worker } from 'node:worker_threads';
import { assert } from '../../../common/runtime/assert.ts';
import type { LogDisk, LogDiskCallback, LogDiskOperation } from './log-disk.ts';
import type { LogWorkerReply, LogWorkerRequest } from './log-worker.ts';

export interface WorkerLogDiskOptions {
  /** An existing directory. */
  readonly path: string;
  /** Hears how long each fdatasync took. */
  readonly onSync?: (durationMs: number) => void;
}

/** From this size on a buffer is transferred to the thread instead of copied. */
const transferBytesMin = 16 * 1024;

/** Resolves when the thread runs. */
export async function openWorkerLogDisk(options: WorkerLogDiskOptions): Promise<LogDisk> {
  // tsc rewrites import specifiers, not URLs: the compiled name stands here.
  const worker = new Worker(new URL('./log-worker.js', import.meta.url), {
    name: 'write-ahead log',
    workerData: { path: options.path },
    // Not the parent's options: --input-type or a preloaded module would keep the thread from starting.
    execArgv: [],
  });
  await new Promise<void>((resolve, reject) => {
    worker.once('online', resolve);
    worker.once('error', reject);
  });
  return new WorkerLogDisk(worker, options);
}

class WorkerLogDisk implements LogDisk {
  readonly path: string;
  readonly #worker: Worker;
  readonly #onSync: ((durationMs: number) => void) | undefined;
  /** Submitted and unanswered, oldest first; the log keeps one request under way, so this stays short. */
  readonly #waiting: LogDiskCallback[] = [];
  #failure: Error | null = null;
  readonly #exited: Promise<void>;
  #closing = false;

  constructor(worker: Worker, options: WorkerLogDiskOptions) {
    this.path = options.path;
    this.#worker = worker;
    this.#onSync = options.onSync;
    this.#exited = new Promise((resolve) => {
      worker.once('exit', (code) => {
        this.#fail(new Error(`the thread that writes ${this.path} ended with code ${code}`));
        resolve();
      });
    });
    worker.removeAllListeners('error');
    worker.on('error', (error) => {
      this.#fail(new Error(`the thread that writes ${this.path} failed: ${error.message}`, { cause: error }));
    });
    worker.on('message', (reply: LogWorkerReply) => this.#onReply(reply));
  }

  async list(): Promise<string[]> {
    return readdir(this.path);
  }

  async read(file: string): Promise<Buffer> {
    return readFile(path.join(this.path, file));
  }

  submit(operations: readonly LogDiskOperation[], done: LogDiskCallback): void {
    assert(!this.#closing, `${this.path} is closed`);
    const failure = this.#failure;
    if (failure !== null) {
      queueMicrotask(() => done(failure));
      return;
    }
    this.#waiting.push(done);
    const transfers: ArrayBuffer[] = [];
    for (const operation of operations) {
      if (operation.kind !== 'write') continue;
      const { buffer, byteLength } = operation.data;
      if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength && byteLength >= transferBytesMin) {
        transfers.push(buffer);
      }
    }
    this.#worker.postMessage(operations satisfies LogWorkerRequest, transfers);
  }

  async close(): Promise<void> {
    if (!this.#closing) {
      this.#closing = true;
      this.#worker.postMessage(null satisfies LogWorkerRequest);
    }
    await this.#exited;
  }

  #onReply({ problem, syncMs }: LogWorkerReply): void {
    if (this.#onSync !== undefined) for (const durationMs of syncMs) this.#onSync(durationMs);
    const done = this.#waiting.shift();
    assert(done !== undefined, 'the log thread answered without a request');
    done(problem === null ? null : Object.assign(new Error(problem.message), { code: problem.code }));
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const done of this.#waiting.splice(0)) done(this.#failure);
  }
}
