// The ordered set of key records: a list of sorted blocks. Two binary searches find a key; a range is a walk over
// arrays. Against a balanced tree it saves the nodes (memory) and keeps scans in cache; inserts shift at most one
// block. A million keys are some four thousand blocks.

import type { KeyRange } from './key-range.ts';
import { KeyRecord } from './key-record.ts';

/** A block is split in two when it grows beyond this many records. */
const blockRecordsMax = 512;

export class SortedKeys {
  private readonly blocks: KeyRecord[][] = [];
  private count = 0;

  get size(): number {
    return this.count;
  }

  get(key: string): KeyRecord | undefined {
    const blockIndex = this.blockFor(key);
    if (blockIndex < 0) return undefined;
    const block = this.blocks[blockIndex]!;
    const record = block[lowerBound(block, key)];
    return record !== undefined && record.key === key ? record : undefined;
  }

  getOrInsert(key: string): KeyRecord {
    if (this.blocks.length === 0) {
      const first = new KeyRecord(key);
      this.blocks.push([first]);
      this.count = 1;
      return first;
    }
    const blockIndex = Math.max(0, this.blockFor(key));
    const block = this.blocks[blockIndex]!;
    const at = lowerBound(block, key);
    const found = block[at];
    if (found !== undefined && found.key === key) return found;
    const record = new KeyRecord(key);
    if (at === block.length) block.push(record);
    else block.splice(at, 0, record);
    this.count++;
    if (block.length > blockRecordsMax) {
      // Keys that arrive in order leave full blocks behind instead of half-empty ones.
      const cut =
        at === block.length - 1 && blockIndex === this.blocks.length - 1 ? blockRecordsMax : blockRecordsMax / 2;
      this.blocks.splice(blockIndex + 1, 0, block.splice(cut));
    }
    return record;
  }

  delete(key: string): void {
    const blockIndex = this.blockFor(key);
    if (blockIndex < 0) return;
    const block = this.blocks[blockIndex]!;
    const at = lowerBound(block, key);
    if (block[at]?.key !== key) return;
    block.splice(at, 1);
    this.count--;
    if (block.length === 0) this.blocks.splice(blockIndex, 1);
  }

  /** Calls `visit` for each record in key order until it returns false. The set must not change meanwhile. */
  visit(range: KeyRange, visit: (record: KeyRecord) => boolean): void {
    if (range.single) {
      const record = this.get(range.start);
      if (record !== undefined) visit(record);
      return;
    }
    const end = range.end;
    let blockIndex = Math.max(0, this.blockFor(range.start));
    let at = blockIndex < this.blocks.length ? lowerBound(this.blocks[blockIndex]!, range.start) : 0;
    for (; blockIndex < this.blocks.length; blockIndex++, at = 0) {
      const block = this.blocks[blockIndex]!;
      for (; at < block.length; at++) {
        const record = block[at]!;
        if (end !== null && record.key >= end) return;
        if (!visit(record)) return;
      }
    }
  }

  /** The records of one block at or behind `key`, for walks that yield between blocks; empty at the end. */
  blockFrom(key: string): readonly KeyRecord[] {
    let blockIndex = Math.max(0, this.blockFor(key));
    const block = this.blocks[blockIndex];
    if (block === undefined) return [];
    const rest = block.slice(lowerBound(block, key));
    if (rest.length > 0) return rest;
    blockIndex++;
    return this.blocks[blockIndex]?.slice() ?? [];
  }

  /** Index of the last block whose first key is <= key; -1 when key lies before all of them. */
  private blockFor(key: string): number {
    const blocks = this.blocks;
    let low = 0;
    let high = blocks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (blocks[middle]![0]!.key <= key) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

/** First position whose key is >= `key`. */
function lowerBound(block: readonly KeyRecord[], key: string): number {
  let low = 0;
  let high = block.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (block[middle]!.key < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
