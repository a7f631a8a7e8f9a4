// The one description of a setting, from which flags, environment, file, --help, sample files and the README table
// all come. This file has the shapes only: parsing is option-value.ts, sources and precedence load-options.ts.
//
//   const options = defineOptions({
//     'lease-ttl': { kind: 'duration', default: '15s', section: 'Registration', help: 'lifetime of the agent lease' },
//   });
//   type Values = OptionValues<typeof options>;   // { readonly leaseTtl: number }   (milliseconds)

import type { HostPort } from './host-port.ts';
import type { DurationUnit } from './units.ts';

interface OptionBase {
  /** One line, lower-case start, no full stop; the value's unit where it is not obvious. */
  readonly help: string;
  /** Heading in --help and in the generated samples. */
  readonly section: string;
  /** What stands for the value in --help: `--name NAME`. Defaults to one by kind. */
  readonly placeholder?: string;
  /** What --help shows as the default where it depends on other settings: `<name>.rollcall`. */
  readonly defaultText?: string;
  /** One letter that stands for the flag: `w` for `-w`. */
  readonly short?: string;
  /** Other flag names with the same meaning (`experimental-…` of older etcd); hidden from --help. */
  readonly aliases?: readonly string[];
  /** Further environment variables, full names, weaker than the prefixed one: `ROLLCALL_ENDPOINTS`. */
  readonly env?: readonly string[];
  /** Further keys in the configuration file, nested ones with dots: `client-transport-security.cert-file`. */
  readonly fileKeys?: readonly string[];
  /** Understood, but not in --help and the samples. */
  readonly hidden?: boolean;
  /** Only a flag: no environment variable, no file key. */
  readonly flagOnly?: boolean;
  /** What a value other than the default leads to. Absent: it works. */
  readonly status?: 'works' | 'ignored' | 'refused';
  /** For `ignored` and `refused`: why, or what to do instead; follows a colon in the message. */
  readonly because?: string;
}

interface StringOption extends OptionBase {
  readonly kind: 'string';
  readonly default: string | undefined;
}

interface BooleanOption extends OptionBase {
  readonly kind: 'boolean';
  readonly default: boolean;
}

interface IntegerOption extends OptionBase {
  readonly kind: 'integer';
  readonly default: number | undefined;
  readonly min?: number;
  readonly max?: number;
}

interface DurationOption extends OptionBase {
  readonly kind: 'duration';
  /** As a user writes it: `15s`. */
  readonly default: string | undefined;
  /** What a number without a unit means (`ms` for etcd's --election-timeout). Absent: it is refused, except 0. */
  readonly bare?: DurationUnit;
  /** The same in a configuration file, where etcd counts some durations in nanoseconds. Defaults to `bare`. */
  readonly fileBare?: DurationUnit;
  readonly minMs?: number;
  readonly maxMs?: number;
}

interface SizeOption extends OptionBase {
  readonly kind: 'size';
  /** As a user writes it: `64MiB`. A number without a unit means bytes. */
  readonly default: string | undefined;
  /** In bytes. */
  readonly min?: number;
  readonly max?: number;
}

interface EnumOption extends OptionBase {
  readonly kind: 'enum';
  readonly values: readonly string[];
  readonly default: string | undefined;
}

interface ListOption extends OptionBase {
  /**
   * Comma-separated. `list`: any words; `url-list`: scheme://host:port each, without a path, as etcd wants its listen
   * and advertise URLs; `endpoint-list`: those, or host:port.
   */
  readonly kind: 'list' | 'url-list' | 'endpoint-list';
  /** Comma-separated as a user writes it; '' is the empty list. */
  readonly default: string | undefined;
  /** The flag may be given several times and adds up; otherwise the last one wins. */
  readonly repeatable?: boolean;
}

interface AddressOption extends OptionBase {
  /** `host:port`, `[::1]:port` or `:port`. */
  readonly kind: 'address';
  readonly default: string | undefined;
}

export type Option =
  | StringOption
  | BooleanOption
  | IntegerOption
  | DurationOption
  | SizeOption
  | EnumOption
  | ListOption
  | AddressOption;

/** Options by flag name, without dashes in front. The order is that of --help. */
export type OptionTable = Readonly<Record<string, Option>>;

/** What an option's text becomes. Durations are milliseconds, sizes bytes. */
export type OptionValue = string | boolean | number | HostPort | readonly string[];

type PresentValue<O extends Option> = O extends EnumOption
  ? O['values'][number]
  : O extends StringOption
    ? string
    : O extends BooleanOption
      ? boolean
      : O extends AddressOption
        ? HostPort
        : O extends ListOption
          ? readonly string[]
          : number;

type ValueOf<O extends Option> = O['default'] extends undefined ? PresentValue<O> | undefined : PresentValue<O>;

export type CamelCase<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name;

/** The typed values of a table: `lease-ttl` becomes `leaseTtl`; a default of undefined makes the value optional. */
export type OptionValues<T extends OptionTable> = {
  readonly [Name in keyof T & string as CamelCase<Name>]: ValueOf<T[Name]>;
};

/** Keeps a table's literal types. Flag names are lower-case words joined by dashes. */
export function defineOptions<const T extends OptionTable>(table: T): T {
  return table;
}

/** `lease-ttl` -> `leaseTtl`, the value's property name. */
export function propertyName(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
