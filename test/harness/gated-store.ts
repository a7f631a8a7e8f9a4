// A store whose calls a test can hold up, one kind at a time, or fail: for what happens in between.

import type {
  KeyValueSnapshot,
  KeyValueStore,
  Row,
  RowChange,
  ScanOptions,
} from '../../server/storage/key-value-store.ts';

export type GatedCall = 'write' | 'getMany' | 'scan' | 'flush';

export class GatedStore implements KeyValueStore {
  readonly #store: KeyValueStore;
  readonly #held = new Map<GatedCall, (() => void)[]>();
  /** Gives the error that a call fails with, if any. */
  fault: (call: GatedCall) => Error | null = () => null;

  constructor(store: KeyValueStore) {
    this.#store = store;
  }

  /** Calls of this kind wait from now on. */
  hold(call: GatedCall): void {
    if (!this.#held.has(call)) this.#held.set(call, []);
  }

  /** Calls of this kind that wait. */
  waiting(call: GatedCall): number {
    return this.#held.get(call)?.length ?? 0;
  }

  /** Lets the oldest that waits go on. */
  letOne(call: GatedCall): void {
    this.#held.get(call)?.shift()?.();
  }

  /** Lets those that wait go on, and later ones through. */
  open(call: GatedCall): void {
    const waiting = this.#held.get(call) ?? [];
    this.#held.delete(call);
    for (const go of waiting) go();
  }

  async #gate(call: GatedCall): Promise<void> {
    const waiting = this.#held.get(call);
    if (waiting !== undefined) await new Promise<void>((resolve) => waiting.push(resolve));
    const error = this.fault(call);
    if (error !== null) throw error;
  }

  async write(changes: readonly RowChange[]): Promise<void> {
    await this.#gate('write');
    return this.#store.write(changes);
  }

  async getMany(keys: readonly Buffer[]): Promise<(Buffer | null)[]> {
    await this.#gate('getMany');
    return this.#store.getMany(keys);
  }

  async *scan(options: ScanOptions): AsyncGenerator<Row[]> {
    await this.#gate('scan');
    yield* this.#store.scan(options);
  }

  async flush(): Promise<void> {
    await this.#gate('flush');
    return this.#store.flush();
  }

  snapshot(): KeyValueSnapshot {
    return this.#store.snapshot();
  }

  approximateBytes(): Promise<number> {
    return this.#store.approximateBytes();
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}
