// Queries for tests, octet by octet.

import { typeNumbers } from './decode-message.ts';

export interface QueryOptions {
  readonly id?: number;
  readonly type?: string | number;
  readonly klass?: number;
  readonly recursionDesired?: boolean;
  readonly checkingDisabled?: boolean;
  readonly edns?: EdnsOptions;
}

export interface EdnsOptions {
  readonly udpOctets?: number;
  readonly version?: number;
  readonly dnssecOk?: boolean;
  readonly data?: Buffer;
}

/** `web.service.rollcall.internal` as a query; letter case is kept. */
export function buildQuery(name: string, options: QueryOptions = {}): Buffer {
  const { id = 0x1234, type = 'A', klass = 1, recursionDesired = false, checkingDisabled = false, edns } = options;
  const header = Buffer.alloc(12);
  header.writeUInt16BE(id, 0);
  header[2] = recursionDesired ? 1 : 0;
  header[3] = checkingDisabled ? 0x10 : 0;
  header[5] = 1;
  header[11] = edns === undefined ? 0 : 1;
  const number = typeof type === 'number' ? type : typeNumbers[type]!;
  const tail = Buffer.alloc(4);
  tail.writeUInt16BE(number, 0);
  tail.writeUInt16BE(klass, 2);
  return Buffer.concat([header, wireName(name), tail, edns === undefined ? Buffer.alloc(0) : optOf(edns)]);
}

export function wireName(name: string): Buffer {
  const labels = name.split('.').filter((label) => label !== '');
  return Buffer.concat([
    ...labels.flatMap((label) => [Buffer.of(label.length), Buffer.from(label, 'latin1')]),
    Buffer.of(0),
  ]);
}

export function optOf({
  udpOctets = 1232,
  version = 0,
  dnssecOk = false,
  data = Buffer.alloc(0),
}: EdnsOptions): Buffer {
  const record = Buffer.alloc(11);
  record.writeUInt16BE(41, 1);
  record.writeUInt16BE(udpOctets, 3);
  record[6] = version;
  record[7] = dnssecOk ? 0x80 : 0;
  record.writeUInt16BE(data.length, 9);
  return Buffer.concat([record, data]);
}
