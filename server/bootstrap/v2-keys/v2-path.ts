// Paths of the v2 keys API and the v3 keys that stand for them. A file `/a/b` is the v3 key `<prefix>/a/b`; a directory
// is there when any key lies below it, or its own marker `<prefix>/a/` if it was made empty.

import type { KeyRange } from '../../../common/client/prefix-range.ts';
import { V2Error } from './v2-error.ts';

const pathBytesMax = 4_096;
/** Bounds the compares of a put, which looks at every directory above. */
const depthMax = 32;

/** `/a//b/./c/` -> `/a/b/c`, like Go's path.Join. Throws V2Error. */
export function cleanPath(encoded: string): string {
  let text: string;
  try {
    text = decodeURIComponent(encoded);
  } catch {
    throw new V2Error('invalidForm', `the path ${encoded} is not percent-encoded correctly`);
  }
  const parts: string[] = [];
  for (const part of text.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  const path = `/${parts.join('/')}`;
  if (Buffer.byteLength(path) > pathBytesMax)
    throw new V2Error('invalidForm', `the path is longer than ${pathBytesMax} bytes`);
  if (parts.length > depthMax) throw new V2Error('invalidForm', `the path is deeper than ${depthMax} directories`);
  return path;
}

/** `/a/b/c` -> `/a`, `/a/b`. */
export function directoriesAbove(path: string): readonly string[] {
  const above: string[] = [];
  for (let slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1))
    above.push(path.slice(0, slash));
  return above;
}

/** A node that listings leave out, like `_config` (etcd v2: "hidden nodes"). */
export function isHiddenName(name: string): boolean {
  return name.startsWith('_');
}

/** Whether a watch on `watched` leaves `path` out: something hidden lies between the two. */
export function isHiddenFrom(watched: string, path: string): boolean {
  return path.length > watched.length && `/${path.slice(watched.length)}`.includes('/_');
}

export class V2Keys {
  readonly #prefix: string;

  /** `prefix`: of all v3 keys, without a trailing slash. */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  file(path: string): Buffer {
    return Buffer.from(this.#prefix + path);
  }

  /** The marker of a directory. */
  marker(path: string): Buffer {
    return Buffer.from(this.#prefix + withSlash(path));
  }

  /** Everything below a directory, its marker included. */
  below(path: string): KeyRange {
    return { key: this.marker(path), rangeEnd: this.#end(path) };
  }

  /** The file or directory itself and everything below it, with strangers between (`/a-b` lies between `/a` and `/a/`). */
  around(path: string): KeyRange {
    return { key: path === '/' ? this.marker(path) : this.file(path), rangeEnd: this.#end(path) };
  }

  /** The path of a v3 key, and whether it is the marker of a directory. */
  pathOf(key: Buffer): { readonly path: string; readonly isMarker: boolean } {
    const path = key.toString('utf8').slice(this.#prefix.length);
    return path.endsWith('/') ? { path: path.slice(0, -1) || '/', isMarker: true } : { path, isMarker: false };
  }

  #end(path: string): Buffer {
    // '0' is the byte behind '/'.
    return Buffer.from(`${this.#prefix}${withSlash(path).slice(0, -1)}0`);
  }
}

function withSlash(path: string): string {
  return path === '/' ? '/' : `${path}/`;
}
