// Every error that a client may see: etcd's exact message, its gRPC code, and whether a client may simply try again.
// Code throws `apiError('…')` by key, never strings of its own.
// Source: etcd api/v3rpc/rpctypes/error.go, level 3.6.

import { ApiError, Status } from './status.ts';

interface ErrorRow {
  readonly status: Status;
  readonly message: string;
  /** True when the same request may succeed a little later, on this or another member. */
  readonly retryable: boolean;
}

const row = (status: Status, message: string, retryable = false): ErrorRow => ({
  status,
  message: `etcdserver: ${message}`,
  retryable,
});

const invalid = (message: string): ErrorRow => row(Status.INVALID_ARGUMENT, message);
const precondition = (message: string): ErrorRow => row(Status.FAILED_PRECONDITION, message);
const unavailable = (message: string): ErrorRow => row(Status.UNAVAILABLE, message, true);

export const errorTable = {
  emptyKey: invalid('key is not provided'),
  keyNotFound: invalid('key not found'),
  valueProvided: invalid('value is provided'),
  leaseProvided: invalid('lease is provided'),
  tooManyOps: invalid('too many operations in txn request'),
  duplicateKey: invalid('duplicate key given in txn request'),
  invalidSortOption: invalid('invalid sort option'),
  invalidClientApiVersion: invalid('invalid client api version'),
  memberBadUrls: invalid('given member URLs are invalid'),
  requestTooLarge: invalid('request is too large'),
  userEmpty: invalid('user name is empty'),
  roleEmpty: invalid('role name is empty'),
  authFailed: invalid('authentication failed, invalid user ID or password'),
  permissionNotGiven: invalid('permission not given'),
  invalidAuthManagement: invalid('invalid auth management'),
  authOldRevision: invalid('revision of auth store is old'),
  wrongDowngradeVersionFormat: invalid('wrong downgrade target version format'),
  invalidDowngradeTargetVersion: invalid('invalid downgrade target version'),
  compacted: row(Status.OUT_OF_RANGE, 'mvcc: required revision has been compacted'),
  futureRevision: row(Status.OUT_OF_RANGE, 'mvcc: required revision is a future revision'),
  leaseTtlTooLarge: row(Status.OUT_OF_RANGE, 'too large lease TTL'),
  noSpace: row(Status.RESOURCE_EXHAUSTED, 'mvcc: database space exceeded'),
  tooManyRequests: row(Status.RESOURCE_EXHAUSTED, 'too many requests', true),
  leaseNotFound: row(Status.NOT_FOUND, 'requested lease not found'),
  memberNotFound: row(Status.NOT_FOUND, 'member not found'),
  leaseExists: precondition('lease already exists'),
  memberExists: precondition('member ID already exist'),
  peerUrlsExist: precondition('Peer URLs already exists'),
  notEnoughStartedMembers: precondition('re-configuration failed due to not enough started members'),
  canOnlyPromoteLearner: precondition('can only promote a learner member'),
  learnerNotReady: precondition('can only promote a learner member which is in sync with leader'),
  tooManyLearners: precondition('too many learner members in cluster'),
  clusterIdMismatch: precondition('cluster ID mismatch'),
  rootUserNotExist: precondition('root user does not exist'),
  rootRoleNotExist: precondition('root user does not have root role'),
  userAlreadyExists: precondition('user name already exists'),
  userNotFound: precondition('user name not found'),
  roleAlreadyExists: precondition('role name already exists'),
  roleNotFound: precondition('role name not found'),
  roleNotGranted: precondition('role is not granted to the user'),
  permissionNotGranted: precondition('permission is not granted to the role'),
  authNotEnabled: precondition('authentication is not enabled'),
  notLeader: precondition('not leader'),
  notCapable: precondition('not capable'),
  notSupportedForLearner: precondition('rpc not supported for learner'),
  badLeaderTransferee: precondition('bad leader transferee'),
  clusterVersionUnavailable: precondition('cluster version not found during downgrade'),
  downgradeInProgress: precondition('cluster has a downgrade job in progress'),
  noInflightDowngrade: precondition('no inflight downgrade job'),
  permissionDenied: row(Status.PERMISSION_DENIED, 'permission denied'),
  invalidAuthToken: row(Status.UNAUTHENTICATED, 'invalid auth token'),
  noLeader: unavailable('no leader'),
  leaderChanged: unavailable('leader changed'),
  stopped: unavailable('server stopped'),
  timeout: unavailable('request timed out'),
  timeoutDueToLeaderFail: unavailable('request timed out, possibly due to previous leader failure'),
  timeoutDueToConnectionLost: unavailable('request timed out, possibly due to connection lost'),
  timeoutWaitAppliedIndex: unavailable('request timed out, waiting for the applied index took too long'),
  unhealthy: unavailable('unhealthy cluster'),
  corrupt: row(Status.DATA_LOSS, 'corrupt cluster'),
  watchCancelled: row(Status.CANCELLED, 'watch canceled'),
  requestCancelled: row(Status.CANCELLED, 'request canceled'),
} as const satisfies Record<string, ErrorRow>;

export type ErrorKey = keyof typeof errorTable;

/** An error of the table, ready to throw. `cause` is for the log only. */
export function apiError(key: ErrorKey, cause?: unknown): ApiError {
  const { status, message } = errorTable[key];
  return new ApiError(status, message, cause === undefined ? undefined : { cause });
}

/** Whether `error` is this row of the table, wherever it was raised (also across the wire). */
export function isApiError(error: unknown, key: ErrorKey): boolean {
  return error instanceof ApiError && error.message === errorTable[key].message;
}

const keysByMessage: ReadonlyMap<string, ErrorKey> = new Map(
  Object.entries(errorTable).map(([key, { message }]) => [message, key as ErrorKey]),
);

/** The row that an error belongs to, so that it can travel between members; undefined for any other error. */
export function errorKeyOf(error: Error): ErrorKey | undefined {
  return error instanceof ApiError ? keysByMessage.get(error.message) : undefined;
}

/** `context deadline exceeded` in Go's words, which clients of etcd match on. */
export function deadlineExceeded(): ApiError {
  return new ApiError(Status.DEADLINE_EXCEEDED, 'context deadline exceeded');
}

const httpStatuses: Readonly<Record<Status, number>> = {
  0: 200,
  1: 499,
  2: 500,
  3: 400,
  4: 504,
  5: 404,
  6: 409,
  7: 403,
  8: 429,
  9: 400,
  10: 409,
  11: 400,
  12: 501,
  13: 500,
  14: 503,
  15: 500,
  16: 401,
};

/** gRPC code to HTTP status, as gRPC-gateway maps them. */
export function httpStatus(status: Status): number {
  return httpStatuses[status];
}
