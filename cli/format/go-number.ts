// Numbers as Go reads and shows them: strconv.ParseInt with its words for what is wrong, time.Duration's text, and the
// sizes of go-humanize that etcdctl's tables show.

const int64Max = 2n ** 63n - 1n;
const uint64Max = 2n ** 64n - 1n;

/** Throws an Error in strconv's words. */
export function parseInt64(text: string, base: 10 | 16 = 10): bigint {
  return parseInteger('ParseInt', text, base, { min: -int64Max - 1n, max: int64Max });
}

export function parseUint64(text: string, base: 10 | 16 = 10): bigint {
  return parseInteger('ParseUint', text, base, { min: 0n, max: uint64Max });
}

function parseInteger(
  name: 'ParseInt' | 'ParseUint',
  text: string,
  base: 10 | 16,
  { min, max }: { readonly min: bigint; readonly max: bigint },
): bigint {
  const digits = base === 10 ? /^([+-]?)(\d+)$/ : /^([+-]?)([0-9a-fA-F]+)$/;
  const match = digits.exec(text);
  if (match === null || (name === 'ParseUint' && match[1] !== '')) {
    throw new Error(`strconv.${name}: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  const magnitude = BigInt(base === 16 ? `0x${match[2]}` : match[2]!);
  const value = match[1] === '-' ? -magnitude : magnitude;
  if (value < min || value > max) {
    throw new Error(`strconv.${name}: parsing ${JSON.stringify(text)}: value out of range`);
  }
  return value;
}

/** Sixteen hexadecimal digits, as etcdctl shows lease ids. */
export function hex16(id: bigint): string {
  return BigInt.asUintN(64, id).toString(16).padStart(16, '0');
}

/** time.Duration.String of whole nanoseconds: `940.134µs`, `3.359071ms`, `1.000741681s`. */
export function durationText(ms: number): string {
  const ns = Math.round(ms * 1e6);
  if (ns === 0) return '0s';
  if (ns < 1000) return `${ns}ns`;
  if (ns < 1e6) return `${ns / 1e3}µs`;
  if (ns < 1e9) return `${ns / 1e6}ms`;
  const seconds = (ns % 6e10) / 1e9;
  const minutes = Math.floor(ns / 6e10) % 60;
  const hours = Math.floor(ns / 36e11);
  return `${hours > 0 ? `${hours}h` : ''}${hours > 0 || minutes > 0 ? `${minutes}m` : ''}${seconds}s`;
}

const sizeUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'];

/** humanize.Bytes: decimal units, one place below ten (`20 kB`, `1.5 MB`). */
export function sizeText(bytes: number): string {
  if (bytes < 10) return `${bytes} B`;
  const exponent = Math.min(Math.floor(Math.log(bytes) / Math.log(1000)), sizeUnits.length - 1);
  const amount = Math.floor((bytes / 1000 ** exponent) * 10 + 0.5) / 10;
  return `${amount < 10 ? amount.toFixed(1) : halfToEven(amount)} ${sizeUnits[exponent]}`;
}

/** How Go's %.0f rounds: 20.5 to 20, 21.5 to 22. */
function halfToEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}
