// What makes a header list a well-formed request, response or trailer section (RFC 9113 sections 8.1 to 8.3). Pure; the
// verdict on single fields comes with them (header-field.ts). undefined means malformed: a stream error PROTOCOL_ERROR.

import { FieldKind, type HeaderField } from './header-field.ts';

/** No content-length was given. */
export const UNKNOWN_LENGTH = -1;

export interface RequestHead {
  readonly method: string;
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
  readonly contentLength: number;
  readonly fields: readonly HeaderField[];
}

export interface ResponseHead {
  readonly status: number;
  readonly contentLength: number;
  readonly fields: readonly HeaderField[];
}

interface Sorted {
  readonly method: string | undefined;
  readonly scheme: string | undefined;
  readonly authority: string | undefined;
  readonly path: string | undefined;
  readonly status: string | undefined;
  readonly contentLength: number;
}

/** Pseudo-headers come first and once; equal content-lengths may repeat (RFC 9110 section 8.6). */
function sort(fields: readonly HeaderField[]): Sorted | undefined {
  const pseudo: (string | undefined)[] = [undefined, undefined, undefined, undefined, undefined, undefined];
  let regular = false;
  let contentLength = UNKNOWN_LENGTH;
  for (const field of fields) {
    const kind = field.kind;
    if (kind === FieldKind.MALFORMED) return undefined;
    if (kind === FieldKind.REGULAR) {
      regular = true;
    } else if (kind === FieldKind.CONTENT_LENGTH) {
      regular = true;
      const length = Number(field.value);
      if (contentLength !== UNKNOWN_LENGTH && contentLength !== length) return undefined;
      contentLength = length;
    } else {
      if (regular || pseudo[kind] !== undefined) return undefined;
      pseudo[kind] = field.value;
    }
  }
  return {
    method: pseudo[FieldKind.METHOD],
    scheme: pseudo[FieldKind.SCHEME],
    authority: pseudo[FieldKind.AUTHORITY],
    path: pseudo[FieldKind.PATH],
    status: pseudo[FieldKind.STATUS],
    contentLength,
  };
}

export function parseRequest(fields: readonly HeaderField[]): RequestHead | undefined {
  const sorted = sort(fields);
  if (sorted === undefined || sorted.method === undefined || sorted.status !== undefined) return undefined;
  const { method, scheme, authority, path, contentLength } = sorted;
  if (method === 'CONNECT') {
    // Section 8.5: the authority alone says where to.
    if (authority === undefined || scheme !== undefined || path !== undefined) return undefined;
    return { method, scheme: '', authority, path: '', contentLength, fields };
  }
  if (scheme === undefined || path === undefined || path === '') return undefined;
  return { method, scheme, authority: authority ?? host(fields), path, contentLength, fields };
}

function host(fields: readonly HeaderField[]): string {
  return fields.find((field) => field.name === 'host')?.value ?? '';
}

export function parseResponse(fields: readonly HeaderField[]): ResponseHead | undefined {
  const sorted = sort(fields);
  if (sorted === undefined || sorted.status === undefined) return undefined;
  const { method, scheme, authority, path } = sorted;
  if (method !== undefined || scheme !== undefined || authority !== undefined || path !== undefined) return undefined;
  const status = Number(sorted.status);
  // Section 8.6: HTTP/2 has no upgrade.
  if (status === 101) return undefined;
  return { status, contentLength: sorted.contentLength, fields };
}

/** Section 8.1: trailers have no pseudo-headers. */
export function validTrailers(fields: readonly HeaderField[]): boolean {
  return fields.every((field) => field.kind === FieldKind.REGULAR || field.kind === FieldKind.CONTENT_LENGTH);
}
