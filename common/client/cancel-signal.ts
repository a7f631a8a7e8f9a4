// The part of AbortSignal that the gRPC client uses, for one call at a time. Node's own costs a forwarded call a fifth of
// its CPU time (45 against 37 microseconds with h2load through the proxy): an EventTarget and a finalizer for each.

type Listener = () => void;

export class CancelSignal {
  aborted = false;
  #listener: Listener | undefined;

  abort(): void {
    if (this.aborted) return;
    this.aborted = true;
    this.#listener?.();
  }

  addEventListener(_type: 'abort', listener: Listener): void {
    this.#listener = listener;
  }

  removeEventListener(_type: 'abort', listener: Listener): void {
    if (this.#listener === listener) this.#listener = undefined;
  }

  /** For interfaces that name the whole type but use this part of it. */
  asAbortSignal(): AbortSignal {
    return this as unknown as AbortSignal;
  }
}
