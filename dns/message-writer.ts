// Encodes a response without its OPT record: header, question, records with name compression (RFC 1035 section 4.1.4),
// each record whole or not at all. One writer with one buffer serves all answers, as encoding never waits. SRV targets
// are written in full, as RFC 2782 demands and Go's resolver for a time insisted on (etcd-io/etcd#11376); they still
// serve as targets of later pointers.

import type { Name } from './name.ts';
import { classIn, headerOctets, type Rcode, tcpOctetsMax } from './protocol.ts';
import type { RecordData, ResourceRecord } from './record.ts';

export type Section = 'answer' | 'authority' | 'additional';

const countOffsets = { answer: 6, authority: 8, additional: 10 } as const;

/** Pointers have 14 bits. */
const pointerOffsetMax = 0x3fff;

/** The last record may begin just inside the limit: an owner, the fixed fields and 64 KiB of data behind it. */
const bufferOctets = 2 * tcpOctetsMax + 512;

export const authoritativeBit = 0x04;
export const truncatedBit = 0x02;
const responseBit = 0x80;

export class MessageWriter {
  readonly #buffer = Buffer.alloc(bufferOctets);
  /** Where each name and parent name so far begins. */
  readonly #offsets = new Map<Name, number>();
  /** Names added by the record being written: taken back if it does not fit. */
  #added: Name[] = [];
  #length = 0;
  #octetsMax = 0;

  /** Starts a message of at most `octetsMax`: id 0, QR and AA set, one question. */
  begin(question: { readonly name: Name; readonly type: number }, rcode: Rcode, octetsMax: number): void {
    this.#offsets.clear();
    this.#octetsMax = octetsMax;
    this.#buffer.fill(0, 0, headerOctets);
    this.#buffer[2] = responseBit | authoritativeBit;
    this.#buffer[3] = rcode & 0x0f;
    this.#buffer[5] = 1;
    this.#length = headerOctets;
    this.#name(question.name);
    this.#uint16(question.type);
    this.#uint16(classIn);
  }

  get length(): number {
    return this.#length;
  }

  /** Appends the record, or returns false and leaves the message as it was if it would grow too long. */
  append(section: Section, { name, type, ttl, data }: ResourceRecord): boolean {
    const start = this.#length;
    this.#added = [];
    this.#name(name);
    this.#uint16(type);
    this.#uint16(classIn);
    this.#uint32(ttl);
    const lengthAt = this.#length;
    this.#length += 2;
    this.#data(data);
    if (this.#length > this.#octetsMax) {
      for (const added of this.#added) this.#offsets.delete(added);
      this.#length = start;
      return false;
    }
    this.#buffer.writeUInt16BE(this.#length - lengthAt - 2, lengthAt);
    const countAt = countOffsets[section];
    this.#buffer.writeUInt16BE(this.#buffer.readUInt16BE(countAt) + 1, countAt);
    return true;
  }

  setTruncated(): void {
    this.#buffer[2]! |= truncatedBit;
  }

  /** A copy of the message so far. */
  finish(): Buffer {
    return Buffer.from(this.#buffer.subarray(0, this.#length));
  }

  #data(data: RecordData): void {
    switch (data.kind) {
      case 'octets':
        data.octets.copy(this.#buffer, this.#length);
        this.#length += data.octets.length;
        return;
      case 'name':
        this.#name(data.target);
        return;
      case 'srv':
        this.#uint16(data.priority);
        this.#uint16(data.weight);
        this.#uint16(data.port);
        this.#nameInFull(data.target);
        return;
      case 'soa':
        this.#name(data.primary);
        this.#name(data.mailbox);
        this.#uint32(data.serial);
        this.#uint32(data.refresh);
        this.#uint32(data.retry);
        this.#uint32(data.expire);
        this.#uint32(data.minimum);
    }
  }

  /** The name, its longest known suffix replaced by a pointer. */
  #name(name: Name): void {
    for (let at = 0; at < name.length; ) {
      const suffix = name.slice(at);
      const offset = this.#offsets.get(suffix);
      if (offset !== undefined) {
        this.#uint16(0xc000 | offset);
        return;
      }
      this.#remember(suffix);
      at = this.#label(name, at);
    }
    this.#buffer[this.#length++] = 0;
  }

  #nameInFull(name: Name): void {
    for (let at = 0; at < name.length; ) {
      const suffix = name.slice(at);
      if (!this.#offsets.has(suffix)) this.#remember(suffix);
      at = this.#label(name, at);
    }
    this.#buffer[this.#length++] = 0;
  }

  #remember(suffix: Name): void {
    if (this.#length > pointerOffsetMax) return;
    this.#offsets.set(suffix, this.#length);
    this.#added.push(suffix);
  }

  /** Writes the label that begins at `at` and returns where the next one begins. */
  #label(name: Name, at: number): number {
    const end = at + 1 + name.charCodeAt(at);
    for (let index = at; index < end; index++) this.#buffer[this.#length++] = name.charCodeAt(index);
    return end;
  }

  #uint16(value: number): void {
    this.#buffer[this.#length++] = value >>> 8;
    this.#buffer[this.#length++] = value;
  }

  #uint32(value: number): void {
    this.#uint16(value >>> 16);
    this.#uint16(value & 0xffff);
  }
}
