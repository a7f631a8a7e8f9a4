import test from 'ava';
import fc from 'fast-check';
import * as m from '../../../common/api/generated/messages.ts';
import { methods } from '../../../common/api/generated/service.ts';
import { JsonError, jsonMapping, messageTypeOf } from '../../../common/api/json.ts';
import { decode, encode } from '../../../common/wire/protobuf/codec.ts';
import type { MessageType } from '../../../common/wire/protobuf/message-type.ts';
import { messageArbitrary } from './message-arbitrary.ts';

const put = jsonMapping(m.PutRequest);
const range = jsonMapping(m.RangeRequest);
const txn = jsonMapping(m.TxnRequest);

function rejected(parse: () => unknown): string {
  try {
    parse();
  } catch (error) {
    if (error instanceof JsonError) return error.message;
    throw error;
  }
  throw new Error('was accepted');
}

// ---- printing

test('a response is printed with names of the .proto file, 64-bit numbers as strings and bytes as base64', (t) => {
  const response = m.RangeResponse.create({
    header: m.ResponseHeader.create({
      clusterId: 14841639068965178418n,
      memberId: 10276657743932975437n,
      revision: 9,
      raftTerm: 2,
    }),
    kvs: [
      m.KeyValue.create({
        key: Buffer.from('foo'),
        createRevision: 2,
        modRevision: 9,
        version: 4,
        value: Buffer.from('bar'),
        lease: -5n,
      }),
    ],
    more: true,
    count: 1,
  });
  t.is(
    jsonMapping(m.RangeResponse).stringify(response),
    '{"header":{"cluster_id":"14841639068965178418","member_id":"10276657743932975437","revision":"9","raft_term":"2"},' +
      '"kvs":[{"key":"Zm9v","create_revision":"2","mod_revision":"9","version":"4","value":"YmFy","lease":"-5"}],' +
      '"more":true,"count":"1"}',
  );
});

test('names that are upper case in the .proto file stay so', (t) => {
  t.is(
    jsonMapping(m.LeaseGrantResponse).stringify(m.LeaseGrantResponse.create({ id: 7n, ttl: 60 })),
    '{"ID":"7","TTL":"60"}',
  );
});

test('fields at their default are left out, and an empty message is {}', (t) => {
  t.is(jsonMapping(m.RangeResponse).stringify(m.RangeResponse.create()), '{}');
  t.is(
    jsonMapping(m.WatchResponse).stringify(m.WatchResponse.create({ header: m.ResponseHeader.create() })),
    '{"header":{}}',
  );
});

test('the type of an event is left out for a put and DELETE for a deletion', (t) => {
  const kv = m.KeyValue.create({ key: Buffer.from('a') });
  const event = jsonMapping(m.Event);
  t.is(event.stringify(m.Event.create({ type: m.EventEventType.PUT, kv })), '{"kv":{"key":"YQ=="}}');
  t.is(event.stringify(m.Event.create({ type: m.EventEventType.DELETE, kv })), '{"type":"DELETE","kv":{"key":"YQ=="}}');
});

test('an enum value without a name is printed as its number', (t) => {
  t.is(jsonMapping(m.AlarmMember).stringify(m.AlarmMember.create({ alarm: 9 })), '{"alarm":9}');
});

test('text is escaped', (t) => {
  const member = m.Member.create({ name: 'a"b\\c\n\u0001é😀', peerURLs: [] } as Partial<m.Member>);
  t.deepEqual(JSON.parse(jsonMapping(m.Member).stringify(member)), { name: 'a"b\\c\n\u0001é😀' });
});

test('a number beyond 2^53 is printed in digits, not with an exponent', (t) => {
  t.is(
    jsonMapping(m.ResponseHeader).stringify(m.ResponseHeader.create({ revision: 2 ** 62 })),
    '{"revision":"4611686018427387904"}',
  );
});

// ---- reading

test('both spellings of a field name are read', (t) => {
  for (const name of ['range_end', 'rangeEnd']) {
    t.deepEqual(range.parse(`{"${name}":"Zg=="}`), m.RangeRequest.create({ rangeEnd: Buffer.from('f') }));
  }
  t.is(jsonMapping(m.LeaseGrantRequest).parse('{"ID":3}').id, 3n);
});

test('64-bit integers are read exactly, from strings and from numbers, with exponents and fractions that are whole', (t) => {
  const values: [string, bigint][] = [
    ['7587862094738563589', 7587862094738563589n],
    ['"7587862094738563589"', 7587862094738563589n],
    ['-9223372036854775808', -9223372036854775808n],
    ['1e3', 1000n],
    ['1.50e1', 15n],
    ['1200e-2', 12n],
    ['"1E2"', 100n],
    ['0', 0n],
    ['-0', 0n],
    ['0.000', 0n],
    ['0e999999999', 0n],
  ];
  for (const [text, value] of values) t.is(put.parse(`{"lease":${text}}`).lease, value, text);
});

test('base64 is read in both alphabets, with and without padding, and with the line breaks of base64(1)', (t) => {
  const bytes = Buffer.from([0xfb, 0xff, 0xfe, 0x01]);
  for (const text of [
    '+//+AQ==',
    '-__-AQ==',
    '+//+AQ',
    '-__-AQ',
    '+//\\n+AQ==\\r\\n',
    '+\\/\\/+AQ==',
    '\\u002b//+AQ==',
  ]) {
    t.deepEqual(put.parse(`{"key":"${text}"}`).key, bytes, text);
  }
  t.is(put.parse('{"key":""}').key.length, 0);
});

test('enums are read by name and by number, unknown numbers included', (t) => {
  t.is(range.parse('{"sort_order":"DESCEND"}').sortOrder, 2);
  t.is(range.parse('{"sort_order":2}').sortOrder, 2);
  t.is(range.parse('{"sort_order":77}').sortOrder, 77);
});

test('null means absent, also for a second member of a oneof', (t) => {
  t.deepEqual(range.parse('{"key":null,"limit":null,"serializable":null}'), m.RangeRequest.create());
  const op = jsonMapping(m.RequestOp).parse('{"request_put":{"key":"YQ=="},"request_range":null}');
  t.is(op.requestPut?.key.toString(), 'a');
});

test('unknown fields are skipped, whatever they hold', (t) => {
  const text =
    '{"nope":{"a":[1,{"b":null},"\\u00e9\\"}"],"c":-1.5e-3},"__proto__":{"x":true},"key":"YQ==","more":[[],{}]}';
  t.deepEqual(put.parse(text), m.PutRequest.create({ key: Buffer.from('a') }));
});

test('white space is allowed wherever JSON allows it', (t) => {
  t.is(range.parse(' \t\r\n{ "limit" : 5 , "keys_only" :\ttrue }\n').limit, 5);
});

test('no body is the message with nothing set', (t) => {
  t.deepEqual(put.parseBody(Buffer.alloc(0)), m.PutRequest.create());
  t.deepEqual(put.parseBody(Buffer.from(' \r\n')), m.PutRequest.create());
});

test('a body is UTF-8', (t) => {
  const text = jsonMapping(m.AuthUserAddRequest).parseBody(Buffer.from('{"name":"zoë 😀"}'));
  t.is(text.name, 'zoë 😀');
  const broken = Buffer.concat([Buffer.from('{"name":"zo'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]);
  t.is(
    rejected(() => jsonMapping(m.AuthUserAddRequest).parseBody(broken)),
    'json: not UTF-8 at byte 12',
  );
});

test('nested transactions are read', (t) => {
  const inner = txn.parse(
    '{"compare":[{"result":"EQUAL","target":"MOD","key":"YQ==","mod_revision":"0"}],' +
      '"success":[{"request_txn":{"success":[{"requestPut":{"key":"YQ==","value":"Yg=="}}]}}]}',
  );
  t.is(inner.compare[0]?.target, m.CompareCompareTarget.MOD);
  t.is(inner.success[0]?.requestTxn?.success[0]?.requestPut?.value.toString(), 'b');
});

// ---- refusing

const refused: [text: string, message: string][] = [
  ['{"key":12}', 'json: line 1 column 8: expected etcdserverpb.PutRequest.key as base64 text, found 12'],
  ['{"key":"a b="}', 'json: line 1 column 8: etcdserverpb.PutRequest.key: "a b=" is not base64'],
  ['{"key":"a"}', 'json: line 1 column 8: etcdserverpb.PutRequest.key: "a" is not base64'],
  ['{"key":"Zg="}', 'json: line 1 column 8: etcdserverpb.PutRequest.key: "Zg=" is not base64'],
  ['{"key":"Zg==Zg=="}', 'json: line 1 column 8: etcdserverpb.PutRequest.key: "Zg==Zg==" is not base64'],
  ['{"key":"é"}', 'json: line 1 column 8: etcdserverpb.PutRequest.key: "é" is not base64'],
  ['{"key":true}', 'json: line 1 column 8: expected etcdserverpb.PutRequest.key as base64 text, found true'],
  ['{"lease":"x"}', 'json: line 1 column 10: etcdserverpb.PutRequest.lease: "x" is not an integer'],
  ['{"lease":""}', 'json: line 1 column 10: etcdserverpb.PutRequest.lease: "" is not an integer'],
  ['{"lease":" 1"}', 'json: line 1 column 10: etcdserverpb.PutRequest.lease: " 1" is not an integer'],
  ['{"lease":1.5}', 'json: line 1 column 10: etcdserverpb.PutRequest.lease: 1.5 is not an integer'],
  [
    '{"lease":9223372036854775808}',
    'json: line 1 column 10: etcdserverpb.PutRequest.lease: 9223372036854775808 is out of range for int64',
  ],
  ['{"lease":1e99999}', 'json: line 1 column 10: etcdserverpb.PutRequest.lease: 1e99999 is out of range for int64'],
  ['{"lease":[]}', 'json: line 1 column 10: expected etcdserverpb.PutRequest.lease as an integer, found a list'],
  ['{"lease":false}', 'json: line 1 column 10: expected etcdserverpb.PutRequest.lease as an integer, found false'],
  [
    '{"prev_kv":"true"}',
    'json: line 1 column 12: expected etcdserverpb.PutRequest.prev_kv as true or false, found a string',
  ],
  ['{"prev_kv":1}', 'json: line 1 column 12: expected etcdserverpb.PutRequest.prev_kv as true or false, found 1'],
  ['{"key":"YQ==","key":"Yg=="}', 'json: line 1 column 21: etcdserverpb.PutRequest: field "key" is given twice'],
  ['{"prev_kv":true,"prevKv":true}', 'json: line 1 column 26: etcdserverpb.PutRequest: field "prevKv" is given twice'],
  ['[]', 'json: line 1 column 1: expected etcdserverpb.PutRequest as an object, found a list'],
  ['null', 'json: line 1 column 1: expected etcdserverpb.PutRequest as an object, found null'],
  ['"x"', 'json: line 1 column 1: expected etcdserverpb.PutRequest as an object, found a string'],
  ['', 'json: line 1 column 1: expected etcdserverpb.PutRequest as an object, found the end of the input'],
  ['{', 'json: line 1 column 2: expected a field name in double quotes, found the end of the input'],
  ['{"key"', 'json: line 1 column 7: expected ":" after field name "key", found the end of the input'],
  ['{"key":', 'json: line 1 column 8: expected etcdserverpb.PutRequest.key as base64 text, found the end of the input'],
  ['{"key":"YQ==', 'json: line 1 column 13: string that starts at line 1 column 8 is never closed'],
  ['{"key":"YQ==\\', 'json: line 1 column 13: unknown escape "\\\\" in a string'],
  ['{"key":"YQ=="', 'json: line 1 column 14: expected "," or "}", found the end of the input'],
  ['{"key":"YQ==",}', 'json: line 1 column 15: expected another member after ",", found "}"'],
  ['{"key":"YQ==" "value":"YQ=="}', 'json: line 1 column 15: expected "," or "}", found a string'],
  ["{'key':'YQ=='}", 'json: line 1 column 2: expected a field name in double quotes, found "\'"'],
  ['{key:"YQ=="}', 'json: line 1 column 2: expected a field name in double quotes, found key'],
  ['{"key":YQ}', 'json: line 1 column 8: expected etcdserverpb.PutRequest.key as base64 text, found YQ'],
  ['{"key":"YQ=="} x', 'json: line 1 column 16: expected the end of the input, found x'],
  ['{"key":"YQ=="}{}', 'json: line 1 column 15: expected the end of the input, found an object'],
  ['\ufeff{}', 'json: line 1 column 1: expected etcdserverpb.PutRequest as an object, found "\ufeff"'],
  [
    '{\n  "key": "YQ==",\n  "lease": x\n}',
    'json: line 3 column 12: expected etcdserverpb.PutRequest.lease as an integer, found x',
  ],
  ['{"no":01}', 'json: line 1 column 7: malformed number'],
  ['{"no":1.}', 'json: line 1 column 7: malformed number'],
  ['{"no":0x10}', 'json: line 1 column 7: malformed number'],
  ['{"no":-}', 'json: line 1 column 7: expected a value, found -'],
  ['{"no":+1}', 'json: line 1 column 7: expected a value, found +1'],
  ['{"no":NaN}', 'json: line 1 column 7: expected a value, found NaN'],
  ['{"no":tru}', 'json: line 1 column 7: expected a value, found tru'],
  ['{"no":"\t"}', 'json: line 1 column 8: control character in a string (write it as an escape)'],
  ['{"no":"\\x41"}', 'json: line 1 column 8: unknown escape "\\\\x" in a string'],
  ['{"no":"\\u12g4"}', 'json: line 1 column 8: "\\u" without four hexadecimal digits'],
  ['{"no":"\\ud800"}', 'json: line 1 column 7: string with half a surrogate pair'],
  ['{"no":[1,]}', 'json: line 1 column 10: expected another member after ",", found "]"'],
  ['{"no":[1}', 'json: line 1 column 9: expected "," or "]", found "}"'],
];

for (const [text, message] of refused) {
  test(`${JSON.stringify(text)} is refused, saying where and what`, (t) => {
    t.is(
      rejected(() => put.parse(text)),
      message,
    );
  });
}

test('an unknown enum name is refused with the names there are', (t) => {
  t.is(
    rejected(() => range.parse('{"sort_order":"DESC"}')),
    'json: line 1 column 15: etcdserverpb.RangeRequest.sort_order: "DESC" is none of NONE, ASCEND, DESCEND',
  );
});

test('an unsigned field refuses negative numbers', (t) => {
  t.regex(
    rejected(() => jsonMapping(m.MemberRemoveRequest).parse('{"ID":-1}')),
    /MemberRemoveRequest\.ID: -1 is out of range for uint64/,
  );
});

test('a list is refused where an object belongs, and the other way round', (t) => {
  t.regex(
    rejected(() => txn.parse('{"compare":{}}')),
    /TxnRequest\.compare as a list, found an object/,
  );
  t.regex(
    rejected(() => txn.parse('{"compare":[[]]}')),
    /TxnRequest\.compare as an object, found a list/,
  );
  t.regex(
    rejected(() => txn.parse('{"success":[null]}')),
    /TxnRequest\.success as an object, found null/,
  );
});

test('two members of a oneof are refused', (t) => {
  t.is(
    rejected(() => jsonMapping(m.RequestOp).parse('{"request_put":{},"request_range":{}}')),
    'json: line 1 column 35: etcdserverpb.RequestOp: "request_range": only one field of request may be given',
  );
});

test('input nested deeper than 100 is refused, in known and in unknown fields', (t) => {
  const deepTxn = `${'{"success":[{"request_txn":'.repeat(60)}{}${'}]}'.repeat(60)}`;
  t.regex(
    rejected(() => txn.parse(deepTxn)),
    /nested deeper than 100$/,
  );
  t.regex(
    rejected(() => put.parse(`{"no":${'['.repeat(200_000)}`)),
    /nested deeper than 100$/,
  );
  t.notThrows(() => put.parse(`{"no":${'['.repeat(90)}${']'.repeat(90)}}`));
});

test('a number of a million digits is refused without being computed', (t) => {
  const start = performance.now();
  t.regex(
    rejected(() => put.parse(`{"lease":${'9'.repeat(1_000_000)}}`)),
    /is out of range for int64$/,
  );
  t.true(performance.now() - start < 1_000);
});

// ---- properties

const types: readonly MessageType<unknown>[] = [
  ...new Set(
    Object.values(methods).flatMap(({ request, response }) => [
      messageTypeOf<unknown>(request),
      messageTypeOf<unknown>(response),
    ]),
  ),
];

for (const type of types) {
  test(`any ${type.name} comes back from JSON and from protobuf as it went`, (t) => {
    const mapping = jsonMapping(type);
    fc.assert(
      fc.property(messageArbitrary(type), (message) => {
        const text = mapping.stringify(message);
        JSON.parse(text);
        t.deepEqual(mapping.parse(text), message);
        t.deepEqual(mapping.parseBody(Buffer.from(text)), message);
        t.is(mapping.stringify(decode(type, encode(type, message))), text);
      }),
      { numRuns: 30 },
    );
  });
}

test('whatever JSON.parse refuses is refused, and nothing but JsonError is ever thrown', (t) => {
  const valid = messageArbitrary(m.TxnRequest).map((message) => txn.stringify(message));
  const tokens = [
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    '\\u',
    'null',
    'true',
    '-',
    '1e',
    '0',
    '.',
    ' ',
    '\n',
    '\u0000',
    'é',
    '😀',
  ];
  const damaged = fc
    .tuple(
      valid,
      fc.array(fc.tuple(fc.nat(), fc.nat({ max: 3 }), fc.constantFrom(...tokens, '')), { minLength: 1, maxLength: 4 }),
    )
    .map(([text, edits]) => edits.reduce((out, [at, cut, put]) => splice(out, at % (out.length + 1), cut, put), text));
  let accepted = 0;
  fc.assert(
    fc.property(fc.oneof(damaged, fc.string(), fc.json()), (text) => {
      try {
        txn.parse(text);
      } catch (error) {
        t.true(error instanceof JsonError, String(error));
        return;
      }
      accepted++;
      t.notThrows(() => JSON.parse(text));
    }),
    { numRuns: 3_000 },
  );
  t.true(accepted > 0);
});

function splice(text: string, at: number, cut: number, insert: string): string {
  return text.slice(0, at) + insert + text.slice(at + cut);
}
