// A binary min-heap of deadlines. Entries are never moved when a lease is renewed: whoever pops one compares it
// with the lease's own deadline and pushes it back if that is later. A renewal therefore costs one assignment.

export class ExpiryQueue<Expiry extends { readonly atMs: number }> {
  private readonly heap: Expiry[] = [];

  get size(): number {
    return this.heap.length;
  }

  peek(): Expiry | undefined {
    return this.heap[0];
  }

  push(expiry: Expiry): void {
    const { heap } = this;
    let at = heap.length;
    heap.push(expiry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (heap[parent]!.atMs <= expiry.atMs) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = expiry;
  }

  pop(): Expiry | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1]!.atMs < heap[child]!.atMs) child++;
      if (heap[child]!.atMs >= last.atMs) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }

  /** Drops what `keeps` does not hold for. */
  retain(keeps: (expiry: Expiry) => boolean): void {
    const kept = this.heap.filter(keeps);
    this.clear();
    for (const expiry of kept) this.push(expiry);
  }

  clear(): void {
    this.heap.length = 0;
  }
}
