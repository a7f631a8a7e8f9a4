// Randomness as a constructor argument; the seeded generator lives here, the system's in system-random.ts.

export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** An integer in [0, bound). */
  below(bound: number): number;
  /** 64 random bits. */
  bits64(): bigint;
}

/** Deterministic generator (sfc32, Chris Doty-Humphrey's PractRand): equal seeds give equal sequences. */
export function seededRandom(seed: number): Random {
  let a = seed | 0;
  let b = (seed ^ 0x9e3779b9) | 0;
  let c = (seed ^ 0x243f6a88) | 0;
  let counter = 1;
  const bits32 = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  };
  for (let round = 0; round < 12; round++) bits32();
  return {
    next: () => bits32() / 4294967296,
    below: (bound) => Math.floor((bits32() / 4294967296) * bound),
    bits64: () => (BigInt(bits32()) << 32n) | BigInt(bits32()),
  };
}
