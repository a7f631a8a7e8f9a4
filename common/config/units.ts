// Durations and sizes as people write them. Durations follow Go's time.ParseDuration (`1h30m`, `1.5s`, `100ms`), since
// etcd's flags do; sizes take binary (`64MiB`) and decimal (`64MB`) units.

const unitMs = { ns: 1e-6, us: 1e-3, µs: 1e-3, μs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

export type DurationUnit = 'ns' | 'ms' | 's' | 'h';

const sizeUnits: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/** Milliseconds, or undefined when `text` is no duration. A number without unit needs `bare`, except 0. */
export function parseDuration(text: string, bare?: DurationUnit): number | undefined {
  if (/^[+-]?\d+$/.test(text)) {
    const number = Number(text);
    if (number === 0) return 0;
    return bare === undefined ? undefined : cleanMs(number * unitMs[bare]);
  }
  const match = /^([+-]?)((?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/.exec(text);
  if (match === null) return undefined;
  let total = 0;
  for (const [, amount, unit] of match[2]!.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g)) {
    total += Number(amount) * unitMs[unit as keyof typeof unitMs];
  }
  return cleanMs(match[1] === '-' ? -total : total);
}

/** Past eleven days in milliseconds, fractions of one are noise, and nanoseconds would leave the safe range. */
const fractionMsMax = 1e9;

/** Nanoseconds are the finest that Go knows: rounds binary dust such as 0.30000000000000004 away. */
function cleanMs(ms: number): number {
  return Math.abs(ms) > fractionMsMax ? Math.round(ms) : Math.round(ms * 1e6) / 1e6;
}

/** `90000` -> `1m30s`, `100` -> `100ms`: the shortest text that parseDuration reads back. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s';
  if (ms < 0) return `-${formatDuration(-ms)}`;
  if (ms < 1000) {
    if (Number.isInteger(ms)) return `${ms}ms`;
    const ns = Math.round(ms * 1e6);
    return ns % 1000 === 0 ? `${ns / 1000}us` : `${ns}ns`;
  }
  const hours = Math.floor(ms / unitMs.h);
  const minutes = Math.floor((ms % unitMs.h) / unitMs.m);
  const seconds = cleanMs((ms % unitMs.m) / 1000);
  return `${hours > 0 ? `${hours}h` : ''}${minutes > 0 ? `${minutes}m` : ''}${seconds > 0 ? `${seconds}s` : ''}`;
}

/** Bytes, or undefined when `text` is no size. */
export function parseSize(text: string): number | undefined {
  const match = /^(-?\d+(?:\.\d+)?)\s*([a-zA-Z]*)$/.exec(text);
  if (match === null) return undefined;
  const unit = match[2] === '' ? 1 : sizeUnits[match[2]!.toLowerCase()];
  if (unit === undefined) return undefined;
  const bytes = Number(match[1]) * unit;
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** `67108864` -> `64MiB`; what has no whole binary unit stays a number of bytes. */
export function formatSize(bytes: number): string {
  for (const unit of ['TiB', 'GiB', 'MiB', 'KiB']) {
    const factor = sizeUnits[unit.toLowerCase()]!;
    if (bytes !== 0 && bytes % factor === 0) return `${bytes / factor}${unit}`;
  }
  return String(bytes);
}
