// The grpc-timeout header: at most eight digits and a unit (gRPC over HTTP/2, "Requests"). Pure.

const unitMs: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 0.001, n: 0.000001 };
const DIGITS_MAX = 8;

/** Longer deadlines (25 days) have no timer: the platform's timers would fire at once. */
export const TIMER_MS_MAX: number = 2 ** 31 - 1;

/** Milliseconds, or undefined when the text is malformed. */
export function parseTimeout(text: string): number | undefined {
  if (text.length < 2 || text.length > DIGITS_MAX + 1) return undefined;
  const unit = unitMs[text[text.length - 1]!];
  let count = 0;
  for (let index = 0; index < text.length - 1; index++) {
    const digit = text.charCodeAt(index) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    count = count * 10 + digit;
  }
  return unit === undefined ? undefined : count * unit;
}

/** The finest unit that still fits the digits, rounded up: `1500` gives `1500m`, `0.25` gives `250u`. */
export function formatTimeout(timeoutMs: number): string {
  const ms = Math.max(0, timeoutMs);
  for (const unit of ms < 1 ? ['u', 'm', 'S', 'M'] : ['m', 'S', 'M']) {
    const count = Math.ceil(ms / unitMs[unit]!);
    if (count < 10 ** DIGITS_MAX) return `${count}${unit}`;
  }
  return `${Math.min(Math.ceil(ms / unitMs.H!), 10 ** DIGITS_MAX - 1)}H`;
}
