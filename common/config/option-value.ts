// One option's text to its typed value, or a sentence about what was expected. Where the text came from (flag,
// environment, file) is the caller's to say.

import { type HostPort, parseHostPort } from './host-port.ts';
import type { Option, OptionValue } from './option.ts';
import { formatDuration, formatSize, parseDuration, parseSize } from './units.ts';

/** Names in one list option; a list longer than this is a mistake, and every entry costs a socket or a lookup. */
const listEntriesMax = 1000;

export type ParsedValue = { readonly value: OptionValue } | { readonly expected: string };

/** `inFile`: the text stands in a configuration file, where etcd gives some durations in nanoseconds. */
export function parseOptionValue(option: Option, text: string, inFile = false): ParsedValue {
  switch (option.kind) {
    case 'string':
      return { value: text };
    case 'boolean':
      return parseBoolean(text);
    case 'integer':
      return parseInteger(text, option.min, option.max);
    case 'duration': {
      const bare = inFile ? (option.fileBare ?? option.bare) : option.bare;
      const ms = parseDuration(text, bare);
      const unit = bare === undefined ? '' : `, or a number of ${unitNames[bare]}`;
      if (ms === undefined) return { expected: `a duration such as 100ms, 10s or 1h30m${unit}` };
      return within(ms, option.minMs ?? 0, option.maxMs, formatDuration, 'a duration');
    }
    case 'size': {
      const bytes = parseSize(text);
      if (bytes === undefined) return { expected: 'a size such as 1048576, 512KiB or 64MiB' };
      return within(bytes, option.min ?? 0, option.max, formatSize, 'a size');
    }
    case 'enum':
      if (option.values.includes(text)) return { value: text };
      return { expected: `one of ${option.values.join(', ')}` };
    case 'list':
    case 'url-list':
    case 'endpoint-list':
      return parseList(option.kind, text);
    case 'address':
      return parseAddress(text);
  }
}

const unitNames = { ns: 'nanoseconds', ms: 'milliseconds', s: 'seconds', h: 'hours' } as const;

/** The spellings of Go's strconv.ParseBool. */
function parseBoolean(text: string): ParsedValue {
  if (/^(1|t|T|true|TRUE|True)$/.test(text)) return { value: true };
  if (/^(0|f|F|false|FALSE|False)$/.test(text)) return { value: false };
  return { expected: 'true or false' };
}

function parseInteger(text: string, min: number | undefined, max: number | undefined): ParsedValue {
  const number = Number(text);
  if (!/^[+-]?\d+$/.test(text) || !Number.isSafeInteger(number)) return { expected: 'a whole number' };
  return within(number, min, max, String, 'a whole number');
}

function within(
  value: number,
  min: number | undefined,
  max: number | undefined,
  format: (value: number) => string,
  what: string,
): ParsedValue {
  if (min !== undefined && max !== undefined && (value < min || value > max)) {
    return { expected: `${what} from ${format(min)} to ${format(max)}` };
  }
  if (min !== undefined && value < min) return { expected: `${what} of at least ${format(min)}` };
  if (max !== undefined && value > max) return { expected: `${what} of at most ${format(max)}` };
  return { value };
}

function parseList(kind: 'list' | 'url-list' | 'endpoint-list', text: string): ParsedValue {
  const entries = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  if (entries.length > listEntriesMax) return { expected: `at most ${listEntriesMax} entries` };
  for (const entry of entries) {
    const expected = kind === 'list' ? undefined : refuseUrl(entry, kind === 'endpoint-list');
    if (expected !== undefined) return { expected: entries.length === 1 ? expected : `${expected} (not "${entry}")` };
  }
  return { value: entries };
}

/** etcd's rules for URLs in flags (client/pkg/types/urls.go): scheme, host and port, and nothing behind them. */
function refuseUrl(text: string, bareAllowed: boolean): string | undefined {
  const match = /^([a-zA-Z][a-zA-Z0-9+.-]*):\/\/(.*)$/.exec(text);
  if (match === null) {
    if (bareAllowed && parseHostPort(text) !== undefined) return undefined;
    return bareAllowed ? 'URLs such as http://127.0.0.1:2379, or host:port' : 'URLs such as http://127.0.0.1:2379';
  }
  const scheme = match[1]!.toLowerCase();
  if (scheme !== 'http' && scheme !== 'https') return 'URLs that begin with http:// or https://';
  const authority = match[2]!.replace(/\/$/, '');
  if (authority.includes('/') || authority.includes('?') || authority.includes('#')) return 'URLs without a path';
  const address = parseHostPort(authority);
  if (address === undefined) return 'URLs with a host and a port such as http://127.0.0.1:2379';
  return undefined;
}

function parseAddress(text: string): ParsedValue {
  const address: HostPort | undefined = parseHostPort(text);
  if (address === undefined) return { expected: 'an address such as 127.0.0.1:8600, [::1]:8600 or :8600' };
  return { value: address };
}
