// Reads fields out of a value that nobody has checked yet (parsed YAML or JSON) and collects what is wrong with them:
// every problem of a file at once, each with its place. Knows kinds of values; which fields exist is read-service.ts.

import { nearestName } from '../../common/config/nearest.ts';
import { parseDuration } from '../../common/config/units.ts';

/** Keys and list positions from the top of the document. */
export type FieldPath = readonly (string | number)[];

export interface Problem {
  /** File name, or what else brought the definition (`request body`). */
  readonly source: string;
  /** 1-based, when the source has lines. */
  readonly line: number | undefined;
  /** `services[0].checks[1].interval`; empty for the document as a whole. */
  readonly field: string;
  readonly message: string;
}

/** `web.yaml:7: checks[0].interval: expected …`. */
export function formatProblem({ source, line, field, message }: Problem): string {
  const where = line === undefined ? source : `${source}:${line}`;
  return field === '' ? `${where}: ${message}` : `${where}: ${field}: ${message}`;
}

export function formatPath(path: FieldPath): string {
  return path.map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`)).join('');
}

export interface TextRule {
  readonly lengthMax: number;
  readonly pattern?: RegExp;
  /** Completes "expected …". */
  readonly expected: string;
}

export interface NumberRule {
  readonly min: number;
  readonly max: number;
}

const SHOWN_LENGTH_MAX = 60;

/** How a wrong value appears in a message: short, and on one line. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= SHOWN_LENGTH_MAX ? text : `${text.slice(0, SHOWN_LENGTH_MAX)}…`;
}

export class FieldReader {
  readonly problems: Problem[] = [];
  readonly #source: string;
  readonly #lineOf: (path: FieldPath) => number | undefined;
  readonly #fieldOf: (path: FieldPath) => string;

  /** `fieldOf` names fields in problems, for sources with other names than a definition file's. */
  constructor(
    source: string,
    lineOf: (path: FieldPath) => number | undefined = () => undefined,
    fieldOf: (path: FieldPath) => string = formatPath,
  ) {
    this.#source = source;
    this.#lineOf = lineOf;
    this.#fieldOf = fieldOf;
  }

  fail(path: FieldPath, message: string): undefined {
    this.problems.push({ source: this.#source, line: this.#lineOf(path), field: this.#fieldOf(path), message });
    return undefined;
  }

  #expected(path: FieldPath, expected: string, value: unknown): undefined {
    return this.fail(path, `expected ${expected}, got ${shown(value)}`);
  }

  /** A mapping with no other keys than `keys`. */
  mapping(value: unknown, path: FieldPath, keys: readonly string[]): Readonly<Record<string, unknown>> | undefined {
    if (!isMapping(value)) return this.#expected(path, `a mapping with ${keys.slice(0, 3).join(', ')} …`, value);
    for (const key of Object.keys(value)) {
      if (keys.includes(key)) continue;
      const near = nearestName(key, keys);
      this.fail([...path, key], near === undefined ? 'unknown field' : `unknown field; did you mean ${near}?`);
    }
    return value;
  }

  list(value: unknown, path: FieldPath, countMax: number): readonly unknown[] | undefined {
    if (value === undefined) return [];
    if (!Array.isArray(value)) return this.#expected(path, 'a list', value);
    if (value.length > countMax) return this.fail(path, `at most ${countMax} entries are allowed, got ${value.length}`);
    return value;
  }

  text(value: unknown, path: FieldPath, rule: TextRule): string | undefined {
    if (typeof value === 'number' || typeof value === 'boolean') {
      return this.fail(path, `expected ${rule.expected}, got the ${typeof value} ${value}: put it in quotes`);
    }
    if (typeof value !== 'string') return this.#expected(path, rule.expected, value);
    if (value.length > rule.lengthMax) return this.fail(path, `longer than ${rule.lengthMax} characters`);
    if (rule.pattern !== undefined && !rule.pattern.test(value)) return this.#expected(path, rule.expected, value);
    return value;
  }

  integer(value: unknown, path: FieldPath, rule: NumberRule): number | undefined {
    if (typeof value === 'number' && Number.isInteger(value) && value >= rule.min && value <= rule.max) return value;
    return this.#expected(path, `a whole number from ${rule.min} to ${rule.max}`, value);
  }

  boolean(value: unknown, path: FieldPath): boolean | undefined {
    return typeof value === 'boolean' ? value : this.#expected(path, 'true or false', value);
  }

  oneOf<T extends string>(value: unknown, path: FieldPath, allowed: readonly T[]): T | undefined {
    const found = allowed.find((each) => each === value);
    return found ?? this.#expected(path, `one of ${allowed.join(', ')}`, value);
  }

  /** Milliseconds, from text with a unit. */
  duration(value: unknown, path: FieldPath, rule: NumberRule): number | undefined {
    const ms = typeof value === 'string' ? parseDuration(value) : undefined;
    if (ms === undefined) return this.#expected(path, 'a duration with a unit such as 500ms, 5s or 1m', value);
    if (ms >= rule.min && ms <= rule.max) return ms;
    return this.fail(path, `expected a duration from ${rule.min} ms to ${rule.max} ms, got ${shown(value)}`);
  }
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
