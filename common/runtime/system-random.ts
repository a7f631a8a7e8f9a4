// Randomness from the operating system. Composition roots make it; nobody else imports it.

import { randomBytes, randomInt } from 'node:crypto';
import type { Random } from './random.ts';

export const systemRandom: Random = {
  next: () => randomBytes(6).readUIntBE(0, 6) / 281474976710656,
  below: (bound) => (bound <= 1 ? 0 : randomInt(bound)),
  bits64: () => randomBytes(8).readBigUInt64BE(0),
};
