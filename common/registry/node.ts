// A node (machine, VM, pod) that agents announce under `<prefix>nodes/<name>`: its name, address and free-form meta.
// The value is a JSON object or a bare IP address or host name; a value that makes no sense is a problem, not an
// exception.

import { isIP } from 'node:net';
import { quoted } from './dns-label.ts';
import { instanceBytesMax } from './instance.ts';
import { parseInstanceValue } from './instance-value.ts';

export interface Node {
  readonly name: string;
  /** IPv4 or IPv6 address without brackets, or a host name. */
  readonly address: string;
  readonly meta: Readonly<Record<string, string>>;
}

export type ParsedNode = { readonly node: Node } | { readonly problem: string };

export function formatNode(node: Node): string {
  return JSON.stringify({ name: node.name, address: node.address, meta: node.meta });
}

/** Reads a node's value; `name` comes from the key. Fields that we do not know are ignored. */
export function parseNodeValue(value: string | Buffer, name: string): ParsedNode {
  if (value.length > instanceBytesMax)
    return { problem: `value has ${value.length} bytes, more than ${instanceBytesMax}` };
  const text = value.toString().trim();
  if (isIP(text) !== 0) return { node: { name, address: text, meta: {} } };
  if (text === '' || !text.startsWith('{'))
    return { problem: `${quoted(text)} is neither a JSON object nor an IP address` };
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch (error) {
    return { problem: `value is not valid JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  // Address and meta obey the rules of an instance's; the port is there to satisfy its reader.
  const { address, meta } = fields as { address?: unknown; meta?: unknown };
  const parsed = parseInstanceValue(JSON.stringify({ address, meta, port: 1 }), { service: 'node', id: name });
  if ('problem' in parsed) return parsed;
  return { node: { name, address: parsed.instance.address, meta: parsed.instance.meta } };
}
