// What the resolver hands to the encoder: an answer as data, with what it was made from, so that it can be kept until
// that changes.

import type { Versioned } from '../common/registry/service-entry.ts';
import type { Name } from './name.ts';
import type { ExtendedError, Rcode } from './protocol.ts';
import type { AnswerRecord, ResourceRecord } from './record.ts';

export interface Question {
  readonly name: Name;
  readonly type: number;
}

export interface Answer {
  readonly rcode: Rcode;
  /** In no particular order: the encoder rotates them. A CNAME chain is the exception, see `isOrdered`. */
  readonly answers: readonly AnswerRecord[];
  readonly authority: readonly ResourceRecord[];
  /** True for a CNAME and what it leads to, which must stay in this order. */
  readonly isOrdered: boolean;
  /** The answer holds as long as this has the version it had; undefined: it is not to be kept. */
  readonly dependsOn: Versioned | undefined;
}

/** Our own trouble, or not our business: no records, only a code. */
export interface Refusal {
  readonly rcode: Rcode;
  readonly extendedError: ExtendedError | undefined;
}
