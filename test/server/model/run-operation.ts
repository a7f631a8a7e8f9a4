// One operation on the model and on a node, as two values that must be equal: the response (of its headers the revision
// only) or the error's message, and the revision after it.

import type { ResponseHeader } from '../../../common/api/generated/messages.ts';
import { ApiError } from '../../../common/api/status.ts';
import { type TestNode, testCall } from '../../harness/test-node.ts';
import { type KvModel, Refusal } from './kv-model.ts';
import type { Operation } from './operations.ts';

export function onModel(model: KvModel, operation: Operation): unknown {
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

export async function onNode(node: TestNode, operation: Operation): Promise<unknown> {
  try {
    const response = await nodeResponse(node, operation);
    return { response, revision: node.revision };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { refused: error.message, revision: node.revision };
  }
}

async function nodeResponse(node: TestNode, operation: Operation): Promise<unknown> {
  switch (operation.kind) {
    case 'range':
      return revisionOnly(await node.answer(() => node.service.range(operation.request, testCall)));
    case 'put':
      return revisionOnly(await node.answer(() => node.service.put(operation.request, testCall)));
    case 'deleteRange':
      return revisionOnly(await node.answer(() => node.service.deleteRange(operation.request, testCall)));
    case 'txn':
      return revisionOnly(await node.answer(() => node.service.txn(operation.request, testCall)));
    case 'compact':
      await node.compact(operation.revision, operation.physical);
      return undefined;
    case 'grant':
      await node.grant(operation.ttl, operation.id);
      return undefined;
    case 'revoke':
      await node.revoke(operation.id);
      return undefined;
  }
}

/** Cluster, member and term of the outermost header are not the model's. */
function revisionOnly<T extends { header: ResponseHeader | undefined }>(response: T): T {
  const { revision } = response.header!;
  return { ...response, header: { clusterId: 0n, memberId: 0n, revision, raftTerm: 0 } };
}
