// Huffman coding of header strings (RFC 7541 section 5.2). The decoder is an automaton over half bytes: its states are
// the inner nodes of the code tree, and because no code is shorter than five bits a half byte completes at most one
// symbol. Knows nothing of header fields.

import { codeLengths, codes, EOS } from './huffman-code.ts';

const EMITS = 1;
const ACCEPTS = 2;
const FAILS = 4;
const MAX_PADDING_BITS = 7;

/** transitions[state * 16 + half byte] = next state << 16 | symbol << 8 | EMITS, ACCEPTS, FAILS. */
const transitions = buildTransitions();

interface Node {
  readonly children: [Node | number | undefined, Node | number | undefined];
  readonly state: number;
  /** Bits from the root if they are all ones, else -1: such a node is where valid padding ends. */
  readonly ones: number;
}

function buildTree(): Node[] {
  const nodes: Node[] = [{ children: [undefined, undefined], state: 0, ones: 0 }];
  for (let symbol = 0; symbol <= EOS; symbol++) {
    let node = nodes[0]!;
    for (let bit = codeLengths[symbol]! - 1; bit > 0; bit--) {
      const side = ((codes[symbol]! >>> bit) & 1) as 0 | 1;
      let child = node.children[side];
      if (typeof child !== 'object') {
        const ones = side === 1 && node.ones >= 0 ? node.ones + 1 : -1;
        child = { children: [undefined, undefined], state: nodes.length, ones };
        node.children[side] = child;
        nodes.push(child);
      }
      node = child;
    }
    node.children[(codes[symbol]! & 1) as 0 | 1] = symbol;
  }
  return nodes;
}

function buildTransitions(): Uint32Array {
  const nodes = buildTree();
  const table = new Uint32Array(nodes.length * 16);
  for (const start of nodes) {
    for (let half = 0; half < 16; half++) table[start.state * 16 + half] = transition(nodes[0]!, start, half);
  }
  return table;
}

function transition(root: Node, start: Node, half: number): number {
  let node = start;
  let emitted = 0;
  for (let bit = 3; bit >= 0; bit--) {
    const child = node.children[((half >>> bit) & 1) as 0 | 1];
    if (child === EOS || child === undefined) return FAILS;
    if (typeof child === 'number') {
      emitted = (child << 8) | EMITS;
      node = root;
    } else {
      node = child;
    }
  }
  const accepts = node.ones >= 0 && node.ones <= MAX_PADDING_BITS ? ACCEPTS : 0;
  return ((node.state << 16) | emitted | accepts) >>> 0;
}

/**
 * Decodes `source[start, end)` into `target` and returns the number of bytes written, or -1 when the input is not a
 * valid string (EOS inside, or padding that is too long or not all ones). `target` holds 8/5 of the input's length.
 */
export function decodeHuffman(source: Uint8Array, start: number, end: number, target: Uint8Array): number {
  let state = 0;
  let accepts = ACCEPTS;
  let length = 0;
  for (let at = start; at < end; at++) {
    const byte = source[at]!;
    const high = transitions[state * 16 + (byte >>> 4)]!;
    if ((high & FAILS) !== 0) return -1;
    if ((high & EMITS) !== 0) target[length++] = high >>> 8;
    const low = transitions[(high >>> 16) * 16 + (byte & 15)]!;
    if ((low & FAILS) !== 0) return -1;
    if ((low & EMITS) !== 0) target[length++] = low >>> 8;
    state = low >>> 16;
    accepts = low & ACCEPTS;
  }
  return accepts === 0 ? -1 : length;
}

/** Bytes that `encodeHuffman` produces for the latin1 string `text`. */
export function huffmanLength(text: string): number {
  let bits = 0;
  for (let index = 0; index < text.length; index++) bits += codeLengths[text.charCodeAt(index) & 0xff]!;
  return (bits + 7) >>> 3;
}

/** Writes the code of the latin1 string `text` at `offset`, padded with ones, and returns the offset behind it. */
export function encodeHuffman(text: string, target: Uint8Array, offset: number): number {
  let pending = 0;
  let pendingBits = 0;
  let at = offset;
  for (let index = 0; index < text.length; index++) {
    const symbol = text.charCodeAt(index) & 0xff;
    let bits = codeLengths[symbol]!;
    const code = codes[symbol]!;
    // At most 7 bits are pending: codes are taken in pieces of at most 16 bits so that 32 always suffice.
    while (bits > 0) {
      const piece = Math.min(bits, 16);
      bits -= piece;
      pending = (pending << piece) | ((code >>> bits) & ((1 << piece) - 1));
      pendingBits += piece;
      while (pendingBits >= 8) {
        pendingBits -= 8;
        target[at++] = pending >>> pendingBits;
      }
      pending &= (1 << pendingBits) - 1;
    }
  }
  if (pendingBits > 0) target[at++] = (pending << (8 - pendingBits)) | (0xff >>> pendingBits);
  return at;
}
