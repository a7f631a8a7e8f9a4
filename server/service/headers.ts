// The header of every answer: which cluster, which member, which term; the revision is the answer's own.

import type { ResponseHeader } from '../../common/api/generated/messages.ts';

export class Headers {
  private readonly clusterId: bigint;
  private readonly memberId: bigint;
  private readonly term: () => number;
  private readonly revision: () => number;

  constructor(options: { clusterId: bigint; memberId: bigint; term: () => number; revision: () => number }) {
    this.clusterId = options.clusterId;
    this.memberId = options.memberId;
    this.term = options.term;
    this.revision = options.revision;
  }

  /** With the store's revision of this moment. */
  now(): ResponseHeader {
    return this.at(this.revision());
  }

  at(revision: number): ResponseHeader {
    return { clusterId: this.clusterId, memberId: this.memberId, revision, raftTerm: this.term() };
  }

  /** Of answers about the cluster, which etcd sends without a revision. */
  withoutRevision(): ResponseHeader {
    return this.at(0);
  }

  /** Completes the header that apply made, which carries the revision only. */
  complete<T extends { header: ResponseHeader | undefined }>(response: T): T {
    response.header = this.at(response.header?.revision ?? this.revision());
    return response;
  }
}
