// Integers of protobuf's JSON mapping: a number or a string that holds one, exact to the last of 64 bits, with
// exponents and fractions allowed as long as the value is whole (protobuf.dev/programming-guides/json).

/** Decimal digits of the largest 64-bit value: longer ones are out of range without being computed. */
const digitsMax = 20;

const shape = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d{1,9}))?$/;

export type IntegerKind = 'int32' | 'uint32' | 'int64' | 'uint64' | 'enum';

const bounds: Readonly<Record<IntegerKind, readonly [bigint, bigint]>> = {
  int32: [-(1n << 31n), (1n << 31n) - 1n],
  enum: [-(1n << 31n), (1n << 31n) - 1n],
  uint32: [0n, (1n << 32n) - 1n],
  int64: [-(1n << 63n), (1n << 63n) - 1n],
  uint64: [0n, (1n << 64n) - 1n],
};

/** The value of a number token, or what is wrong with it for this kind. */
export function parseInteger(text: string, kind: IntegerKind): bigint | 'not whole' | 'out of range' {
  const match = shape.exec(text);
  if (match === null) return 'not whole';
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const digits = (whole + fraction).replace(/^0+/, '');
  if (digits === '') return 0n;
  const scale = Number(exponent) - fraction.length;
  const trailingZeros = digits.length - digits.replace(/0+$/, '').length;
  if (scale < -trailingZeros) return 'not whole';
  if (digits.length + scale > digitsMax) return 'out of range';
  const magnitude = BigInt(scale < 0 ? digits.slice(0, scale) : digits + '0'.repeat(scale));
  const value = sign === '-' ? -magnitude : magnitude;
  const [low, high] = bounds[kind];
  return value < low || value > high ? 'out of range' : value;
}
