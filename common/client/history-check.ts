// Tells a member that lags from a cluster that was wiped or restored from a backup. Both answer with a revision lower
// than one already seen; only in the second case is the history that was seen gone, and waiting for it to "catch up"
// would lose every event up to there in silence.

import { RangeRequest, type ResponseHeader } from '../api/generated/messages.ts';
import type { Service } from '../api/generated/service.ts';
import { outgoingCall } from './outgoing-call.ts';

/** The furthest point of a cluster's history that was seen. */
export interface HistoryMark {
  readonly clusterId: bigint;
  readonly revision: number;
  readonly raftTerm: number;
}

export type HistoryVerdict = 'continues' | 'doubtful' | 'broken';

/** What one header, from whichever member, says about the history known so far. */
export function judgeHeader(mark: HistoryMark, header: ResponseHeader): HistoryVerdict {
  if (header.clusterId !== mark.clusterId) return 'broken';
  return header.revision < mark.revision || header.raftTerm < mark.raftTerm ? 'doubtful' : 'continues';
}

export function advanceMark(mark: HistoryMark | undefined, header: ResponseHeader): HistoryMark {
  if (mark === undefined || mark.clusterId !== header.clusterId) return header;
  return {
    clusterId: header.clusterId,
    revision: Math.max(mark.revision, header.revision),
    raftTerm: Math.max(mark.raftTerm, header.raftTerm),
  };
}

/**
 * Settles a doubt with a linearizable read: its revision is at least that of everything ever acknowledged, so a lower
 * one proves that the cluster has lost history. Rejects when the read fails.
 */
export async function historyIsBroken(
  service: Service,
  mark: HistoryMark,
  options: { readonly key: Buffer; readonly metadata: ReadonlyMap<string, string>; readonly timeoutMs: number },
): Promise<boolean> {
  const { header } = await service.range(
    RangeRequest.create({ key: options.key, countOnly: true }),
    outgoingCall({ metadata: options.metadata, timeoutMs: options.timeoutMs }),
  );
  return header !== undefined && judgeHeader(mark, header) !== 'continues';
}
