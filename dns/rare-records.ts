// RDATA of record types that are asked for seldom, encoded by dns2: TXT, and HINFO as opaque octets. dns2's writer
// keeps one array element a bit, which is slow but right, and rare answers are cached like all
// others. What we take from it is the RDATA only: names in it would not be compressed, so types that carry names are
// our own.

import { Packet } from 'dns2';
import type { Name } from './name.ts';
import { classIn, RecordType } from './protocol.ts';
import type { ResourceRecord } from './record.ts';

/** RFC 1035 section 3.3: a character-string is 255 octets at most. */
const characterStringOctetsMax = 255;

/** Owner (the root), type, class, TTL and length, which precede the RDATA in a record by itself. */
const rdataOffset = 1 + 10;

/** A TXT record of these strings, in order, without those that are too long; none gives one empty string (RFC 6763). */
export function txtRecord(name: Name, ttl: number, strings: readonly string[]): ResourceRecord {
  const fitting = strings.map((text) => Buffer.from(text)).filter(({ length }) => length <= characterStringOctetsMax);
  const octets = rdata(RecordType.TXT, fitting.length === 0 ? [Buffer.alloc(0)] : fitting);
  return { name, type: RecordType.TXT, ttl, data: { kind: 'octets', octets } };
}

/** What RFC 8482 section 4.2 answers to ANY: a HINFO whose CPU field names the RFC. */
export function anyRecord(name: Name, ttl: number): ResourceRecord {
  const octets = Buffer.from('\x07RFC8482\x00', 'latin1');
  return { name, type: RecordType.HINFO, ttl, data: { kind: 'octets', octets } };
}

function rdata(type: number, data: readonly Buffer[]): Buffer {
  const resource = new Packet.Resource({ name: '', type, class: classIn, ttl: 0 });
  // dns2 takes buffers as well as strings here; its types mention strings only.
  Object.assign(resource, { data });
  return Packet.Resource.encode(resource, new Packet.Writer()).subarray(rdataOffset);
}
