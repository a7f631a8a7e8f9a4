// Every key of the state machine's store, encoded and decoded in this one file. One byte of keyspace, then big-endian
// integers, so that bytewise order is numeric order. Pure.
//
//   k <main u64> <sub u32>     a revision row: one change of one user key (mvcc owns the value)
//   l <lease id u64>           a granted lease
//   m <name>                   single facts: applied index and term, current and compact revision, consistent bits
//   c <kind> <member id u64>   cluster: p(resent) members, r(emoved) ones, a(larms)
//   a <kind> <name>            auth: u(sers), r(oles), s(tate)
//
// Worked example: revision 5, second change of its transaction (sub 1) is 6b 0000000000000005 00000001.

import { assert } from '../../common/runtime/assert.ts';

export interface RevisionKey {
  /** The store revision; a safe integer. */
  readonly main: number;
  /** Position within the transaction, from 0. */
  readonly sub: number;
}

/** A half-open key range: gte <= key < lt. */
export interface KeyRange {
  readonly gte: Buffer;
  readonly lt: Buffer;
}

const keyspace = {
  revision: 0x6b, // k
  lease: 0x6c, // l
  meta: 0x6d, // m
  cluster: 0x63, // c
  auth: 0x61, // a
} as const;

const clusterKind = { member: 0x70, removed: 0x72, alarm: 0x61 } as const;
const authKind = { user: 0x75, role: 0x72, state: 0x73 } as const;
const revisionKeyBytes = 13;
const twoTo32 = 4294967296;

/** Writes a safe integer as u64, big-endian. Two u32 stores are several times faster than BigInt. */
export function writeSafeU64(target: Buffer, value: number, offset: number): void {
  assert(Number.isSafeInteger(value) && value >= 0, `not an unsigned safe integer: ${value}`);
  target.writeUInt32BE(Math.floor(value / twoTo32), offset);
  target.writeUInt32BE(value % twoTo32, offset + 4);
}

/** Reads a u64 that must be a safe integer; a larger one was not written by us. */
export function readSafeU64(source: Buffer, offset: number): number {
  const high = source.readUInt32BE(offset);
  assert(high < 0x200000, `a stored number exceeds the safe range at byte ${offset}`);
  return high * twoTo32 + source.readUInt32BE(offset + 4);
}

/** A safe integer as a row value of 8 bytes. */
export function encodeSafeU64(value: number): Buffer {
  const buffer = Buffer.allocUnsafe(8);
  writeSafeU64(buffer, value, 0);
  return buffer;
}

/** An unsigned 64-bit id as 8 bytes, big-endian. */
export function encodeU64(value: bigint): Buffer {
  const buffer = Buffer.allocUnsafe(8);
  buffer.writeBigUInt64BE(value, 0);
  return buffer;
}

export function decodeU64(source: Buffer, offset = 0): bigint {
  return source.readBigUInt64BE(offset);
}

export function encodeRevisionKey(main: number, sub: number): Buffer {
  const key = Buffer.allocUnsafe(revisionKeyBytes);
  key[0] = keyspace.revision;
  writeSafeU64(key, main, 1);
  key.writeUInt32BE(sub, 9);
  return key;
}

/** Fails (assertion) on a key of another keyspace or length. */
export function decodeRevisionKey(key: Buffer): RevisionKey {
  assert(key.length === revisionKeyBytes && key[0] === keyspace.revision, `not a revision row: ${key.toString('hex')}`);
  return { main: readSafeU64(key, 1), sub: key.readUInt32BE(9) };
}

/** All changes of the revisions from <= main < to; `to` absent: to the end. */
export function revisionRange(from = 0, to?: number): KeyRange {
  return {
    gte: encodeRevisionKey(from, 0),
    lt: to === undefined ? Buffer.of(keyspace.revision + 1) : encodeRevisionKey(to, 0),
  };
}

export function encodeLeaseKey(leaseId: bigint): Buffer {
  return prefixed([keyspace.lease], encodeLeaseId(leaseId));
}

/** The id as etcd's API has it: a signed 64-bit number. */
export function decodeLeaseKey(key: Buffer): bigint {
  assert(key.length === 9 && key[0] === keyspace.lease, `not a lease row: ${key.toString('hex')}`);
  return BigInt.asIntN(64, decodeU64(key, 1));
}

export const leaseRange: KeyRange = { gte: Buffer.of(keyspace.lease), lt: Buffer.of(keyspace.lease + 1) };

/** Single facts. The name is part of the disk format: whoever owns the fact keeps it in one constant. */
export function encodeMetaKey(name: string): Buffer {
  return prefixed([keyspace.meta], Buffer.from(name, 'utf8'));
}

export const metaRange: KeyRange = { gte: Buffer.of(keyspace.meta), lt: Buffer.of(keyspace.meta + 1) };

export function encodeMemberKey(memberId: bigint): Buffer {
  return prefixed([keyspace.cluster, clusterKind.member], encodeU64(memberId));
}

export function encodeRemovedMemberKey(memberId: bigint): Buffer {
  return prefixed([keyspace.cluster, clusterKind.removed], encodeU64(memberId));
}

/** `alarm` is etcd's AlarmType number (1 NOSPACE, 2 CORRUPT). */
export function encodeAlarmKey(memberId: bigint, alarm: number): Buffer {
  return prefixed([keyspace.cluster, clusterKind.alarm], Buffer.concat([encodeU64(memberId), Buffer.of(alarm)]));
}

export const memberRange: KeyRange = kindRange(keyspace.cluster, clusterKind.member);
export const removedMemberRange: KeyRange = kindRange(keyspace.cluster, clusterKind.removed);
export const alarmRange: KeyRange = kindRange(keyspace.cluster, clusterKind.alarm);

/** The member id of a member, removed-member or alarm row. */
export function decodeClusterKey(key: Buffer): { memberId: bigint; alarm?: number } {
  assert(key.length >= 10 && key[0] === keyspace.cluster, `not a cluster row: ${key.toString('hex')}`);
  const memberId = decodeU64(key, 2);
  return key[1] === clusterKind.alarm ? { memberId, alarm: key.readUInt8(10) } : { memberId };
}

export function encodeUserKey(name: string): Buffer {
  return prefixed([keyspace.auth, authKind.user], Buffer.from(name, 'utf8'));
}

export function encodeRoleKey(name: string): Buffer {
  return prefixed([keyspace.auth, authKind.role], Buffer.from(name, 'utf8'));
}

export function encodeAuthStateKey(): Buffer {
  return Buffer.of(keyspace.auth, authKind.state);
}

export const userRange: KeyRange = kindRange(keyspace.auth, authKind.user);
export const roleRange: KeyRange = kindRange(keyspace.auth, authKind.role);

/** Every row there is: the whole-store range of a snapshot transfer. */
export const everyRow: KeyRange = { gte: Buffer.of(0x00), lt: Buffer.of(0xff) };

function encodeLeaseId(leaseId: bigint): Buffer {
  return encodeU64(BigInt.asUintN(64, leaseId));
}

function prefixed(prefix: readonly number[], rest: Buffer): Buffer {
  return Buffer.concat([Buffer.from(prefix), rest]);
}

function kindRange(space: number, kind: number): KeyRange {
  return { gte: Buffer.of(space, kind), lt: Buffer.of(space, kind + 1) };
}
