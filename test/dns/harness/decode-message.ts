// A strict, slow DNS decoder for tests, written apart from the product's encoder: follows compression pointers only
// backwards, insists that lengths add up to the last octet, and renders records as zone-file lines.

import { SocketAddress } from 'node:net';

export interface DecodedMessage {
  readonly id: number;
  readonly flags: readonly string[];
  readonly opcode: number;
  /** With the upper bits of the OPT record, if there is one. */
  readonly rcode: number;
  readonly question: string | undefined;
  readonly answer: readonly string[];
  readonly authority: readonly string[];
  /** Without the OPT record. */
  readonly additional: readonly string[];
  readonly opt: DecodedOpt | undefined;
}

export interface DecodedOpt {
  readonly udpOctets: number;
  readonly version: number;
  readonly dnssecOk: boolean;
  readonly options: Readonly<Record<number, string>>;
}

const typeNames: Readonly<Record<number, string>> = {
  1: 'A',
  2: 'NS',
  5: 'CNAME',
  6: 'SOA',
  12: 'PTR',
  13: 'HINFO',
  16: 'TXT',
  28: 'AAAA',
  33: 'SRV',
};

export const typeNumbers: Readonly<Record<string, number>> = {
  ...Object.fromEntries(Object.entries(typeNames).map(([number, name]) => [name, Number(number)])),
  OPT: 41,
  IXFR: 251,
  AXFR: 252,
  ANY: 255,
};

const optType = 41;
const flagBits = [
  ['qr', 0x8000],
  ['aa', 0x0400],
  ['tc', 0x0200],
  ['rd', 0x0100],
  ['ra', 0x0080],
  ['ad', 0x0020],
  ['cd', 0x0010],
] as const;

export function decodeMessage(message: Buffer): DecodedMessage {
  const reader = new Reader(message);
  const id = reader.uint16();
  const bits = reader.uint16();
  const counts = [reader.uint16(), reader.uint16(), reader.uint16(), reader.uint16()] as const;
  let question: string | undefined;
  for (let index = 0; index < counts[0]; index++)
    question = `${reader.name()} ${typeName(reader.uint16(), reader.uint16())}`;
  let opt: DecodedOpt | undefined;
  const section = (count: number): string[] => {
    const lines: string[] = [];
    for (let index = 0; index < count; index++) {
      const record = reader.record();
      if (typeof record === 'string') lines.push(record);
      else if (opt !== undefined) throw new Error('two OPT records');
      else opt = record;
    }
    return lines;
  };
  const answer = section(counts[1]);
  const authority = section(counts[2]);
  const additional = section(counts[3]);
  if (reader.at !== message.length) throw new Error(`${message.length - reader.at} octets left over`);
  return {
    id,
    flags: flagBits.filter(([, bit]) => (bits & bit) !== 0).map(([name]) => name),
    opcode: (bits >> 11) & 15,
    rcode: (bits & 15) | reader.extendedRcode,
    question,
    answer,
    authority,
    additional,
    opt,
  };
}

function typeName(type: number, klass: number): string {
  return `${klass === 1 ? 'IN' : `CLASS${klass}`} ${typeNames[type] ?? `TYPE${type}`}`;
}

class Reader {
  readonly #message: Buffer;
  at = 0;
  extendedRcode = 0;

  constructor(message: Buffer) {
    this.#message = message;
  }

  uint16(): number {
    this.at += 2;
    return this.#message.readUInt16BE(this.at - 2);
  }

  uint32(): number {
    this.at += 4;
    return this.#message.readUInt32BE(this.at - 4);
  }

  name(): string {
    const labels: string[] = [];
    let at = this.at;
    let end: number | undefined;
    let octets = 1;
    for (;;) {
      const length = this.#message.readUInt8(at);
      if (length >= 0xc0) {
        const target = this.#message.readUInt16BE(at) & 0x3fff;
        end ??= at + 2;
        if (target >= at) throw new Error(`pointer at ${at} leads forward to ${target}`);
        at = target;
        continue;
      }
      if (length > 63) throw new Error(`label of length ${length} at ${at}`);
      at++;
      if (length === 0) break;
      if (at + length > this.#message.length) throw new Error('label beyond the end');
      labels.push(this.#message.toString('latin1', at, at + length));
      at += length;
      octets += 1 + length;
      if (octets > 255) throw new Error('name longer than 255 octets');
    }
    this.at = end ?? at;
    return `${labels.join('.')}.`;
  }

  record(): string | DecodedOpt {
    const owner = this.name();
    const type = this.uint16();
    const klass = this.uint16();
    const ttl = this.uint32();
    const length = this.uint16();
    const end = this.at + length;
    if (end > this.#message.length) throw new Error('record beyond the end');
    if (type === optType) return this.#opt({ owner, klass, ttl, end });
    const data = this.#data(type, end);
    if (this.at !== end) throw new Error(`RDATA of ${owner} ends at ${this.at} instead of ${end}`);
    return `${owner} ${ttl} ${typeName(type, klass)} ${data}`;
  }

  #opt({ owner, klass, ttl, end }: { owner: string; klass: number; ttl: number; end: number }): DecodedOpt {
    if (owner !== '.') throw new Error('OPT with an owner');
    const options: Record<number, string> = {};
    while (this.at < end) {
      const code = this.uint16();
      const length = this.uint16();
      options[code] = this.#message.toString('hex', this.at, this.at + length);
      this.at += length;
    }
    this.extendedRcode = (ttl >>> 24) << 4;
    return { udpOctets: klass, version: (ttl >>> 16) & 255, dnssecOk: (ttl & 0x8000) !== 0, options };
  }

  #data(type: number, end: number): string {
    switch (typeNames[type]) {
      case 'A':
        return [this.#octet(), this.#octet(), this.#octet(), this.#octet()].join('.');
      case 'AAAA':
        return this.#address6();
      case 'NS':
      case 'CNAME':
      case 'PTR':
        return this.name();
      case 'SRV':
        return `${this.uint16()} ${this.uint16()} ${this.uint16()} ${this.name()}`;
      case 'SOA':
        return `${this.name()} ${this.name()} ${[1, 2, 3, 4, 5].map(() => this.uint32()).join(' ')}`;
      case 'TXT':
      case 'HINFO':
        return this.#strings(end);
      default:
        throw new Error(`no decoder for type ${type}`);
    }
  }

  #octet(): number {
    return this.#message.readUInt8(this.at++);
  }

  #address6(): string {
    const groups = Array.from({ length: 8 }, () => this.uint16().toString(16));
    return new SocketAddress({ address: groups.join(':'), family: 'ipv6' }).address;
  }

  #strings(end: number): string {
    const strings: string[] = [];
    while (this.at < end) {
      const length = this.#octet();
      strings.push(`"${this.#message.toString('utf8', this.at, this.at + length)}"`);
      this.at += length;
    }
    return strings.join(' ');
  }
}
