// How a call's outcome travels (gRPC over HTTP/2, "Responses"): grpc-status and grpc-message in trailers, or in the
// only header block of a call that failed before its first message; and what an HTTP error or a reset means to a
// call.

import { ApiError, Status } from '../../api/status.ts';
import { ErrorCode } from '../http2/error-code.ts';
import { type HeaderField, makeField } from '../http2/header-field.ts';
import { encodeStateless } from '../http2/hpack-encoder.ts';

const head = [makeField(':status', '200'), makeField('content-type', 'application/grpc')];

/** Every successful answer opens and ends with the same bytes. */
export const RESPONSE_HEAD: Buffer = encodeStateless(head);
export const OK_TRAILERS: Buffer = encodeStateless([makeField('grpc-status', '0')]);

/** Longer messages are cut: peers bound their header lists, and an error must arrive. */
const MESSAGE_CHARACTERS_MAX = 4096;

function outcome(status: Status, message: string): HeaderField[] {
  const fields = [makeField('grpc-status', String(status))];
  if (message !== '') fields.push(makeField('grpc-message', encodeMessage(message)));
  return fields;
}

/** Ends a call whose head has been sent. */
export function errorTrailers(status: Status, message: string): Buffer {
  return encodeStateless(outcome(status, message));
}

/** The whole answer of a call that fails before its first message ("Trailers-Only"). */
export function errorResponse(status: Status, message: string, httpStatus = 200): Buffer {
  const fields = httpStatus === 200 ? head : [makeField(':status', String(httpStatus)), head[1]!];
  return encodeStateless([...fields, ...outcome(status, message)]);
}

/** Percent-encodes the UTF-8 form of what is not printable ASCII, the percent sign, and blanks at either end. */
export function encodeMessage(message: string): string {
  const cut = message.length > MESSAGE_CHARACTERS_MAX ? `${message.slice(0, MESSAGE_CHARACTERS_MAX)}...` : message;
  if (/^([!-$&-~]([ -$&-~]*[!-$&-~])?)?$/.test(cut)) return cut;
  let text = '';
  for (const byte of Buffer.from(cut, 'utf8')) {
    const plain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25;
    text += plain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return text.replace(/^ | $/g, '%20');
}

/** The reverse; what is not a valid escape stays as it is. */
export function decodeMessage(text: string): string {
  if (!text.includes('%')) return text;
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const digits = text.slice(at + 1, at + 3);
    if (text[at] === '%' && /^[0-9a-fA-F]{2}$/.test(digits)) {
      bytes.push(Number.parseInt(digits, 16));
      at += 2;
    } else {
      bytes.push(text.charCodeAt(at) & 0xff);
    }
  }
  return Buffer.from(bytes).toString('utf8');
}

/** The outcome in a trailer section: undefined for OK. A missing or odd grpc-status is UNKNOWN. */
export function readOutcome(fields: readonly HeaderField[]): ApiError | undefined {
  let status: string | undefined;
  let message = '';
  for (const field of fields) {
    if (field.name === 'grpc-status') status = field.value;
    else if (field.name === 'grpc-message') message = decodeMessage(field.value);
  }
  if (status === '0') return undefined;
  if (status === undefined) return new ApiError(Status.UNKNOWN, 'the peer ended the call without a grpc-status');
  const code = /^[0-9]{1,2}$/.test(status) ? Number(status) : -1;
  if (code >= 0 && code <= Status.UNAUTHENTICATED) return new ApiError(code as Status, message);
  return new ApiError(Status.UNKNOWN, message === '' ? `unknown grpc-status ${status}` : message);
}

const httpStatuses = new Map<number, Status>([
  [400, Status.INTERNAL],
  [401, Status.UNAUTHENTICATED],
  [403, Status.PERMISSION_DENIED],
  [404, Status.UNIMPLEMENTED],
  [429, Status.UNAVAILABLE],
  [502, Status.UNAVAILABLE],
  [503, Status.UNAVAILABLE],
  [504, Status.UNAVAILABLE],
]);

/** An answer that is not gRPC's (grpc's http-grpc-status-mapping.md). */
export function httpError(httpStatus: number, contentType: string): ApiError {
  const text = `unexpected HTTP response: status ${httpStatus}, content-type ${JSON.stringify(contentType)}`;
  return new ApiError(httpStatuses.get(httpStatus) ?? Status.UNKNOWN, text);
}

const resetStatuses = new Map<number, Status>([
  [ErrorCode.CANCEL, Status.CANCELLED],
  [ErrorCode.ENHANCE_YOUR_CALM, Status.RESOURCE_EXHAUSTED],
  [ErrorCode.INADEQUATE_SECURITY, Status.PERMISSION_DENIED],
]);

/** What RST_STREAM of the peer means to a call (gRPC over HTTP/2, "Errors"). REFUSED_STREAM is the caller's case. */
export function resetError(code: number, message: string): ApiError {
  return new ApiError(resetStatuses.get(code) ?? Status.INTERNAL, message);
}
