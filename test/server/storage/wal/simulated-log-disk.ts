// A LogDisk in memory that can lose what was not synced, as power loss and failed syncs do. Deterministic under its
// Random. Model: a file's bytes are sectors of 512; each unsynced sector independently arrives or does not; names are a
// journal of which a prefix, or on a careless file system any part, survives a missing directory sync. A failed sync
// leaves its sectors in the cache, marked clean: a later sync does not write them ("fsyncgate").

import { assert, unreachable } from '../../../../common/runtime/assert.ts';
import type { Random } from '../../../../common/runtime/random.ts';
import type { LogDisk, LogDiskCallback, LogDiskOperation } from '../../../../server/storage/wal/log-disk.ts';

const sectorBytes = 512;

class SimulatedFile {
  cached: Buffer = Buffer.alloc(0);
  durable: Buffer = Buffer.alloc(0);
  readonly dirty = new Set<number>();

  write(offset: number, data: Uint8Array): void {
    if (data.length === 0) return;
    this.cached = resized(this.cached, Math.max(this.cached.length, offset + data.length));
    this.cached.set(data, offset);
    const last = Math.floor((offset + data.length - 1) / sectorBytes);
    for (let sector = Math.floor(offset / sectorBytes); sector <= last; sector++) this.dirty.add(sector);
  }

  sync(): void {
    this.durable = this.#settled(this.cached.length, () => true);
    this.dirty.clear();
  }

  survivor(random: Random): SimulatedFile {
    const length = random.below(2) === 0 ? this.cached.length : this.durable.length;
    const mood = random.below(4);
    const file = new SimulatedFile();
    file.durable = this.#settled(length, () => mood === 0 || (mood !== 1 && random.below(2) === 0));
    file.cached = file.durable;
    return file;
  }

  /** The medium's bytes with those dirty sectors written that `arrives` picks. */
  #settled(length: number, arrives: () => boolean): Buffer {
    const bytes = Buffer.from(resized(this.durable, length));
    for (const sector of this.dirty) {
      const from = sector * sectorBytes;
      if (from < this.cached.length && arrives())
        this.cached.copy(bytes, from, from, Math.min(from + sectorBytes, this.cached.length));
    }
    return bytes;
  }
}

type NameChange = { name: string; file: SimulatedFile | null } | { name: string; to: string };
interface Submission {
  readonly operations: readonly LogDiskOperation[];
  readonly done: LogDiskCallback;
}

export class SimulatedLogDisk implements LogDisk {
  readonly path = '/simulated';
  readonly #random: Random;
  readonly #names: Map<string, SimulatedFile>;
  readonly #durableNames: Map<string, SimulatedFile>;
  readonly #nameChanges: NameChange[] = [];
  #queue: Submission[] = [];
  #running = false;
  #operationsLeft = Number.POSITIVE_INFINITY;
  #announceCrash: () => void = () => {};
  /** Settles when the crash set by crashAfter has happened; nothing completes any more. */
  readonly crashed: Promise<void>;
  hasCrashed = false;
  closed = false;
  /** Submissions wait for `step` while true. */
  held = false;
  /** Gives the error that an operation fails with, if any. */
  fault: (operation: LogDiskOperation) => Error | null = () => null;
  /** Everything carried out, in order. */
  readonly history: LogDiskOperation[] = [];

  constructor(random: Random, names: Map<string, SimulatedFile> = new Map()) {
    this.#random = random;
    this.#names = names;
    this.#durableNames = new Map(names);
    this.crashed = new Promise((resolve) => {
      this.#announceCrash = resolve;
    });
  }

  async list(): Promise<string[]> {
    return [...this.#names.keys()];
  }

  async read(file: string): Promise<Buffer> {
    return Buffer.from(this.#file(file).cached);
  }

  submit(operations: readonly LogDiskOperation[], done: LogDiskCallback): void {
    assert(!this.closed, 'submitted to a closed disk');
    this.#queue.push({ operations, done });
    if (!this.held) this.#schedule();
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  /** Carries out the oldest waiting submission; false when there is none. */
  step(): boolean {
    const submission = this.#queue.shift();
    if (submission === undefined || this.hasCrashed) return false;
    let error: Error | null = null;
    for (const operation of submission.operations) {
      if (this.#operationsLeft-- <= 0) {
        this.#crashDuring(operation);
        return false;
      }
      error = this.fault(operation);
      if (error === null) this.#carryOut(operation);
      else if (operation.kind === 'sync') this.#file(operation.file).dirty.clear();
      if (error !== null) break;
    }
    submission.done(error);
    return true;
  }

  /** The disk dies in the middle of the operation after so many more. */
  crashAfter(operations: number): void {
    this.#operationsLeft = operations;
  }

  /** What a restart finds after power loss. */
  afterPowerLoss(): SimulatedLogDisk {
    this.hasCrashed = true;
    const names = new Map<string, SimulatedFile>();
    const survivors = new Map<SimulatedFile, SimulatedFile>();
    for (const [name, file] of this.#survivingNames()) {
      const survivor = survivors.get(file) ?? file.survivor(this.#random);
      survivors.set(file, survivor);
      names.set(name, survivor);
    }
    return new SimulatedLogDisk(this.#random, names);
  }

  /** What a restart finds after the process alone died: the cache, with its lies. */
  afterKill(): SimulatedLogDisk {
    this.hasCrashed = true;
    const next = new SimulatedLogDisk(this.#random, this.#names);
    next.#durableNames.clear();
    for (const [name, file] of this.#durableNames) next.#durableNames.set(name, file);
    next.#nameChanges.push(...this.#nameChanges);
    return next;
  }

  /** For tests that damage bytes: changes cache and medium alike. */
  damage(name: string, change: (bytes: Buffer) => Buffer): void {
    const file = this.#file(name);
    file.cached = change(Buffer.from(file.cached));
    file.durable = Buffer.from(file.cached);
    file.dirty.clear();
  }

  /** A disk with the same durable content. */
  copy(): SimulatedLogDisk {
    const names = new Map<string, SimulatedFile>();
    for (const [name, file] of this.#names) {
      const twin = new SimulatedFile();
      twin.cached = Buffer.from(file.cached);
      twin.durable = Buffer.from(file.durable);
      names.set(name, twin);
    }
    return new SimulatedLogDisk(this.#random, names);
  }

  #schedule(): void {
    if (this.#running) return;
    this.#running = true;
    queueMicrotask(() => {
      this.#running = false;
      if (!this.held && this.step() && this.#queue.length > 0) this.#schedule();
    });
  }

  #crashDuring(operation: LogDiskOperation): void {
    if (operation.kind === 'write') {
      this.#file(operation.file).write(
        operation.offset,
        operation.data.subarray(0, this.#random.below(operation.data.length + 1)),
      );
    } else if (operation.kind !== 'sync' && operation.kind !== 'syncDirectory' && this.#random.below(2) === 0) {
      this.#carryOut(operation);
    }
    this.hasCrashed = true;
    this.#queue = [];
    this.#announceCrash();
  }

  #carryOut(operation: LogDiskOperation): void {
    this.history.push(operation);
    switch (operation.kind) {
      case 'create': {
        assert(!this.#names.has(operation.file), `${operation.file} exists`);
        this.#changeName({ name: operation.file, file: new SimulatedFile() });
        return;
      }
      case 'write':
        this.#file(operation.file).write(operation.offset, operation.data);
        return;
      case 'sync':
        this.#file(operation.file).sync();
        return;
      case 'truncate': {
        const file = this.#file(operation.file);
        file.cached = resized(file.cached, operation.length);
        return;
      }
      case 'rename':
        this.#file(operation.file);
        this.#changeName({ name: operation.file, to: operation.to });
        return;
      case 'remove':
        this.#file(operation.file);
        this.#changeName({ name: operation.file, file: null });
        return;
      case 'syncDirectory':
        this.#durableNames.clear();
        for (const [name, file] of this.#names) this.#durableNames.set(name, file);
        this.#nameChanges.length = 0;
        return;
      default:
        unreachable(operation);
    }
  }

  #changeName(change: NameChange): void {
    applyNameChange(this.#names, change);
    this.#nameChanges.push(change);
  }

  #survivingNames(): Map<string, SimulatedFile> {
    const names = new Map(this.#durableNames);
    const careless = this.#random.below(2) === 0;
    const prefix = this.#random.below(this.#nameChanges.length + 1);
    for (const [position, change] of this.#nameChanges.entries()) {
      if (careless ? this.#random.below(2) === 0 : position < prefix) applyNameChange(names, change);
    }
    return names;
  }

  #file(name: string): SimulatedFile {
    const file = this.#names.get(name);
    assert(file !== undefined, `${name} does not exist`);
    return file;
  }
}

function applyNameChange(names: Map<string, SimulatedFile>, change: NameChange): void {
  if ('to' in change) {
    const file = names.get(change.name);
    if (file === undefined) return;
    names.delete(change.name);
    names.set(change.to, file);
  } else if (change.file === null) {
    names.delete(change.name);
  } else {
    names.set(change.name, change.file);
  }
}

function resized(bytes: Buffer, length: number): Buffer {
  const result = Buffer.alloc(length);
  bytes.copy(result, 0, 0, Math.min(length, bytes.length));
  return result;
}
