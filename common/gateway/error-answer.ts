// What a failed call looks like in JSON: the body of grpc-gateway v2 (code, message, details) and its HTTP status.
// etcd 3.6 leaves an empty `details` out; it is printed here, as grpc-gateway's own default does, so that a client
// may walk it unchecked. The `error` text of grpc-gateway v1 (etcd 3.4, 3.5) is gone, as in 3.6.

import { httpStatus } from '../api/errors.ts';
import { JsonError } from '../api/json.ts';
import { ApiError, Status } from '../api/status.ts';
import type { Logger } from '../log.ts';
import { AssertionError } from '../runtime/assert.ts';

export interface ErrorAnswer {
  readonly status: Status;
  readonly message: string;
  /** Where it differs from the one that the gRPC code maps to. */
  readonly httpStatus: number;
}

/** What to tell the client about `error`. Anything that is no answer of the API is logged, for it is our mistake. */
export function errorAnswer(error: unknown, log: Logger, where: string): ErrorAnswer {
  if (error instanceof ApiError) return answer(error.status, error.message);
  if (error instanceof JsonError) return answer(Status.INVALID_ARGUMENT, error.message);
  if (error instanceof AssertionError) throw error;
  const message = error instanceof Error ? error.message : String(error);
  log.error('a call failed unexpectedly', { where, error: error instanceof Error ? error.stack : message });
  return answer(Status.UNKNOWN, message);
}

export function answer(status: Status, message: string, http: number = httpStatus(status)): ErrorAnswer {
  return { status, message, httpStatus: http };
}

/** The JSON object that both a failed call and the `error` line of a stream carry. */
export function errorJson({ status, message }: ErrorAnswer): string {
  return `{"code":${status},"message":${JSON.stringify(message)},"details":[]}`;
}
