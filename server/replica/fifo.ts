// A first-in-first-out queue whose cost does not depend on its length: Array.shift moves what is left each time, and
// push(...items) puts every item on the stack, which a replay of a long log overflows.

export class Fifo<T> {
  private items: T[] = [];
  /** Items at the head of the array that are taken. They leave it once they are half of it. */
  private taken = 0;

  get length(): number {
    return this.items.length - this.taken;
  }

  pushAll(items: readonly T[]): void {
    for (const item of items) this.items.push(item);
  }

  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.items[this.taken++];
    if (this.taken * 2 >= this.items.length) {
      this.items = this.items.slice(this.taken);
      this.taken = 0;
    }
    return item;
  }
}
