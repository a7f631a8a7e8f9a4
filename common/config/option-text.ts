// What a table says about its options, as text: --help, a sample environment file, a sample YAML file and a Markdown
// table. Pure; the files in deploy/ and the docs come from here, so they cannot go stale.

import { environmentNames } from './load-options.ts';
import type { Option, OptionTable } from './option.ts';

export interface OptionDocument {
  /** As typed: `rollcall server`. */
  readonly command: string;
  readonly table: OptionTable;
  /** Prefixes of environment variables, the strongest first. */
  readonly prefixes: readonly string[];
}

interface Row {
  readonly name: string;
  readonly option: Option;
}

/** Columns of --help: wide enough for most flags, narrow enough for 120 columns with the sentence. */
const helpIndent = 38;
const helpWidth = 110;

/** Rows that are shown, by section, both in the order of the table. */
function sections(table: OptionTable): Map<string, Row[]> {
  const bySection = new Map<string, Row[]>();
  for (const [name, option] of Object.entries(table)) {
    if (option.hidden === true) continue;
    const rows = bySection.get(option.section) ?? [];
    rows.push({ name, option });
    bySection.set(option.section, rows);
  }
  return bySection;
}

const placeholders: Readonly<Record<Option['kind'], string>> = {
  string: 'TEXT',
  boolean: '',
  integer: 'N',
  duration: 'DURATION',
  size: 'SIZE',
  enum: '',
  list: 'WORD,…',
  'url-list': 'URL,…',
  'endpoint-list': 'URL,…',
  address: 'ADDR:PORT',
};

export function placeholderOf(option: Option): string {
  if (option.placeholder !== undefined) return option.placeholder;
  return option.kind === 'enum' ? option.values.join('|') : placeholders[option.kind];
}

/** The default as a user would write it; empty when there is none. */
export function defaultTextOf(option: Option): string {
  return option.defaultText ?? String(option.default ?? '');
}

/** The flags of --help, section by section. */
export function flagsHelp(table: OptionTable): string {
  const lines: string[] = [];
  for (const [section, rows] of sections(table)) {
    lines.push('', `${section}:`);
    for (const { name, option } of rows) lines.push(...flagHelp(name, option));
  }
  return lines.slice(1).join('\n');
}

function flagHelp(name: string, option: Option): string[] {
  const short = option.short === undefined ? '    ' : `-${option.short}, `;
  const placeholder = placeholderOf(option);
  const flag = `  ${short}--${name}${placeholder === '' ? '' : ` ${placeholder}`}`;
  const shown = option.kind === 'boolean' && !option.default ? '' : defaultTextOf(option);
  const sentence = `${option.help}${shown === '' ? '' : ` (default ${shown})`}`;
  const wrapped = wrap(sentence, helpWidth - helpIndent);
  const lines = flag.length < helpIndent - 1 ? [flag.padEnd(helpIndent) + wrapped.shift()!] : [flag];
  return [...lines, ...wrapped.map((line) => ' '.repeat(helpIndent) + line)];
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/** Lines for systemd's EnvironmentFile= or docker's --env-file, every setting commented out at its default. */
export function environmentSample({ command, table, prefixes }: OptionDocument): string {
  const lines = [`# Settings of "${command}". Lines in force have no "#" in front; values need no quotes.`];
  for (const [section, rows] of sections(table)) {
    const settable = rows.flatMap(({ name, option }) => {
      const variable = environmentNames(name, option, prefixes)[0];
      return variable === undefined ? [] : [{ variable, option }];
    });
    if (settable.length === 0) continue;
    lines.push('', `#[${section}]`);
    for (const { variable, option } of settable) {
      lines.push(`# ${option.help}`, `#${variable}=${sampleValue(option)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** A file for --config-file, every setting commented out at its default. */
export function yamlSample({ command, table }: OptionDocument): string {
  const lines = [`# Settings of "${command} --config-file". Lines in force have no "#" in front.`];
  for (const [section, rows] of sections(table)) {
    const settable = rows.filter(({ name, option }) => option.flagOnly !== true && name !== 'config-file');
    if (settable.length === 0) continue;
    lines.push('', `# ${section}`);
    for (const { name, option } of settable) {
      const value = sampleValue(option);
      lines.push(`# ${option.help}`, `#${name}: ${needsQuotes(value) ? JSON.stringify(value) : value}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** A default in words (`<name>.rollcall`) is no value: the sample leaves it empty, which means the default. */
function sampleValue(option: Option): string {
  if (option.default !== undefined) return String(option.default);
  return /[\s<]/.test(option.defaultText ?? '') ? '' : (option.defaultText ?? '');
}

function needsQuotes(value: string): boolean {
  return value !== '' && !/^[A-Za-z0-9][\w./:%+-]*$/.test(value);
}

/** One Markdown table of all shown settings. */
export function markdownTable({ table, prefixes }: OptionDocument): string {
  const lines = ['| flag | environment | default | meaning |', '|---|---|---|---|'];
  for (const rows of sections(table).values()) {
    for (const { name, option } of rows) {
      const variable = environmentNames(name, option, prefixes)[0];
      const shown = defaultTextOf(option);
      const cells = [
        `\`--${name}${placeholderOf(option) === '' ? '' : ` ${placeholderOf(option)}`}\``,
        variable === undefined ? '' : `\`${variable}\``,
        shown === '' ? '' : `\`${shown}\``,
        option.help,
      ];
      lines.push(`| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`);
    }
  }
  return `${lines.join('\n')}\n`;
}
