// Numbers for Prometheus: counters, gauges and histograms with labels, printed in its text format 0.0.4
// (prometheus.io/docs/instrumenting/exposition_formats). What a role counts, it registers itself.

import { assert } from './runtime/assert.ts';

export interface MetricOptions {
  /** For instance `rollcall_puts_total`; counters end in `_total`, units are base units (seconds, bytes). */
  readonly name: string;
  readonly help: string;
  /** Label names; each series then belongs to one value for each. */
  readonly labels?: readonly string[];
}

export interface HistogramOptions extends MetricOptions {
  /** Upper bounds in ascending order, without +Inf. */
  readonly buckets: readonly number[];
}

export interface FunctionOptions {
  readonly name: string;
  readonly help: string;
  /** Default `gauge`. */
  readonly type?: 'gauge' | 'counter';
  /** Asked at each scrape. */
  readonly read: () => number;
}

/** Label values in use beyond this many per metric are counted under the value `other`. */
export const seriesMax = 1_000;

/** Prometheus's default buckets, for durations in seconds. */
export const durationBuckets = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
] as const;

export class Counter {
  value = 0;

  increment(by = 1): void {
    assert(by >= 0, 'a counter only goes up');
    this.value += by;
  }
}

export class Gauge {
  value = 0;

  set(value: number): void {
    this.value = value;
  }

  add(by: number): void {
    this.value += by;
  }
}

export class Histogram {
  readonly buckets: readonly number[];
  /** Observations per bucket, not yet summed up; the last one is +Inf. */
  readonly counts: number[];
  sum = 0;

  constructor(buckets: readonly number[]) {
    this.buckets = buckets;
    this.counts = new Array<number>(buckets.length + 1).fill(0);
  }

  observe(value: number): void {
    let index = 0;
    while (index < this.buckets.length && value > this.buckets[index]!) index++;
    this.counts[index]!++;
    this.sum += value;
  }
}

/** One metric and its series. Keep what `with` returns: looking it up costs a string. */
export class Family<T> {
  readonly #labels: readonly string[];
  readonly #make: () => T;
  readonly #series = new Map<string, T>();

  constructor(labels: readonly string[], make: () => T) {
    this.#labels = labels;
    this.#make = make;
    if (labels.length === 0) this.with();
  }

  /** The series of these label values, in the order of the label names. */
  with(...values: readonly string[]): T {
    assert(values.length === this.#labels.length, `expected values for the labels ${this.#labels.join(', ')}`);
    const key = this.#labelText(values);
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    // Label values may come from outside; memory must not grow with them.
    if (this.#series.size >= seriesMax && !values.every((value) => value === 'other')) {
      return this.with(...values.map(() => 'other'));
    }
    const made = this.#make();
    this.#series.set(key, made);
    return made;
  }

  /** Label text (`method="put"`) and series. */
  entries(): IterableIterator<[string, T]> {
    return this.#series.entries();
  }

  #labelText(values: readonly string[]): string {
    return this.#labels.map((label, i) => `${label}="${escapeLabel(values[i]!)}"`).join(',');
  }
}

export class MetricsRegistry {
  /** Prints each metric, in the order of registration. */
  readonly #printers = new Map<string, () => string>();

  counter(options: MetricOptions): Family<Counter> {
    const family = new Family(options.labels ?? [], () => new Counter());
    this.#register(options, 'counter', () => printValues(options.name, family));
    return family;
  }

  gauge(options: MetricOptions): Family<Gauge> {
    const family = new Family(options.labels ?? [], () => new Gauge());
    this.#register(options, 'gauge', () => printValues(options.name, family));
    return family;
  }

  histogram(options: HistogramOptions): Family<Histogram> {
    const { buckets } = options;
    assert(
      buckets.every((bound, i) => i === 0 || bound > buckets[i - 1]!),
      `${options.name}: buckets must ascend`,
    );
    const family = new Family(options.labels ?? [], () => new Histogram(buckets));
    this.#register(options, 'histogram', () => printHistograms(options.name, family));
    return family;
  }

  /** A metric whose value is asked for at each scrape. */
  reads(options: FunctionOptions): void {
    this.#register(options, options.type ?? 'gauge', () => `${options.name} ${numberText(options.read())}\n`);
  }

  /** The whole exposition. */
  text(): string {
    let text = '';
    for (const print of this.#printers.values()) text += print();
    return text;
  }

  #register({ name, help }: { name: string; help: string }, type: string, print: () => string): void {
    assert(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name), `${name} is no metric name`);
    assert(!this.#printers.has(name), `${name} is registered twice`);
    const head = `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n`;
    this.#printers.set(name, () => head + print());
  }
}

function printValues(name: string, family: Family<{ readonly value: number }>): string {
  let text = '';
  for (const [labels, { value }] of family.entries()) text += `${series(name, labels)} ${numberText(value)}\n`;
  return text;
}

function printHistograms(name: string, family: Family<Histogram>): string {
  let text = '';
  for (const [labels, { buckets, counts, sum }] of family.entries()) {
    const separator = labels === '' ? '' : ',';
    let total = 0;
    for (const [index, count] of counts.entries()) {
      total += count;
      const bound = index < buckets.length ? numberText(buckets[index]!) : '+Inf';
      text += `${name}_bucket{${labels}${separator}le="${bound}"} ${total}\n`;
    }
    text += `${series(`${name}_sum`, labels)} ${numberText(sum)}\n${series(`${name}_count`, labels)} ${total}\n`;
  }
  return text;
}

function series(name: string, labels: string): string {
  return labels === '' ? name : `${name}{${labels}}`;
}

function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
