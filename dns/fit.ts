// Cuts an answer to the size that its transport allows and puts it in order. Records are dropped whole: ADDITIONAL
// first and silently (RFC 2181 section 9), then ANSWER with TC set, so that the asker comes back over TCP. Beyond what
// even TCP can carry, the asker gets a random sample without TC: there is no bigger transport to come back on.

import type { Random } from '../common/runtime/random.ts';
import type { Answer, Question } from './answer.ts';
import type { MessageWriter } from './message-writer.ts';
import type { AnswerRecord } from './record.ts';

export interface Fitted {
  /** The message without an OPT record; id 0, name in lower case. */
  readonly message: Buffer;
  readonly isTruncated: boolean;
  /** Nothing at all had to be dropped: any bigger limit gives the same. */
  readonly isComplete: boolean;
}

export interface FitOptions {
  readonly writer: MessageWriter;
  readonly octetsMax: number;
  /** False over TCP, where TC means nothing. */
  readonly mayTruncate: boolean;
}

/** Encodes `answer` with its records in the order that `order` gives: indexes of `answer.answers`. */
export function fitAnswer(question: Question, answer: Answer, order: readonly number[], options: FitOptions): Fitted {
  const { writer, octetsMax, mayTruncate } = options;
  writer.begin(question, answer.rcode, octetsMax);
  let taken = 0;
  while (taken < order.length && writer.append('answer', answer.answers[order[taken]!]!.record)) taken++;
  const isCut = taken < order.length;
  let isComplete = !isCut;
  if (isCut) {
    if (mayTruncate) writer.setTruncated();
  } else {
    for (const record of answer.authority) isComplete = writer.append('authority', record) && isComplete;
    isComplete = appendGlue(writer, answer.answers, order) && isComplete;
  }
  return { message: writer.finish(), isTruncated: isCut && mayTruncate, isComplete };
}

/** Glue in the order of the answers, each record once, until there is no more room. */
function appendGlue(writer: MessageWriter, answers: readonly AnswerRecord[], order: readonly number[]): boolean {
  const seen = new Set<string>();
  for (const index of order) {
    for (const record of answers[index]!.glue) {
      // Two answers carry the same address record where the ids of two instances are one label.
      const octets = record.data.kind === 'octets' ? record.data.octets.toString('latin1') : '';
      const identity = `${record.name} ${record.type} ${octets}`;
      if (seen.has(identity)) continue;
      seen.add(identity);
      if (!writer.append('additional', record)) return false;
    }
  }
  return true;
}

/** 0 … count-1, beginning at `start`: the same answers, another one first. */
export function rotatedOrder(count: number, start: number): number[] {
  return Array.from({ length: count }, (_, index) => (start + index) % count);
}

/**
 * A random order, so that whatever fits is a fair sample. Records of a better SRV priority go first nevertheless:
 * RFC 2782 makes clients try them first, so they must not be the ones that are cut off.
 */
export function shuffledOrder(answers: readonly AnswerRecord[], random: Random): number[] {
  const order = rotatedOrder(answers.length, 0);
  for (let last = order.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    const moved = order[last]!;
    order[last] = order[other]!;
    order[other] = moved;
  }
  const priorities = answers.map(({ record }) => (record.data.kind === 'srv' ? record.data.priority : 0));
  const isMixed = priorities.some((priority) => priority !== priorities[0]);
  return isMixed ? order.sort((a, b) => priorities[a]! - priorities[b]!) : order;
}
