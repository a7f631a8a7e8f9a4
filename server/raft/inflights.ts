// The window of append messages that a follower has not answered: bounded in messages and in bytes.

export class Inflights {
  private readonly messagesMax: number;
  private readonly bytesMax: number;
  /** Oldest first; `lastIndex` rises. */
  private window: { readonly lastIndex: number; readonly bytes: number }[] = [];
  private bytes = 0;

  constructor(messagesMax: number, bytesMax: number) {
    this.messagesMax = messagesMax;
    this.bytesMax = bytesMax;
  }

  get size(): number {
    return this.window.length;
  }

  /** The byte bound may be passed by the message that fills it: otherwise an entry above it could never travel. */
  get isFull(): boolean {
    return this.window.length >= this.messagesMax || this.bytes >= this.bytesMax;
  }

  /** A message was sent whose last entry is `lastIndex`. */
  add(lastIndex: number, bytes: number): void {
    this.window.push({ lastIndex, bytes });
    this.bytes += bytes;
  }

  /** The follower has everything up to `index`. */
  freeTo(index: number): void {
    let freed = 0;
    while (freed < this.window.length && this.window[freed]!.lastIndex <= index)
      this.bytes -= this.window[freed++]!.bytes;
    if (freed > 0) this.window.splice(0, freed);
  }

  clear(): void {
    this.window = [];
    this.bytes = 0;
  }
}
