// A call that came as HTTP or WebSocket: request headers as metadata, deadline, cancellation. Metadata follows
// grpc-gateway: `Grpc-Metadata-X` becomes `x`, `Grpc-Timeout` the deadline, `Authorization` the token of etcd's auth
// (which etcd reads from either `token` or `authorization`).

import type { IncomingMessage } from 'node:http';
import type { Call } from '../api/call.ts';
import { ApiError, Status } from '../api/status.ts';
import type { Clock, Timer } from '../runtime/clock.ts';

const metadataPrefix = 'grpc-metadata-';
const bearer = /^Bearer\s+/i;

const unitMs: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 0.001, n: 0.000001 };

/** Milliseconds of a `Grpc-Timeout` header (`250m`, `10S`); undefined without one. */
export function timeoutOf(request: IncomingMessage): number | undefined {
  const header = request.headers['grpc-timeout'];
  if (header === undefined) return undefined;
  const match = /^(\d{1,8})([HMSmun])$/.exec(String(header));
  if (match === null) {
    throw new ApiError(Status.INVALID_ARGUMENT, `invalid grpc-timeout: ${String(header).slice(0, 40)}`);
  }
  return Number(match[1]) * unitMs[match[2]!]!;
}

export class GatewayCall implements Call {
  readonly timeoutMs: number | undefined;
  readonly #request: IncomingMessage;
  /** Overrides the Authorization header: a WebSocket's token comes as its subprotocol. */
  readonly #authorization: string | undefined;
  #metadata: ReadonlyMap<string, string> | undefined;
  #cancelled = false;
  #listeners: (() => void)[] = [];
  #deadline: Timer | undefined;

  /** Throws an ApiError for a malformed `Grpc-Timeout`. */
  constructor(request: IncomingMessage, authorization?: string) {
    this.#request = request;
    this.#authorization = authorization;
    this.timeoutMs = timeoutOf(request);
  }

  /** Made when somebody looks: most calls are never asked for it. */
  get metadata(): ReadonlyMap<string, string> {
    this.#metadata ??= readMetadata(this.#request, this.#authorization);
    return this.#metadata;
  }

  get peer(): string {
    const { remoteAddress, remotePort } = this.#request.socket;
    return remoteAddress?.includes(':') ? `[${remoteAddress}]:${remotePort}` : `${remoteAddress}:${remotePort}`;
  }

  get cancelled(): boolean {
    return this.#cancelled;
  }

  onCancel(listener: () => void): void {
    if (this.#cancelled) listener();
    else this.#listeners.push(listener);
  }

  /** Starts the deadline, if the call has one; `expired` runs before the call is cancelled. */
  startDeadline(clock: Clock, expired: () => void): void {
    if (this.timeoutMs === undefined) return;
    this.#deadline = clock.after(this.timeoutMs, () => {
      expired();
      this.cancel();
    });
  }

  cancel(): void {
    this.settle();
    if (this.#cancelled) return;
    this.#cancelled = true;
    const listeners = this.#listeners;
    this.#listeners = [];
    for (const listener of listeners) listener();
  }

  /** The call was answered: its deadline no longer matters. */
  settle(): void {
    this.#deadline?.cancel();
    this.#deadline = undefined;
  }
}

function readMetadata(request: IncomingMessage, override: string | undefined): ReadonlyMap<string, string> {
  const metadata = new Map<string, string>();
  for (const [name, value] of Object.entries(request.headers)) {
    if (!name.startsWith(metadataPrefix) || value === undefined) continue;
    metadata.set(name.slice(metadataPrefix.length), Array.isArray(value) ? value.join(', ') : value);
  }
  const authorization = override ?? request.headers.authorization;
  if (authorization !== undefined) {
    metadata.set('authorization', authorization);
    metadata.set('token', authorization.replace(bearer, ''));
  }
  return metadata;
}
