// Member and cluster ids as etcd computes them (server/etcdserver/api/membership), so that operators and tools see the
// ids they would see there.

import { createHash } from 'node:crypto';

/**
 * First 8 bytes of SHA-1 over the sorted peer URLs and the cluster token, and, for a member that is added to a running
 * cluster, the Unix time in seconds.
 */
export function memberId(peerUrls: readonly string[], clusterToken: string, seconds?: number): bigint {
  return sha1Id(Buffer.from([...peerUrls].sort().join('') + clusterToken + (seconds ?? ''), 'utf8'));
}

/** First 8 bytes of SHA-1 over the sorted member ids, big-endian. */
export function clusterId(memberIds: readonly bigint[]): bigint {
  const bytes = Buffer.alloc(memberIds.length * 8);
  const sorted = [...memberIds].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  sorted.forEach((id, i) => {
    bytes.writeBigUInt64BE(id, i * 8);
  });
  return sha1Id(bytes);
}

function sha1Id(bytes: Buffer): bigint {
  return createHash('sha1').update(bytes).digest().readBigUInt64BE(0);
}
