// A YAML (or JSON) configuration file to assignments. Keys are flag names at the top, or etcd's nested ones
// (`client-transport-security: {cert-file: …}`). What is unknown, given twice or of the wrong shape is an error that
// names the line.

import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml';
import { UsageError } from '../runtime/role.ts';
import type { Assignment } from './assignment.ts';
import { nearestName } from './nearest.ts';
import type { OptionTable } from './option.ts';

/** etcd's sections nest once; deeper is a mistake. */
const depthMax = 3;

interface FileContext {
  readonly path: string;
  readonly keys: ReadonlyMap<string, string>;
  readonly sections: ReadonlySet<string>;
  readonly lines: LineCounter;
  readonly assignments: Assignment[];
}

export function readConfigFile(table: OptionTable, path: string, text: string): readonly Assignment[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const [error] = document.errors;
  if (error !== undefined) {
    throw new UsageError(`${path}:${lines.linePos(error.pos[0]).line}: not valid YAML: ${error.message}`);
  }
  const root = document.contents;
  if (root === null || (isScalar(root) && root.value === null)) return [];
  if (!isMap(root)) throw new UsageError(`${path}:1: expected settings as "name: value" lines`);
  const { keys, sections } = knownKeys(table);
  const context: FileContext = { path, keys, sections, lines, assignments: [] };
  readMap(context, root, '', 1);
  return context.assignments;
}

function knownKeys(table: OptionTable): { keys: Map<string, string>; sections: Set<string> } {
  const keys = new Map<string, string>();
  const sections = new Set<string>();
  for (const [name, option] of Object.entries(table)) {
    if (option.flagOnly === true) continue;
    for (const key of [name, ...(option.aliases ?? []), ...(option.fileKeys ?? [])]) {
      keys.set(key, name);
      const dot = key.lastIndexOf('.');
      if (dot > 0) sections.add(key.slice(0, dot));
    }
  }
  return { keys, sections };
}

function readMap(context: FileContext, map: YAMLMap, prefix: string, depth: number): void {
  for (const item of map.items) {
    const keyNode = item.key as Node;
    const key = `${prefix}${isScalar(keyNode) ? String(keyNode.value) : ''}`;
    const line = context.lines.linePos(keyNode.range?.[0] ?? 0).line;
    const value = item.value as Node | null;
    if (!context.sections.has(key) || depth >= depthMax) {
      readSetting(context, { key, line, value });
    } else if (isMap(value)) {
      readMap(context, value, `${key}.`, depth + 1);
    } else if (value !== null && !(isScalar(value) && value.value === null)) {
      throw new UsageError(`${context.path}:${line}: ${key}: expected a section of settings`);
    }
  }
}

interface Setting {
  readonly key: string;
  readonly line: number;
  readonly value: Node | null;
}

function readSetting(context: FileContext, { key, line, value }: Setting): void {
  const where = `${context.path}:${line}: ${key}`;
  const name = context.keys.get(key);
  if (name === undefined) {
    const nearest = nearestName(key, context.keys.keys());
    throw new UsageError(`${where}: no such setting${nearest === undefined ? '' : `; did you mean ${nearest}?`}`);
  }
  const text = textOf(value);
  if (text === undefined) throw new UsageError(`${where}: expected one value or a list of values`);
  if (context.assignments.some((earlier) => earlier.name === name)) {
    throw new UsageError(`${where}: set twice, above under another name`);
  }
  // `wal-dir:` and `wal-dir: ""` say "as usual", in the file as in the environment.
  if (text !== '') context.assignments.push({ name, text, origin: { kind: 'file', path: context.path, line, key } });
}

/** The text of a scalar as it was written (`0x10` and `1e3` stay what they are), of a list joined by commas. */
function textOf(node: Node | null): string | undefined {
  if (node === null) return '';
  if (isScalar(node)) {
    if (node.value === null) return '';
    return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
  }
  if (isSeq(node)) {
    const parts = node.items.map((item) => (isAlias(item) ? undefined : textOf(item as Node)));
    return parts.includes(undefined) ? undefined : parts.join(',');
  }
  return undefined;
}
