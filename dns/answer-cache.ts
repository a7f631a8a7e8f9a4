// Whole answers as they go over the wire, so that a repeated question costs a look-up and a copy. An entry is one
// question; it holds as long as what it was made from is unchanged. Within it there is one variant for everything that
// fits and one for each usual size limit below that, and a variant is a small ring of the same answer in different
// orders. The OPT record, the id and the letter case of the question are not in here: they are added when an answer is
// sent.

import type { Versioned } from '../common/registry/service-entry.ts';
import type { Random } from '../common/runtime/random.ts';
import type { Answer, Question } from './answer.ts';
import { type Fitted, fitAnswer, rotatedOrder, shuffledOrder } from './fit.ts';
import { MessageWriter } from './message-writer.ts';
import { tcpOctetsMax } from './protocol.ts';

/** Orders kept of one answer: with up to so many records each gets its turn as the first, exactly. */
const ringSlots = 8;

/** With more records, a slot is a random order, and a new one after so many uses. */
const usesPerShuffle = 32;

/** Size limits below the complete answer that are kept; odd ones are made each time. */
const cutVariantsMax = 4;

export interface AnswerCacheBounds {
  readonly entriesMax: number;
  readonly octetsMax: number;
}

export const defaultAnswerCacheBounds: AnswerCacheBounds = { entriesMax: 20_000, octetsMax: 64 * 1024 * 1024 };

interface Slot {
  fitted: Fitted;
  usesLeft: number;
}

interface Variant {
  readonly slots: Slot[];
  next: number;
}

interface Entry {
  readonly question: Question;
  readonly answer: Answer;
  readonly dependsOn: Versioned;
  readonly version: number;
  complete: Variant | undefined;
  /** By limit. */
  readonly cut: Map<number, Variant>;
  octets: number;
}

export class AnswerCache {
  readonly #random: Random;
  readonly #bounds: AnswerCacheBounds;
  readonly #writer = new MessageWriter();
  /** In order of making: the oldest go first when it gets too much. */
  readonly #entries = new Map<string, Entry>();
  #octets = 0;

  constructor(random: Random, bounds: AnswerCacheBounds = defaultAnswerCacheBounds) {
    this.#random = random;
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#entries.size;
  }

  get octets(): number {
    return this.#octets;
  }

  /** The kept answer to the question `key` in at most `octetsMax`, or undefined if there is none that still holds. */
  get(key: string, octetsMax: number): Fitted | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.dependsOn.version !== entry.version) {
      this.#drop(key, entry);
      return undefined;
    }
    const fitted = this.#take(entry, octetsMax);
    if (this.#isOverfull()) this.#evict();
    return fitted;
  }

  /** Encodes a fresh answer, and keeps it if it says what it depends on. */
  add(key: string, question: Question, answer: Answer, octetsMax: number): Fitted {
    const { dependsOn } = answer;
    if (dependsOn === undefined) return this.#encode(answer, question, octetsMax, 0);
    const before = this.#entries.get(key);
    if (before !== undefined) this.#drop(key, before);
    const entry: Entry = {
      question,
      answer,
      dependsOn,
      version: dependsOn.version,
      complete: undefined,
      cut: new Map(),
      octets: 0,
    };
    this.#entries.set(key, entry);
    const fitted = this.#take(entry, octetsMax);
    if (this.#isOverfull()) this.#evict();
    return fitted;
  }

  /** Forgets everything: when the worth of all answers changes at once. */
  clear(): void {
    this.#entries.clear();
    this.#octets = 0;
  }

  #take(entry: Entry, octetsMax: number): Fitted {
    const complete = entry.complete;
    if (complete !== undefined) {
      const fitted = this.#nextOf(entry, complete, tcpOctetsMax);
      if (fitted.message.length <= octetsMax) return fitted;
    }
    const known = entry.cut.get(octetsMax);
    if (known !== undefined) return this.#nextOf(entry, known, octetsMax);
    const fitted = this.#encode(entry.answer, entry.question, octetsMax, 0);
    const variant = { slots: [this.#slot(entry, fitted)], next: 1 };
    if (fitted.isComplete) entry.complete ??= variant;
    else if (entry.cut.size < cutVariantsMax) entry.cut.set(octetsMax, variant);
    return fitted;
  }

  #nextOf(entry: Entry, variant: Variant, octetsMax: number): Fitted {
    const count = entry.answer.isOrdered ? 1 : Math.min(ringSlots, Math.max(1, entry.answer.answers.length));
    const index = variant.next % count;
    variant.next = index + 1;
    const slot = variant.slots[index];
    if (slot === undefined) {
      const fitted = this.#encode(entry.answer, entry.question, octetsMax, index);
      variant.slots[index] = this.#slot(entry, fitted);
      return fitted;
    }
    if (slot.usesLeft === 0) {
      this.#count(entry, -slot.fitted.message.length);
      slot.fitted = this.#encode(entry.answer, entry.question, octetsMax, index);
      this.#count(entry, slot.fitted.message.length);
      slot.usesLeft = usesPerShuffle;
    }
    slot.usesLeft--;
    return slot.fitted;
  }

  #slot(entry: Entry, fitted: Fitted): Slot {
    this.#count(entry, fitted.message.length);
    const isShuffled = !entry.answer.isOrdered && entry.answer.answers.length > ringSlots;
    return { fitted, usesLeft: isShuffled ? usesPerShuffle : Number.POSITIVE_INFINITY };
  }

  #encode(answer: Answer, question: Question, octetsMax: number, rotation: number): Fitted {
    const count = answer.answers.length;
    const order =
      answer.isOrdered || count <= ringSlots
        ? rotatedOrder(count, answer.isOrdered ? 0 : rotation)
        : shuffledOrder(answer.answers, this.#random);
    return fitAnswer(question, answer, order, {
      writer: this.#writer,
      octetsMax,
      mayTruncate: octetsMax < tcpOctetsMin,
    });
  }

  #count(entry: Entry, octets: number): void {
    entry.octets += octets;
    this.#octets += octets;
  }

  #drop(key: string, entry: Entry): void {
    this.#entries.delete(key);
    this.#octets -= entry.octets;
  }

  #isOverfull(): boolean {
    return this.#entries.size > this.#bounds.entriesMax || this.#octets > this.#bounds.octetsMax;
  }

  #evict(): void {
    for (const [key, entry] of this.#entries) {
      this.#drop(key, entry);
      if (!this.#isOverfull()) return;
    }
  }
}

/** UDP payloads stay far below (`--udp-size` is bounded); what is allowed more than this goes over TCP. */
const tcpOctetsMin = 60_000;
