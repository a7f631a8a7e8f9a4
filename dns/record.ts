// Resource records as the resolver makes them and the writer encodes them, and addresses as octets.

import { isIP } from 'node:net';
import type { Name } from './name.ts';

export type RecordData =
  | { readonly kind: 'octets'; readonly octets: Buffer }
  | { readonly kind: 'name'; readonly target: Name }
  | {
      readonly kind: 'srv';
      readonly priority: number;
      readonly weight: number;
      readonly port: number;
      readonly target: Name;
    }
  | {
      readonly kind: 'soa';
      readonly primary: Name;
      readonly mailbox: Name;
      readonly serial: number;
      readonly refresh: number;
      readonly retry: number;
      readonly expire: number;
      /** RFC 2308: how long a negative answer may be kept. */
      readonly minimum: number;
    };

export interface ResourceRecord {
  readonly name: Name;
  readonly type: number;
  /** Seconds. */
  readonly ttl: number;
  readonly data: RecordData;
}

/** A record of the ANSWER section with what goes along in ADDITIONAL as long as there is room. */
export interface AnswerRecord {
  readonly record: ResourceRecord;
  readonly glue: readonly ResourceRecord[];
}

/** 4 or 16 octets, or undefined when `text` is no IP address. */
export function addressOctets(text: string): Buffer | undefined {
  const version = isIP(text);
  if (version === 4) return Buffer.from(text.split('.').map(Number));
  if (version !== 6 || text.includes('%')) return undefined;
  const [head = '', tail] = text.split('::');
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const zeros = new Array<number>(16 - before.length - after.length).fill(0);
  return Buffer.from([...before, ...zeros, ...after]);
}

/** `fd00:1` -> four octets; a dotted quad may end it (RFC 4291 section 2.2). */
function groups(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (group.includes('.')) return group.split('.').map(Number);
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}
