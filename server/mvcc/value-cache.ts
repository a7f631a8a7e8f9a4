// Bounds the bytes of values held in memory: a clock over the key records (second chance), so that a hit costs one
// flag and no list surgery. Only newest values are cached; older revisions are read from their rows.

import type { KeyRecord } from './key-record.ts';

export class ValueCache {
  private readonly bytesMax: number;
  private readonly ring: KeyRecord[] = [];
  private hand = 0;
  private heldBytes = 0;

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  get bytes(): number {
    return this.heldBytes;
  }

  /** Puts `value` (the record's newest) into the cache, replacing what it held. */
  set(record: KeyRecord, value: Buffer): void {
    this.heldBytes += value.length - (record.value?.length ?? 0);
    record.value = value;
    if (record.cacheSlot < 0) {
      record.cacheSlot = this.ring.length;
      this.ring.push(record);
    }
    if (this.heldBytes > this.bytesMax) this.evict();
  }

  /** Forgets the record's value: its key was deleted, or the room is needed. */
  drop(record: KeyRecord): void {
    if (record.cacheSlot < 0) return;
    this.heldBytes -= record.value!.length;
    record.value = null;
    const last = this.ring.pop()!;
    if (last !== record) {
      this.ring[record.cacheSlot] = last;
      last.cacheSlot = record.cacheSlot;
    }
    record.cacheSlot = -1;
  }

  private evict(): void {
    const ring = this.ring;
    while (this.heldBytes > this.bytesMax && ring.length > 0) {
      if (this.hand >= ring.length) this.hand = 0;
      const record = ring[this.hand]!;
      if (record.recentlyUsed) {
        record.recentlyUsed = false;
        this.hand++;
      } else this.drop(record);
    }
  }
}
