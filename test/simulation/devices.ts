// A member's disk and store as its processes see them: the simulated ones, answering in their own time. Answers come in
// order; those for a process that has died meanwhile never come, and what a dead process had asked for and the device
// had not begun never happens.

import type { Schedule } from '../../server/storage/memory-store.ts';
import type { LogDisk, LogDiskCallback, LogDiskOperation } from '../../server/storage/wal/log-disk.ts';
import type { SimulatedLogDisk } from '../server/storage/wal/simulated-log-disk.ts';
import type { SimProcess } from './process.ts';
import type { Timeline } from './timeline.ts';

/** A device that does one thing after the other, each taking as long as `latencyMs` says. */
export class Device {
  private readonly timeline: Timeline;
  private readonly latencyMs: () => number;
  private freeMs = 0;

  constructor(timeline: Timeline, latencyMs: () => number) {
    this.timeline = timeline;
    this.latencyMs = latencyMs;
  }

  do(task: () => void): void {
    this.freeMs = Math.max(this.freeMs, this.timeline.nowMs) + this.latencyMs();
    this.timeline.at(this.freeMs, task);
  }

  /** Forgets the queue: another process starts with an idle device. */
  reset(): void {
    this.freeMs = 0;
  }
}

export class DelayedLogDisk implements LogDisk {
  readonly path: string;
  private readonly disk: SimulatedLogDisk;
  private readonly device: Device;
  private readonly process: SimProcess;
  private readonly onCrash: () => void;

  constructor(disk: SimulatedLogDisk, device: Device, process: SimProcess, onCrash: () => void) {
    this.path = disk.path;
    this.disk = disk;
    this.device = device;
    this.process = process;
    this.onCrash = onCrash;
    disk.held = true;
  }

  list(): Promise<string[]> {
    return this.disk.list();
  }

  read(file: string): Promise<Buffer> {
    return this.disk.read(file);
  }

  submit(operations: readonly LogDiskOperation[], done: LogDiskCallback): void {
    this.disk.submit(operations, (error) => this.process.run(() => done(error)));
    this.device.do(() => {
      if (!this.process.isAlive) return;
      this.disk.step();
      if (this.disk.hasCrashed) this.onCrash();
    });
  }

  close(): Promise<void> {
    return this.disk.close();
  }
}

/** Answers of a store to a process, in order. */
export function storeSchedule(device: Device, process: () => SimProcess): Schedule {
  return (task) => {
    const asker = process();
    device.do(() => asker.run(task));
  };
}
