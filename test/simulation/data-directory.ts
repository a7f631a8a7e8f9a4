// The data directory of a simulated member: its log disk, the state store in use, the one being filled beside it, and the
// pointer between them, which a crash may find moved or not while it is being moved.

import type { Random } from '../../common/runtime/random.ts';
import type { NextStore } from '../../server/snapshots.ts';
import { MemoryStore, type Schedule } from '../../server/storage/memory-store.ts';
import { SimulatedLogDisk } from '../server/storage/wal/simulated-log-disk.ts';

/** How a process ends: `kill` loses nothing that was written, `powerLoss` what was not synced. */
export type Ending = 'kill' | 'powerLoss';

export class SimDataDirectory {
  disk: SimulatedLogDisk;
  store: MemoryStore;
  private next: MemoryStore | undefined;
  private isSwitching = false;
  private readonly random: Random;
  private readonly schedule: Schedule;

  constructor(random: Random, schedule: Schedule) {
    this.random = random;
    this.schedule = schedule;
    this.disk = new SimulatedLogDisk(random);
    this.store = new MemoryStore(schedule);
  }

  async openNextStore(): Promise<NextStore> {
    const store = new MemoryStore(this.schedule);
    this.next = store;
    return {
      store,
      commit: () => this.switchTo(store),
      removeOld: async () => {
        if (!this.isSwitching) this.next = undefined;
      },
    };
  }

  async openInterruptedStore(): Promise<{ store: MemoryStore; commit(): Promise<void> } | null> {
    const { next } = this;
    return next === undefined ? null : { store: next, commit: () => this.switchTo(next) };
  }

  private async switchTo(store: MemoryStore): Promise<void> {
    this.isSwitching = true;
    await new Promise<void>((resolve) => this.schedule(resolve));
    this.isSwitching = false;
    this.store = store;
    this.next = undefined;
  }

  /** The process has ended: leaves what the next one finds. */
  end(ending: Ending): void {
    const { random } = this;
    const keepsAll: Random = { ...random, below: (bound) => bound - 1 };
    const mercy = ending === 'kill' ? keepsAll : random;
    this.disk = ending === 'kill' ? this.disk.afterKill() : this.disk.afterPowerLoss();
    this.store = this.store.crash(mercy);
    this.next = this.next?.crash(mercy);
    if (this.isSwitching && random.below(2) === 0) {
      this.store = this.next!;
      this.next = undefined;
    }
    this.isSwitching = false;
  }
}
