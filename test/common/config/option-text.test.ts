import test from 'ava';
import { parse } from 'yaml';
import { loadOptions } from '../../../common/config/load-options.ts';
import { defineOptions } from '../../../common/config/option.ts';
import { environmentSample, flagsHelp, markdownTable, yamlSample } from '../../../common/config/option-text.ts';

const table = defineOptions({
  name: { kind: 'string', default: 'default', section: 'Member', help: 'name of the member' },
  'data-dir': {
    kind: 'string',
    default: '',
    defaultText: '<name>.x',
    placeholder: 'DIR',
    section: 'Member',
    help: 'directory for everything that is stored here, which is a rather long sentence for one line of help text',
  },
  'write-out': {
    kind: 'enum',
    values: ['simple', 'json'],
    default: 'simple',
    short: 'w',
    section: 'Output',
    help: 'format',
  },
  quiet: { kind: 'boolean', default: false, section: 'Output', flagOnly: true, help: 'say less' },
  old: { kind: 'string', default: '', section: 'Output', hidden: true, help: 'never shown' },
});
const document = { command: 'rollcall test', table, prefixes: ['ROLLCALL_', 'ETCD_'] };

test('help lists the shown flags by section with their defaults', (t) => {
  t.is(
    flagsHelp(table),
    [
      'Member:',
      '      --name TEXT                     name of the member (default default)',
      '      --data-dir DIR                  directory for everything that is stored here, which is a rather long',
      '                                      sentence for one line of help text (default <name>.x)',
      '',
      'Output:',
      '  -w, --write-out simple|json         format (default simple)',
      '      --quiet                         say less',
    ].join('\n'),
  );
});

test('the sample environment file has every setting at its default, commented out', (t) => {
  t.is(
    environmentSample(document),
    [
      '# Settings of "rollcall test". Lines in force have no "#" in front; values need no quotes.',
      '',
      '#[Member]',
      '# name of the member',
      '#ROLLCALL_NAME=default',
      '# directory for everything that is stored here, which is a rather long sentence for one line of help text',
      '#ROLLCALL_DATA_DIR=',
      '',
      '#[Output]',
      '# format',
      '#ROLLCALL_WRITE_OUT=simple',
      '',
    ].join('\n'),
  );
});

test('the sample YAML file, uncommented, loads and changes nothing', (t) => {
  const text = yamlSample(document).replace(/^#(?=[a-z])/gm, '');
  t.deepEqual(parse(text), { name: 'default', 'data-dir': null, 'write-out': 'simple' });
});

test('the sample environment, uncommented, loads and changes nothing', (t) => {
  const pairs = environmentSample(document)
    .split('\n')
    .filter((line) => /^#[A-Z_]+=/.test(line))
    .map((line) => line.slice(1).split('='));
  const env = Object.fromEntries(pairs) as Record<string, string>;
  const loaded = loadOptions(table, { argv: [], env, prefixes: document.prefixes });
  t.deepEqual(loaded.values, loadOptions(table, { argv: [], env: {}, prefixes: [] }).values);
  t.deepEqual(loaded.warnings, []);
});

test('the Markdown table has one row a shown setting, with bars escaped', (t) => {
  t.deepEqual(markdownTable(document).split('\n').slice(0, 5), [
    '| flag | environment | default | meaning |',
    '|---|---|---|---|',
    '| `--name TEXT` | `ROLLCALL_NAME` | `default` | name of the member |',
    '| `--data-dir DIR` | `ROLLCALL_DATA_DIR` | `<name>.x` | directory for everything that is stored here, which is a rather long sentence for one line of help text |',
    '| `--write-out simple\\|json` | `ROLLCALL_WRITE_OUT` | `simple` | format |',
  ]);
});
