// Reads a query off the wire: the hot path of every request, so it allocates one string and nothing else, and fills an
// object that is used again. Total: every octet sequence ends in a verdict, in one pass, whatever its counts and
// pointers claim. The rules it enforces: RFC 1035 section 4.1, RFC 6891, RFC 9619 (exactly one question).

import { classIn, headerOctets, RecordType } from './protocol.ts';

/**
 * `drop`: not to be answered at all (a response, or too short to have an id). `formerr`, `notimp`, `refused`,
 * `badvers`: to be answered with that and nothing else. `ok`: a question for the resolver.
 */
export type Verdict = 'ok' | 'drop' | 'formerr' | 'notimp' | 'refused' | 'badvers';

/** Records that may follow the question; a query has an OPT and perhaps a signature. */
const recordsMax = 16;

const opcodeMask = 0x78;
const responseBit = 0x80;
/** Query types that ask for something we never do: TKEY, TSIG, MAILB, MAILA, and OPT, which is no data. */
const unaskable = new Set<number>([0, RecordType.OPT, 249, 250, 253, 254]);

export class Query {
  /** The message it was read from. */
  packet: Buffer = Buffer.alloc(0);
  /** Offset behind the question; `headerOctets` when there is no readable question. */
  questionEnd = headerOctets;
  /** Lower-case wire name and the two octets of the type: the question as one string, one character an octet. */
  key = '';
  type = 0;
  hasEdns = false;
  /** What the asker can receive over UDP (RFC 6891 section 6.2.3), at least 512. */
  udpOctets = 512;
  dnssecOk = false;

  /** Reads `packet` and tells what to do with it; the fields hold what could be read. */
  read(packet: Buffer): Verdict {
    this.packet = packet;
    this.questionEnd = headerOctets;
    this.hasEdns = false;
    this.udpOctets = 512;
    this.dnssecOk = false;
    if (packet.length < 2) return 'drop';
    if (packet.length > 2 && (packet[2]! & responseBit) !== 0) return 'drop';
    if (packet.length < headerOctets) return 'formerr';
    if ((packet[2]! & opcodeMask) !== 0) return 'notimp';
    if (packet[4] !== 0 || packet[5] !== 1) return 'formerr';
    const questionEnd = this.#readQuestion(packet);
    if (questionEnd === -1) return 'formerr';
    const records = packet.readUInt16BE(6) + packet.readUInt16BE(8) + packet.readUInt16BE(10);
    if (records > recordsMax) return 'formerr';
    const optVersion = this.#readRecords(packet, questionEnd, records);
    if (optVersion === -1) return 'formerr';
    this.questionEnd = questionEnd;
    if (optVersion > 0) return 'badvers';
    if (packet.readUInt16BE(questionEnd - 2) !== classIn) return 'refused';
    if (this.type === RecordType.AXFR || this.type === RecordType.IXFR) return 'refused';
    return unaskable.has(this.type) ? 'notimp' : 'ok';
  }

  /** Offset behind the question, or -1. The name may not be compressed: there is nothing yet to point to. */
  #readQuestion(packet: Buffer): number {
    let at = headerOctets;
    let filled = 0;
    for (;;) {
      if (at >= packet.length) return -1;
      const length = packet[at]!;
      if (length === 0) break;
      const end = at + 1 + length;
      // 254 octets of labels and the root's make the 255 of RFC 1035.
      if (length > 63 || filled + 1 + length > 254 || end >= packet.length) return -1;
      scratch[filled++] = length;
      for (at++; at < end; at++) scratch[filled++] = lowerCase[packet[at]!]!;
    }
    if (at + 5 > packet.length) return -1;
    scratch[filled] = packet[at + 1]!;
    scratch[filled + 1] = packet[at + 2]!;
    this.type = packet.readUInt16BE(at + 1);
    this.key = scratch.toString('latin1', 0, filled + 2);
    return at + 5;
  }

  /**
   * Walks the records behind the question to the very end of the message. Returns the EDNS version, 0 without EDNS, -1
   * for anything malformed: cut short, octets left over, an OPT with an owner, outside ADDITIONAL, or a second one.
   */
  #readRecords(packet: Buffer, start: number, count: number): number {
    const firstAdditional = count - packet.readUInt16BE(10);
    let at = start;
    let version = 0;
    for (let index = 0; index < count; index++) {
      const owner = at;
      at = skipName(packet, at);
      if (at === -1 || at + 10 > packet.length) return -1;
      const end = at + 10 + packet.readUInt16BE(at + 8);
      if (end > packet.length) return -1;
      if (packet.readUInt16BE(at) === RecordType.OPT) {
        if (this.hasEdns || index < firstAdditional || packet[owner] !== 0) return -1;
        if (!areOptionsWhole(packet, at + 10, end)) return -1;
        this.hasEdns = true;
        this.udpOctets = Math.max(512, packet.readUInt16BE(at + 2));
        version = packet[at + 5]!;
        this.dnssecOk = (packet[at + 6]! & 0x80) !== 0;
      }
      at = end;
    }
    return at === packet.length ? version : -1;
  }
}

/** Offset behind a possibly compressed name, or -1. Pointers are not followed, so they cannot loop. */
function skipName(packet: Buffer, start: number): number {
  let at = start;
  while (at < packet.length) {
    const length = packet[at]!;
    if (length === 0) return at + 1;
    if (length >= 0xc0) return at + 2;
    // 01 and 10 in the two top bits are reserved (RFC 1035 section 4.1.4).
    if (length > 63) return -1;
    at += 1 + length;
    if (at - start > 254) return -1;
  }
  return -1;
}

/** Whether the options of an OPT record fill it exactly (RFC 6891 section 6.1.2). What they say does not matter. */
function areOptionsWhole(packet: Buffer, start: number, end: number): boolean {
  let at = start;
  while (at < end) {
    if (at + 4 > end) return false;
    at += 4 + packet.readUInt16BE(at + 2);
  }
  return at === end;
}

/** The question being read; one is enough as reading never waits. */
const scratch = Buffer.alloc(256);

/** RFC 4343: ASCII letters only. */
const lowerCase = Uint8Array.from({ length: 256 }, (_, octet) => (octet >= 65 && octet <= 90 ? octet + 32 : octet));
