// One message in, one message out, in the same turn: reads the query, takes the answer from the cache or has it made,
// and adds what is the asker's own: id, RD and CD bits, the letter case of the name, an OPT record if it sent one.
// Knows nothing of sockets; the listeners bring the messages.

import type { Random } from '../common/runtime/random.ts';
import type { Answer, Refusal } from './answer.ts';
import { AnswerCache, type AnswerCacheBounds } from './answer-cache.ts';
import { optRecord } from './edns.ts';
import type { Fitted } from './fit.ts';
import { ExtendedError, headerOctets, plainUdpOctetsMax, Rcode, tcpOctetsMax } from './protocol.ts';
import { Query, type Verdict } from './query-reader.ts';
import { type Freshness, resolve, type ZoneView } from './resolver.ts';
import { countResponse, type DnsStats } from './stats.ts';

export type Transport = 'udp' | 'tcp';

export interface ResponderOptions {
  readonly view: ZoneView;
  readonly random: Random;
  readonly stats: DnsStats;
  /** Longest answer over UDP, however much an asker says it can take. */
  readonly udpOctetsMax: number;
  readonly cacheBounds?: AnswerCacheBounds;
}

const verdictRcodes: Readonly<Record<Exclude<Verdict, 'ok' | 'drop'>, Rcode>> = {
  formerr: Rcode.FORMERR,
  notimp: Rcode.NOTIMP,
  refused: Rcode.REFUSED,
  badvers: Rcode.BADVERS,
};

const noOpt = Buffer.alloc(0);

export class Responder {
  readonly #view: ZoneView;
  readonly #stats: DnsStats;
  readonly #udpOctetsMax: number;
  readonly #cache: AnswerCache;
  readonly #query = new Query();
  readonly #opts = new Map<number, Buffer>();
  #cachedFreshness: Freshness;

  constructor({ view, random, stats, udpOctetsMax, cacheBounds }: ResponderOptions) {
    this.#view = view;
    this.#stats = stats;
    this.#udpOctetsMax = udpOctetsMax;
    this.#cache = new AnswerCache(random, cacheBounds);
    this.#cachedFreshness = view.freshness;
  }

  /** The response to `packet`, or undefined where none is due. The buffer returned is the caller's. */
  respond(packet: Buffer, transport: Transport): Buffer | undefined {
    const stats = this.#stats;
    if (transport === 'udp') stats.udpQueries++;
    else stats.tcpQueries++;
    const query = this.#query;
    const verdict = query.read(packet);
    if (verdict === 'ok') return this.#answer(query, transport);
    if (verdict === 'drop') {
      stats.dropped++;
      return undefined;
    }
    return this.#refuse(query, { rcode: verdictRcodes[verdict], extendedError: undefined });
  }

  #answer(query: Query, transport: Transport): Buffer {
    const freshness = this.#view.freshness;
    if (freshness !== this.#cachedFreshness) {
      // What was kept may have become worthless (expired) or worth something (loaded).
      this.#cache.clear();
      this.#cachedFreshness = freshness;
    }
    const opt = query.hasEdns ? this.#opt(query, freshness) : noOpt;
    const octetsMax = this.#limit(query, transport) - opt.length;
    let fitted = this.#cache.get(query.key, octetsMax);
    if (fitted === undefined) {
      this.#stats.cacheMisses++;
      // The type's two octets end the key, the rest is the name.
      const question = { name: query.key.slice(0, -2), type: query.type };
      const answer: Answer | Refusal = resolve(this.#view, question);
      if (!('answers' in answer)) return this.#refuse(query, answer);
      fitted = this.#cache.add(query.key, question, answer, octetsMax);
    } else {
      this.#stats.cacheHits++;
    }
    this.#count(fitted, freshness);
    return personalised(query, fitted.message, opt);
  }

  #limit(query: Query, transport: Transport): number {
    if (transport === 'tcp') return tcpOctetsMax;
    return query.hasEdns ? Math.min(query.udpOctets, this.#udpOctetsMax) : plainUdpOctetsMax;
  }

  #opt({ dnssecOk }: Query, freshness: Freshness): Buffer {
    const extendedError = freshness === 'stale' ? ExtendedError.STALE_ANSWER : undefined;
    return this.#optOf(dnssecOk, Rcode.NOERROR, extendedError);
  }

  #optOf(dnssecOk: boolean, rcode: Rcode, extendedError: ExtendedError | undefined): Buffer {
    const key = (dnssecOk ? 1 : 0) | (rcode << 1) | ((extendedError ?? 0xff) << 8);
    let opt = this.#opts.get(key);
    if (opt === undefined) {
      opt = optRecord({ dnssecOk, rcode, extendedError });
      this.#opts.set(key, opt);
    }
    return opt;
  }

  #refuse(query: Query, { rcode, extendedError }: Refusal): Buffer {
    const { packet, questionEnd } = query;
    const opt = query.hasEdns ? this.#optOf(query.dnssecOk, rcode, extendedError) : noOpt;
    const message = Buffer.alloc(questionEnd + opt.length);
    // The question goes back if it could be read; a broken message gets the bare header.
    packet.copy(message, 0, 0, Math.min(packet.length, questionEnd));
    message[2] = 0x80 | ((packet[2] ?? 0) & 0x79);
    message[3] = ((packet[3] ?? 0) & checkingDisabledBit) | (rcode & 0x0f);
    message.fill(0, 4, headerOctets);
    if (questionEnd > headerOctets) message[5] = 1;
    if (opt.length > 0) {
      opt.copy(message, questionEnd);
      message[11] = 1;
    }
    countResponse(this.#stats, rcode);
    return message;
  }

  #count({ message, isTruncated }: Fitted, freshness: Freshness): void {
    const stats = this.#stats;
    countResponse(stats, message[3]! & 0x0f);
    if (isTruncated) stats.truncated++;
    if (freshness === 'stale') stats.stale++;
    if ((message[3]! & 0x0f) === 0 && message[7] === 0 && message[6] === 0 && !isTruncated) stats.nodata++;
  }
}

const recursionDesiredBit = 0x01;
const checkingDisabledBit = 0x10;

/** A copy of a kept answer with what belongs to this query. */
function personalised({ packet, questionEnd }: Query, kept: Buffer, opt: Buffer): Buffer {
  const message = Buffer.allocUnsafe(kept.length + opt.length);
  kept.copy(message, 0);
  message[0] = packet[0]!;
  message[1] = packet[1]!;
  message[2]! |= packet[2]! & recursionDesiredBit;
  message[3]! |= packet[3]! & checkingDisabledBit;
  // The name as it was asked, letter by letter: resolvers check it (draft-vixie-dnsext-dns0x20).
  packet.copy(message, headerOctets, headerOctets, questionEnd);
  if (opt.length > 0) {
    opt.copy(message, kept.length);
    message.writeUInt16BE(message.readUInt16BE(10) + 1, 10);
  }
  return message;
}
