// Errors of etcd's v2 API: `{"errorCode":100,"message":"Key not found","cause":"/a","index":7}`
// (etcd v3.4 etcdserver/api/v2error).

import { isApiError } from '../../../common/api/errors.ts';
import { ApiError, Status } from '../../../common/api/status.ts';

interface Row {
  readonly code: number;
  readonly message: string;
  readonly status: number;
}

const rows = {
  keyNotFound: { code: 100, message: 'Key not found', status: 404 },
  notFile: { code: 102, message: 'Not a file', status: 403 },
  notDirectory: { code: 104, message: 'Not a directory', status: 400 },
  nodeExists: { code: 105, message: 'Key already exists', status: 412 },
  rootReadOnly: { code: 107, message: 'Root is read only', status: 400 },
  directoryNotEmpty: { code: 108, message: 'Directory not empty', status: 403 },
  unauthorized: { code: 110, message: 'The request requires user authentication', status: 401 },
  indexNotANumber: { code: 203, message: 'The given index in POST form is not a number', status: 400 },
  invalidField: { code: 209, message: 'Invalid field', status: 400 },
  invalidForm: { code: 210, message: 'Invalid POST form', status: 400 },
  raftInternal: { code: 300, message: 'Raft Internal Error', status: 500 },
  leaderElection: { code: 301, message: 'During Leader Election', status: 500 },
  indexCleared: { code: 401, message: 'The event in requested index is outdated and cleared', status: 400 },
} as const satisfies Record<string, Row>;

export class V2Error extends Error {
  override readonly name = 'V2Error';
  readonly status: number;
  /** X-Etcd-Index; 0 when the store was not asked. */
  readonly index: number;
  readonly body: string;

  constructor(key: keyof typeof rows, cause: string, index = 0) {
    const { code, message, status } = rows[key];
    super(`${message} (${cause})`);
    this.status = status;
    this.index = index;
    this.body = `${JSON.stringify({ errorCode: code, message, ...(cause === '' ? {} : { cause }), index })}\n`;
  }
}

const denied: ReadonlySet<Status> = new Set([Status.UNAUTHENTICATED, Status.PERMISSION_DENIED]);

/** A refusal of the store behind, in v2's terms. Others than the store's are not for clients. */
export function v2Error(error: unknown): V2Error | undefined {
  if (error instanceof V2Error) return error;
  if (!(error instanceof ApiError)) return undefined;
  // With authentication on, v3 answers `user name is empty` to a call without a token.
  if (denied.has(error.status) || isApiError(error, 'userEmpty')) {
    return new V2Error('unauthorized', 'Insufficient credentials');
  }
  return new V2Error(isApiError(error, 'noLeader') ? 'leaderElection' : 'raftInternal', error.message);
}
