// Nodes and events as the v2 API shows them, made from rows of the v3 store. Its indexes are revisions: createdIndex is
// the creation revision, modifiedIndex the modification's. A directory has no row of its own: its indexes are those of
// the oldest thing in it.

import type { KeyValue } from '../../../common/api/generated/messages.ts';
import { isHiddenName, type V2Keys } from './v2-path.ts';

export interface V2Node {
  readonly key?: string;
  readonly value?: string;
  readonly dir?: true;
  readonly nodes?: readonly V2Node[];
  readonly modifiedIndex?: number;
  readonly createdIndex?: number;
}

export interface V2Event {
  readonly action: 'get' | 'set' | 'create' | 'update' | 'delete';
  readonly node: V2Node;
  readonly prevNode?: V2Node;
}

export function fileNode(path: string, { value, createRevision, modRevision }: KeyValue): V2Node {
  return { key: path, value: value.toString('utf8'), modifiedIndex: modRevision, createdIndex: createRevision };
}

interface ListOptions {
  /** Lists directories below as well; otherwise only the direct children. */
  readonly recursive: boolean;
  /** Directories at the level asked for list their children even when not recursive. */
  readonly listed: boolean;
}

/** `rows`: everything below `path`. The root shows neither its key nor its indexes, as in etcd. */
export function directoryNode(path: string, rows: readonly KeyValue[], keys: V2Keys, options: ListOptions): V2Node {
  const root = path === '/';
  const created = rows.reduce((oldest, row) => Math.min(oldest, row.createRevision), Number.MAX_SAFE_INTEGER);
  const nodes = options.listed ? children(path, rows, keys, options.recursive) : [];
  return {
    ...(root ? {} : { key: path }),
    dir: true,
    ...(nodes.length === 0 ? {} : { nodes }),
    ...(root ? {} : { modifiedIndex: created, createdIndex: created }),
  };
}

function children(path: string, rows: readonly KeyValue[], keys: V2Keys, recursive: boolean): readonly V2Node[] {
  const inner = path === '/' ? 1 : path.length + 1;
  const directories = new Map<string, KeyValue[]>();
  const nodes: V2Node[] = [];
  for (const row of rows) {
    const { path: rowPath, isMarker } = keys.pathOf(row.key);
    if (rowPath.length < inner) continue; // the marker of this very directory
    const rest = rowPath.slice(inner);
    const slash = rest.indexOf('/');
    const name = slash < 0 ? rest : rest.slice(0, slash);
    if (name === '' || isHiddenName(name)) continue;
    const childPath = rowPath.slice(0, inner) + name;
    if (slash < 0 && !isMarker) nodes.push(fileNode(childPath, row));
    else {
      const below = directories.get(childPath);
      if (below === undefined) directories.set(childPath, [row]);
      else below.push(row);
    }
  }
  for (const [childPath, below] of directories) {
    nodes.push(directoryNode(childPath, below, keys, { recursive, listed: recursive }));
  }
  return nodes.sort((a, b) => (a.key! < b.key! ? -1 : 1));
}
