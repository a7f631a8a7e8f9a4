// Holds the answers that clients got against the one true history. Everything acknowledged must be in it, once, with this
// very answer, after all that was acknowledged before it was asked for (linearizability: the log is the witness, and every
// answer names its place by revision). What was not acknowledged may be in it or not.

import type {
  DeleteRangeRequest,
  DeleteRangeResponse,
  KeyValue,
  RangeRequest,
  RangeResponse,
  ResponseHeader,
} from '../../common/api/generated/messages.ts';
import { demand } from './journal.ts';
import type { TrueCommand, Truth } from './truth.ts';

/** What had been acknowledged, to anybody, when a call was made. */
export interface Floor {
  readonly atMs: number;
  readonly position: number;
  readonly revision: number;
}

type Answer = { readonly header: ResponseHeader | undefined };

export class History {
  acknowledged = 0;
  private readonly truth: Truth;
  private readonly nowMs: () => number;
  private position = 0;
  private revision = 1;

  constructor(truth: Truth, nowMs: () => number) {
    this.truth = truth;
    this.nowMs = nowMs;
  }

  /** A call is being made now. */
  floor(): Floor {
    return { atMs: this.nowMs(), position: this.position, revision: this.revision };
  }

  /** A call that carried a unique value was answered. */
  marked(what: string, mark: string, floor: Floor, answer: Answer): void {
    const command = this.truth.withMark(mark);
    demand(command !== undefined, () => `${what} was acknowledged and is in no log`);
    this.fits(what, command, floor, answer);
  }

  private fits(what: string, command: TrueCommand, floor: Floor, answer: Answer): void {
    const { outcome, position, revision, atMs } = command;
    demand(
      'response' in outcome && outcome.response !== undefined,
      () => `${what} was acknowledged, but in the log it is refused`,
    );
    const expected = show(outcome.response);
    const found = show(answer);
    demand(found === expected, () => `${what} was answered ${found}, in the log's order it is ${expected}`);
    demand(atMs >= floor.atMs, () => `${what} took effect before it was asked for`);
    demand(
      position > floor.position && revision >= floor.revision,
      () =>
        `${what} has place ${position} and revision ${revision}; ${floor.position} and ${floor.revision} were known when it was asked for`,
    );
    this.raise(position, revision);
    this.acknowledged++;
  }

  deleted(what: string, request: DeleteRangeRequest, floor: Floor, answer: DeleteRangeResponse): void {
    const revision = revisionOf(what, answer, this.truth);
    if (answer.deleted === 0) {
      const there = this.rangeAt(request, revision);
      demand(there.length === 0, () => `${what} found nothing at revision ${revision}, where ${there.length} keys are`);
      demand(revision >= floor.revision, () => `${what} saw revision ${revision}, older than ${floor.revision}`);
      this.raise(0, revision);
      return;
    }
    const command = this.truth.at(revision);
    const same = command?.kind === 'deleteRange' && show(command.request) === show(request);
    demand(same, () => `${what} was acknowledged at revision ${revision}, which is something else's`);
    this.fits(what, command!, floor, answer);
  }

  /** `floor` undefined: a serializable read, which may be old. */
  read(what: string, request: RangeRequest, floor: Floor | undefined, answer: RangeResponse): void {
    const revision = revisionOf(what, answer, this.truth);
    const at = request.revision === 0 ? revision : request.revision;
    const expected = show(this.rangeAt(request, at));
    const found = show(answer.kvs);
    demand(found === expected, () => `${what} shows ${found}, revision ${at} is ${expected}`);
    if (floor === undefined) return;
    demand(
      revision >= floor.revision,
      () => `${what} is stale: it shows revision ${revision}, ${floor.revision} was known when it was asked for`,
    );
    this.raise(0, revision);
    this.acknowledged++;
  }

  private rangeAt({ key, rangeEnd }: Pick<RangeRequest, 'key' | 'rangeEnd'>, revision: number): KeyValue[] {
    return this.truth.stateAt(
      revision,
      key.toString('latin1'),
      rangeEnd.length === 0 ? null : rangeEnd.toString('latin1'),
    );
  }

  private raise(position: number, revision: number): void {
    this.position = Math.max(this.position, position);
    this.revision = Math.max(this.revision, revision);
  }
}

function revisionOf(what: string, { header }: Answer, truth: Truth): number {
  const { revision } = header!;
  demand(revision <= truth.revision, () => `${what} shows revision ${revision}, ${truth.revision} is the newest`);
  return revision;
}

/** As text that is equal for equal messages. Of headers the revision only: the rest is the answering member's. */
export function show(value: unknown): string {
  return JSON.stringify(value, (name, part: unknown) => {
    if (typeof part === 'bigint') return `${part}n`;
    if (name === 'header' && part !== null && typeof part === 'object') return (part as ResponseHeader).revision;
    const buffer = part as { type?: string; data?: number[] } | null;
    return buffer?.type === 'Buffer' ? Buffer.from(buffer.data!).toString('latin1') : part;
  });
}
