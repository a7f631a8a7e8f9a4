import test from 'ava';
import { seededRandom } from '../../common/runtime/random.ts';
import { Query, type Verdict } from '../../dns/query-reader.ts';
import { buildQuery, optOf } from './harness/build-query.ts';

const plain = buildQuery('web.service.rollcall.internal', { type: 'SRV' });
const withEdns = buildQuery('web.service.rollcall.internal', {
  type: 'SRV',
  edns: { udpOctets: 1400, dnssecOk: true },
});

/** The message with some octets replaced. */
function patched(message: Buffer, ...patches: readonly (readonly [number, number])[]): Buffer {
  const copy = Buffer.from(message);
  for (const [at, octet] of patches) copy[at] = octet;
  return copy;
}

test('a plain query gives its question in lower case, its type and no EDNS', (t) => {
  const query = new Query();
  t.is(query.read(buildQuery('WeB.Service', { type: 'SRV' })), 'ok');
  t.is(query.key, '\x03web\x07service\x00\x21');
  t.is(query.type, 33);
  t.is(query.questionEnd, 12 + 13 + 4);
  t.false(query.hasEdns);
  t.is(query.udpOctets, 512);
});

test('octets above ASCII in a name are left as they are', (t) => {
  const query = new Query();
  t.is(query.read(buildQuery('\xc4\xc9', { type: 'A' })), 'ok');
  t.is(query.key, '\x02\xc4\xc9\x00\x01');
});

test('EDNS gives the size, the DO bit, and forgets them for the next query', (t) => {
  const query = new Query();
  t.is(query.read(withEdns), 'ok');
  t.true(query.hasEdns);
  t.true(query.dnssecOk);
  t.is(query.udpOctets, 1400);
  t.is(query.read(plain), 'ok');
  t.false(query.hasEdns);
  t.false(query.dnssecOk);
  t.is(query.udpOctets, 512);
});

test('an EDNS size below 512 counts as 512', (t) => {
  const query = new Query();
  t.is(query.read(buildQuery('a', { edns: { udpOctets: 100 } })), 'ok');
  t.is(query.udpOctets, 512);
});

const longLabel = 'a'.repeat(63);
const nameOf255 = `${longLabel}.${longLabel}.${longLabel}.${'b'.repeat(61)}`;
const answerRecord = Buffer.from('\x00\x00\x01\x00\x01\x00\x00\x00\x00\x00\x00', 'latin1');
const opt = optOf({});
const cookie = Buffer.from('000a00080102030405060708', 'hex');

const vectors: Readonly<Record<string, readonly [Buffer, Verdict]>> = {
  'nothing at all': [Buffer.alloc(0), 'drop'],
  'a single octet': [Buffer.of(1), 'drop'],
  'an id and nothing else': [Buffer.of(1, 2), 'formerr'],
  'a header cut short': [plain.subarray(0, 11), 'formerr'],
  'a response': [patched(plain, [2, 0x80]), 'drop'],
  'a response cut short': [Buffer.of(0, 0, 0x80), 'drop'],
  'opcode STATUS': [patched(plain, [2, 0x10]), 'notimp'],
  'opcode UPDATE': [patched(plain, [2, 0x28]), 'notimp'],
  'no question': [patched(plain.subarray(0, 12), [5, 0]), 'formerr'],
  'two questions': [patched(plain, [5, 2]), 'formerr'],
  'a question that is not there': [plain.subarray(0, 12), 'formerr'],
  'a name without end': [plain.subarray(0, 20), 'formerr'],
  'a question without class': [plain.subarray(0, plain.length - 2), 'formerr'],
  'a name of 255 octets': [buildQuery(nameOf255), 'ok'],
  'a name of 256 octets': [buildQuery(`${nameOf255}b`), 'formerr'],
  'a name that points to itself': [patched(plain, [12, 0xc0], [13, 12]), 'formerr'],
  'a reserved label type': [patched(plain, [12, 0x41]), 'formerr'],
  'octets left over': [Buffer.concat([plain, Buffer.of(0)]), 'formerr'],
  'an announced record that is missing': [patched(plain, [11, 1]), 'formerr'],
  'a record cut short': [withEdns.subarray(0, withEdns.length - 1), 'formerr'],
  'a record count beyond reason': [patched(plain, [10, 0xff], [11, 0xff]), 'formerr'],
  'two OPT records': [Buffer.concat([patched(withEdns, [11, 2]), opt]), 'formerr'],
  'an OPT in the answer section': [patched(withEdns, [7, 1], [11, 0]), 'formerr'],
  'an OPT with an owner': [Buffer.concat([patched(plain, [11, 1]), Buffer.of(1, 97), opt]), 'formerr'],
  'an EDNS option that overruns the record': [
    buildQuery('a', { edns: { data: Buffer.of(0, 10, 0, 9, 1) } }),
    'formerr',
  ],
  'a cookie': [buildQuery('a', { edns: { data: cookie } }), 'ok'],
  'an additional record before the OPT': [Buffer.concat([patched(plain, [11, 2]), answerRecord, opt]), 'ok'],
  'EDNS version 1': [buildQuery('a', { edns: { version: 1 } }), 'badvers'],
  'class CH': [buildQuery('version.bind', { type: 'TXT', klass: 3 }), 'refused'],
  'class ANY': [buildQuery('a', { klass: 255 }), 'refused'],
  AXFR: [buildQuery('rollcall.internal', { type: 'AXFR' }), 'refused'],
  IXFR: [buildQuery('rollcall.internal', { type: 'IXFR' }), 'refused'],
  'type ANY': [buildQuery('a', { type: 'ANY' }), 'ok'],
  'type OPT as a question': [buildQuery('a', { type: 'OPT' }), 'notimp'],
  'a type nobody knows': [buildQuery('a', { type: 65_280 }), 'ok'],
  'a compressed name in a later record': [
    Buffer.concat([patched(plain, [11, 1]), Buffer.of(0xc0, 12), answerRecord.subarray(1)]),
    'ok',
  ],
  'a later name that points to itself': [
    Buffer.concat([patched(plain, [11, 1]), Buffer.of(0xc0, plain.length), answerRecord.subarray(1)]),
    'ok',
  ],
};

for (const [what, [message, verdict]] of Object.entries(vectors)) {
  test(`${what}: ${verdict}`, (t) => {
    t.is(new Query().read(message), verdict);
  });
}

test('random octets always end in a verdict', (t) => {
  const random = seededRandom(7);
  const query = new Query();
  const verdicts = new Set<Verdict>();
  for (let round = 0; round < 20_000; round++) {
    const message = Buffer.from(Array.from({ length: random.below(64) }, () => random.below(256)));
    // Half of them as a query with one question, or nearly all would end at the header.
    if (round % 2 === 0 && message.length >= 12) message.set([0, 0, 0, 1, 0, 0, 0, 0, 0, random.below(3)], 2);
    verdicts.add(query.read(message));
    t.true(query.questionEnd <= Math.max(12, message.length));
  }
  t.true(verdicts.has('formerr') && verdicts.has('drop'));
});
