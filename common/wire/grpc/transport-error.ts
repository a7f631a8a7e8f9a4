// The error of a call that its connection failed, as opposed to one that the peer answered with an error. Whether
// the request may be sent again safely is known only down here; whether it is, the retry policy above decides.

import { ApiError, Status } from '../../api/status.ts';

/** UNAVAILABLE: the connection failed or refused the call. */
export class TransportError extends ApiError {
  /** True when the request provably never reached a handler: never sent, refused, or beyond the peer's GOAWAY. */
  readonly notSent: boolean;

  constructor(message: string, notSent: boolean, options?: ErrorOptions) {
    super(Status.UNAVAILABLE, message, options);
    this.notSent = notSent;
  }
}
