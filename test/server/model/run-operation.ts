// One operation on the model and on a service, as two values that must be equal: the response (of its headers the revision
// only) or the error's message, and the revision after it.

import type { MaybePromise } from '../../../common/api/call.ts';
import {
  CompactionRequest,
  LeaseGrantRequest,
  LeaseRevokeRequest,
  type ResponseHeader,
} from '../../../common/api/generated/messages.ts';
import type { Service } from '../../../common/api/generated/service.ts';
import { ApiError } from '../../../common/api/status.ts';
import { type TestNode, testCall } from '../../harness/test-node.ts';
import { type KvModel, Refusal } from './kv-model.ts';
import type { Operation } from './operations.ts';

/** What became of an operation. */
export interface Outcome {
  readonly response?: unknown;
  /** The error's message. */
  readonly refused?: string;
  /** Of the store, afterwards. */
  readonly revision: number;
}

export function onModel(model: KvModel, operation: Operation): Outcome {
  try {
    return { response: modelResponse(model, operation), revision: model.revision };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { refused: error.message, revision: model.revision };
  }
}

function modelResponse(model: KvModel, operation: Operation): unknown {
  switch (operation.kind) {
    case 'range':
      return model.range(operation.request);
    case 'put':
      return model.put(operation.request);
    case 'deleteRange':
      return model.deleteRange(operation.request);
    case 'txn':
      return model.txn(operation.request);
    case 'compact':
      return model.compact(operation.revision);
    case 'grant':
      return model.grant(operation.id, operation.ttl);
    case 'revoke':
      return model.revoke(operation.id);
  }
}

/** Where operations are carried out: a node in memory, or a real one over the network. */
export interface Subject {
  readonly service: Service;
  /** The answer of a call, refusals that are thrown at once included. */
  readonly answer: <T>(call: () => MaybePromise<T>) => Promise<T>;
  readonly revision: () => Promise<number>;
}

export function subjectOf(node: TestNode): Subject {
  return { service: node.service, answer: (call) => node.answer(call), revision: async () => node.revision };
}

export async function onSubject(subject: Subject, operation: Operation): Promise<Outcome> {
  try {
    const response = await responseOf(subject, operation);
    return { response, revision: await subject.revision() };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { refused: error.message, revision: await subject.revision() };
  }
}

async function responseOf({ service, answer }: Subject, operation: Operation): Promise<unknown> {
  switch (operation.kind) {
    case 'range':
      return revisionOnly(await answer(() => service.range(operation.request, testCall)));
    case 'put':
      return revisionOnly(await answer(() => service.put(operation.request, testCall)));
    case 'deleteRange':
      return revisionOnly(await answer(() => service.deleteRange(operation.request, testCall)));
    case 'txn':
      return revisionOnly(await answer(() => service.txn(operation.request, testCall)));
    case 'compact':
      await answer(() => service.compact(CompactionRequest.create(operation), testCall));
      return undefined;
    case 'grant':
      await answer(() => service.leaseGrant(LeaseGrantRequest.create(operation), testCall));
      return undefined;
    case 'revoke':
      await answer(() => service.leaseRevoke(LeaseRevokeRequest.create(operation), testCall));
      return undefined;
  }
}

/** Cluster, member and term of the outermost header are not the model's. */
function revisionOnly<T extends { header: ResponseHeader | undefined }>(response: T): T {
  const { revision } = response.header!;
  return { ...response, header: { clusterId: 0n, memberId: 0n, revision, raftTerm: 0 } };
}
