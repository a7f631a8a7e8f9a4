// From a question to an answer, as a pure function of the catalog: refusals, NXDOMAIN against NODATA (RFC 2308, RFC
// 8020), aliases, ANY (RFC 8482). Which names there are and what they own is owners.ts; how an answer is cut to size is
// fit.ts.

import type { Versioned } from '../common/registry/service-entry.ts';
import type { Answer, Question, Refusal } from './answer.ts';
import { isWithin, labelsOf, type Name } from './name.ts';
import { findOwner, isBootstrapName, type Owner, type Sources } from './owners.ts';
import { ExtendedError, Rcode, RecordType } from './protocol.ts';
import { anyRecord } from './rare-records.ts';
import type { AnswerRecord } from './record.ts';
import { negativeSoa } from './zone.ts';

/**
 * How much the catalog is worth. `loading`: not yet complete; `live`: following the cluster; `stale`: the cluster is
 * away, this is the last known state; `expired`: it has been away for too long.
 */
export type Freshness = 'loading' | 'live' | 'stale' | 'expired';

export interface ZoneView extends Sources {
  readonly freshness: Freshness;
}

/** Aliases that lead to aliases within the zone. */
const aliasesMax = 8;

/** The types that an owner may have, for ANY. */
const ownedTypes = [RecordType.A, RecordType.AAAA, RecordType.SRV, RecordType.TXT, RecordType.PTR, RecordType.SOA];

export function resolve(view: ZoneView, question: Question): Answer | Refusal {
  const { zone, bootstrap } = view;
  if (!isWithin(question.name, zone.apex)) return refusal(Rcode.REFUSED, ExtendedError.NOT_AUTHORITATIVE);
  const labels = labelsAbove(question.name, zone.apex);
  // Never NXDOMAIN for our own trouble: as long as absence means nothing, the answer is SERVFAIL.
  if (isBootstrapName(labels)) {
    if (!bootstrap.isKnown) return refusal(Rcode.SERVFAIL, ExtendedError.NOT_READY);
  } else if (view.freshness === 'loading' || view.freshness === 'expired') {
    const isApex = labels.length === 0 || labels[0] === 'ns';
    if (!(isApex && bootstrap.isKnown)) return refusal(Rcode.SERVFAIL, troubles[view.freshness]);
  }
  const owner = findOwner(view, question.name, labels);
  if (owner === undefined) return negative(view, Rcode.NXDOMAIN);
  if (owner.alias !== undefined && question.type !== RecordType.CNAME) return aliased(view, question, owner.alias);
  const answers =
    question.type === RecordType.ANY ? anyRecords(view, question.name, owner) : recordsOf(view, question, owner);
  return answers.length === 0 ? negative(view, Rcode.NOERROR) : positive(answers, owner.dependsOn);
}

const troubles = {
  loading: ExtendedError.NOT_READY,
  expired: ExtendedError.NO_REACHABLE_AUTHORITY,
} as const;

function labelsAbove(name: Name, apex: Name): string[] {
  return labelsOf(name.slice(0, name.length - apex.length));
}

function refusal(rcode: Rcode, extendedError: ExtendedError): Refusal {
  return { rcode, extendedError };
}

function positive(answers: readonly AnswerRecord[], dependsOn: Versioned): Answer {
  return { rcode: Rcode.NOERROR, answers, authority: [], isOrdered: false, dependsOn };
}

/**
 * NODATA or NXDOMAIN; the SOA makes it cacheable (RFC 2308 sections 2 and 5). Names that are not there are not kept:
 * whoever asks for random ones shall not push out answers that others want.
 */
function negative(view: ZoneView, rcode: Rcode): Answer {
  const { zone, catalog } = view;
  return {
    rcode,
    answers: [],
    authority: [negativeSoa(zone, catalog.revision)],
    isOrdered: false,
    dependsOn: rcode === Rcode.NXDOMAIN ? undefined : new Both(catalog, view.bootstrap),
  };
}

/** Changes when either does. */
class Both implements Versioned {
  readonly #first: Versioned;
  readonly #second: Versioned;

  constructor(first: Versioned, second: Versioned) {
    this.#first = first;
    this.#second = second;
  }

  get version(): number {
    return this.#first.version + this.#second.version;
  }
}

function recordsOf(view: ZoneView, { name, type }: Question, owner: Owner): readonly AnswerRecord[] {
  if (owner.alias === undefined) return owner.records(type);
  return [aliasRecord(view, name, owner.alias)];
}

function anyRecords(view: ZoneView, name: Name, owner: Owner): readonly AnswerRecord[] {
  const ownsAny = ownedTypes.some((type) => owner.records(type).length > 0);
  return ownsAny ? [{ record: anyRecord(name, view.zone.ttlSeconds), glue: [] }] : [];
}

/**
 * The CNAME, and what it leads to as long as that is in our zone (RFC 1034 section 4.3.2). The code is that of the end
 * of the chain (RFC 6604), and an end without records gets the SOA like any other.
 */
function aliased(view: ZoneView, question: Question, alias: Name): Answer {
  const { zone, catalog, bootstrap } = view;
  const answers: AnswerRecord[] = [aliasRecord(view, question.name, alias)];
  let target = alias;
  let rcode: Rcode = Rcode.NOERROR;
  let isEmpty = false;
  for (let hops = 1; hops < aliasesMax && isWithin(target, zone.apex); hops++) {
    const owner = findOwner(view, target, labelsAbove(target, zone.apex));
    if (owner?.alias === undefined) {
      const records = owner === undefined || question.type === RecordType.ANY ? [] : owner.records(question.type);
      if (owner === undefined) rcode = Rcode.NXDOMAIN;
      isEmpty = records.length === 0 && question.type !== RecordType.ANY;
      answers.push(...records);
      break;
    }
    answers.push(aliasRecord(view, target, owner.alias));
    target = owner.alias;
  }
  return {
    rcode,
    answers,
    authority: isEmpty ? [negativeSoa(zone, catalog.revision)] : [],
    isOrdered: true,
    dependsOn: new Both(catalog, bootstrap),
  };
}

function aliasRecord({ zone }: ZoneView, name: Name, target: Name): AnswerRecord {
  const record = { name, type: RecordType.CNAME, ttl: zone.ttlSeconds, data: { kind: 'name', target } } as const;
  return { record, glue: [] };
}
