// Who a data directory belongs to: the opaque metadata of its write-ahead log.

import { StartError } from '../common/runtime/role.ts';

export interface Identity {
  readonly clusterId: bigint;
  readonly memberId: bigint;
}

const identityBytes = 16;

export function encodeIdentity({ clusterId, memberId }: Identity): Buffer {
  const bytes = Buffer.alloc(identityBytes);
  bytes.writeBigUInt64BE(clusterId, 0);
  bytes.writeBigUInt64BE(memberId, 8);
  return bytes;
}

export function decodeIdentity(bytes: Buffer): Identity {
  if (bytes.length !== identityBytes) {
    throw new StartError(
      `the write-ahead log names no member: its metadata has ${bytes.length} bytes instead of ${identityBytes}`,
    );
  }
  return { clusterId: bytes.readBigUInt64BE(0), memberId: bytes.readBigUInt64BE(8) };
}
