// What happened, as lines: a hash over all of them (equal seeds, equal hashes) and the last few that a reader of a failure
// wants to see.

import { createHash } from 'node:crypto';

const keptMax = 50;

export class Journal {
  private readonly hash = createHash('sha256');
  private readonly kept: string[] = [];
  private readonly nowMs: () => number;

  constructor(nowMs: () => number) {
    this.nowMs = nowMs;
  }

  /** Something worth showing. */
  note(line: string): void {
    const timed = `${this.nowMs().toFixed(3)} ${line}`;
    this.hash.update(timed);
    if (this.kept.push(timed) > keptMax) this.kept.shift();
  }

  /** Something that is one of too many to show. */
  count(line: string): void {
    this.hash.update(`${this.nowMs()} ${line}`);
  }

  get last(): readonly string[] {
    return this.kept;
  }

  digest(): string {
    return this.hash.copy().digest('hex').slice(0, 16);
  }
}

/** A rule was broken. */
export class Breach extends Error {
  override readonly name = 'Breach';
}

export function demand(condition: boolean, what: () => string): asserts condition {
  if (!condition) throw new Breach(what());
}
