// Metadata between header fields and maps (gRPC over HTTP/2, "Custom-Metadata"): values under names that end in
// `-bin` are binary, base64 on the wire and latin1 strings in the map. Names that the protocol itself uses are not
// metadata.

import { type HeaderField, makeField } from '../http2/header-field.ts';

const reserved = new Set(['te', 'content-type', 'content-length', 'host']);
const secrets = new Set(['token', 'authorization']);
const base64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

/** Several values of one name are joined by commas, as HTTP has it (RFC 9110 section 5.3). */
export function readMetadata(fields: readonly HeaderField[]): ReadonlyMap<string, string> {
  const metadata = new Map<string, string>();
  for (const { name, value } of fields) {
    if (name.startsWith(':') || name.startsWith('grpc-') || reserved.has(name)) continue;
    const text = name.endsWith('-bin') ? (decodeBinary(value) ?? '') : value;
    const before = metadata.get(name);
    metadata.set(name, before === undefined ? text : `${before},${text}`);
  }
  return metadata;
}

/** The first `-bin` field that is not base64, if there is one. */
export function malformedBinary(fields: readonly HeaderField[]): HeaderField | undefined {
  return fields.find((field) => field.name.endsWith('-bin') && decodeBinary(field.value) === undefined);
}

/** Padded or not; several values may be joined by commas in one field. */
function decodeBinary(value: string): string | undefined {
  const parts = value.split(',').map((part) => part.trim());
  if (!parts.every((part) => base64.test(part))) return undefined;
  return parts.map((part) => Buffer.from(part, 'base64').toString('latin1')).join(',');
}

/** Header fields for a map; secrets are marked so that no table of any proxy keeps them (RFC 7541 section 7.1). */
export function writeMetadata(metadata: ReadonlyMap<string, string>): HeaderField[] {
  const fields: HeaderField[] = [];
  for (const [name, value] of metadata) {
    const text = name.endsWith('-bin') ? Buffer.from(value, 'latin1').toString('base64').replace(/=+$/, '') : value;
    fields.push(makeField(name, text, secrets.has(name)));
  }
  return fields;
}
