// Which endings of a watch or lease stream are worth another attempt. A member that is down, leaderless or restarting
// will be back; a refusal (wrong permission, malformed request) will be refused again.

import { errorTable } from '../api/errors.ts';
import { ApiError, Status } from '../api/status.ts';

const lasting: ReadonlySet<Status> = new Set([
  Status.INVALID_ARGUMENT,
  Status.PERMISSION_DENIED,
  Status.UNAUTHENTICATED,
  Status.UNIMPLEMENTED,
  Status.FAILED_PRECONDITION,
]);

/** True when opening the same stream again would fail the same way. */
export function isLasting(error: Error | undefined): boolean {
  return error instanceof ApiError && lasting.has(error.status);
}

/**
 * The error that a watch's `cancel_reason` stands for. Servers put the bare message there, or Go's rendering of the
 * whole status (`rpc error: code = PermissionDenied desc = etcdserver: permission denied`).
 */
export function cancelReasonError(reason: string): ApiError {
  for (const row of Object.values(errorTable)) {
    if (reason.endsWith(row.message)) return new ApiError(row.status, row.message);
  }
  return new ApiError(Status.UNKNOWN, reason === '' ? 'watch cancelled by the server without a reason' : reason);
}
