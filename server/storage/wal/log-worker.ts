// The thread that worker-log-disk.ts starts: carries log operations out with synchronous calls, one request after the
// other, and answers each with what went wrong or nothing. Never retries, never reorders. It has a thread to itself because
// libuv's four are shared with RocksDB jobs and dns.lookup, behind which an fdatasync would queue.

import * as fs from 'node:fs';
import * as path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { assert, unreachable } from '../../../common/runtime/assert.ts';
import type { LogDiskOperation } from './log-disk.ts';

/** Sent to the thread; null asks it to end. */
export type LogWorkerRequest = readonly LogDiskOperation[] | null;

export interface LogWorkerReply {
  /** What failed, with the file and the system's code; null: everything was done. */
  readonly problem: { readonly message: string; readonly code: string } | null;
  /** Milliseconds of each fdatasync of the request. */
  readonly syncMs: readonly number[];
}

/** Files kept open between requests: the newest segment, and one more while it is being begun. */
const openFilesMax = 4;

assert(parentPort !== null, 'log-worker.ts runs as a worker thread');
const port = parentPort;
const directory: string = workerData.path;
/** In order of last use. */
const openFiles = new Map<string, number>();

port.on('message', (request: LogWorkerRequest) => {
  if (request === null) {
    for (const file of [...openFiles.keys()]) closeFile(file);
    port.close();
    return;
  }
  const syncMs: number[] = [];
  let problem: LogWorkerReply['problem'] = null;
  for (const operation of request) {
    try {
      carryOut(operation, syncMs);
    } catch (error) {
      const { message, code } = error as NodeJS.ErrnoException;
      const where = operation.kind === 'syncDirectory' ? directory : path.join(directory, operation.file);
      problem = { message: `${operation.kind} of ${where} failed: ${message}`, code: code ?? 'EIO' };
      break;
    }
  }
  port.postMessage({ problem, syncMs } satisfies LogWorkerReply);
});

function carryOut(operation: LogDiskOperation, syncMs: number[]): void {
  switch (operation.kind) {
    case 'create':
      remember(operation.file, fs.openSync(path.join(directory, operation.file), 'wx+', 0o600));
      return;
    case 'write':
      writeAll(descriptor(operation.file), operation.data, operation.offset);
      return;
    case 'sync': {
      const begun = performance.now();
      fs.fdatasyncSync(descriptor(operation.file));
      syncMs.push(performance.now() - begun);
      return;
    }
    case 'truncate':
      fs.ftruncateSync(descriptor(operation.file), operation.length);
      return;
    case 'rename': {
      closeFile(operation.to);
      fs.renameSync(path.join(directory, operation.file), path.join(directory, operation.to));
      const open = openFiles.get(operation.file);
      openFiles.delete(operation.file);
      if (open !== undefined) remember(operation.to, open);
      return;
    }
    case 'remove':
      closeFile(operation.file);
      fs.unlinkSync(path.join(directory, operation.file));
      return;
    case 'syncDirectory': {
      const handle = fs.openSync(directory, 'r');
      try {
        fs.fsyncSync(handle);
      } finally {
        fs.closeSync(handle);
      }
      return;
    }
    default:
      unreachable(operation);
  }
}

function writeAll(handle: number, data: Uint8Array, offset: number): void {
  let written = 0;
  while (written < data.length) {
    written += fs.writeSync(handle, data, written, data.length - written, offset + written);
  }
}

function descriptor(file: string): number {
  const known = openFiles.get(file);
  const handle = known ?? fs.openSync(path.join(directory, file), 'r+');
  openFiles.delete(file);
  remember(file, handle);
  return handle;
}

function remember(file: string, handle: number): void {
  openFiles.set(file, handle);
  const [oldest] = openFiles.keys();
  if (openFiles.size > openFilesMax) closeFile(oldest!);
}

function closeFile(file: string): void {
  const handle = openFiles.get(file);
  if (handle === undefined) return;
  openFiles.delete(file);
  fs.closeSync(handle);
}
