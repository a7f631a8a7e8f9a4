import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { jsonName, propertyName, typeName } from '../../../../common/wire/protobuf/codec-generator.ts';
import { generated } from '../../../../common/wire/protobuf/generate.ts';
import { parseProto } from '../../../../common/wire/protobuf/proto-parser.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..', '..');

test('the generated files are what their .proto files say: run "npm run generate"', (t) => {
  for (const { path, text } of generated(root))
    t.true(readFileSync(join(root, path), 'utf8') === text, `${path} is stale`);
});

test("names: etcd's acronyms become words, packages fall away", (t) => {
  t.deepEqual(
    [
      'ID',
      'member_id',
      'memberID',
      'peerURLs',
      'TTL',
      'grantedTTL',
      'range_end',
      'isLearner',
      'raft_applied_index',
    ].map(propertyName),
    ['id', 'memberId', 'memberId', 'peerUrls', 'ttl', 'grantedTtl', 'rangeEnd', 'isLearner', 'raftAppliedIndex'],
  );
  t.deepEqual(['range_end', 'ID', 'db_size_in_use'].map(jsonName), ['rangeEnd', 'ID', 'dbSizeInUse']);
  t.is(typeName('etcdserverpb.WatchCreateRequest.FilterType'), 'WatchCreateRequestFilterType');
});

test('types are resolved from the innermost scope outwards, across files', (t) => {
  const { messages } = parseProto([
    {
      file: 'a.proto',
      text: 'syntax = "proto3"; package a; message M { enum K { X = 0; } message K2 { K k = 1; } K k = 1; K2 n = 2; b.K o = 3; }',
    },
    { file: 'b.proto', text: 'package b; enum K { X = 0; } // message Hidden {}\n' },
  ]);
  t.deepEqual(
    messages.map(({ fullName, fields }) => [fullName, fields.map(({ type }) => type)]),
    [
      ['a.M', ['a.M.K', 'a.M.K2', 'b.K']],
      ['a.M.K2', ['a.M.K']],
    ],
  );
});

for (const [what, text, message] of [
  ['an unknown type', 'package p; message M { Missing m = 1; }', 'p.M.m: unknown type Missing'],
  ['a missing number', 'package p; message M { string s; }', 'x.proto: unexpected ; (expected =) near token 9'],
  ['an end in the middle', 'package p; message M {', 'x.proto: unexpected end of file near token 7'],
  ['a word that is none of the language', 'package p; extend M {}', 'x.proto: unexpected extend near token 4'],
] as const) {
  test(`a .proto file with ${what} is refused by name`, (t) => {
    t.throws(() => parseProto([{ file: 'x.proto', text }]), { message });
  });
}
