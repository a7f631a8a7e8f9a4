// OPT records of responses (RFC 6891), ready-made: there are only a handful of different ones.

import { type ExtendedError, RecordType } from './protocol.ts';

/** What we say we can receive over UDP; queries are small, this is DNS Flag Day 2020's number. */
const advertisedOctets = 1232;

/** RFC 8914. */
const extendedErrorOption = 15;

export interface OptFields {
  readonly dnssecOk: boolean;
  /** All twelve bits; the lower four are the header's. */
  readonly rcode: number;
  readonly extendedError: ExtendedError | undefined;
}

/** The whole record. The DO bit is copied from the query (RFC 3225 section 3); we sign nothing. */
export function optRecord({ dnssecOk, rcode, extendedError }: OptFields): Buffer {
  const dataOctets = extendedError === undefined ? 0 : 6;
  const record = Buffer.alloc(11 + dataOctets);
  record.writeUInt16BE(RecordType.OPT, 1);
  record.writeUInt16BE(advertisedOctets, 3);
  record[5] = rcode >>> 4;
  record[7] = dnssecOk ? 0x80 : 0;
  record.writeUInt16BE(dataOctets, 9);
  if (extendedError !== undefined) {
    record.writeUInt16BE(extendedErrorOption, 11);
    record.writeUInt16BE(2, 13);
    record.writeUInt16BE(extendedError, 15);
  }
  return record;
}
