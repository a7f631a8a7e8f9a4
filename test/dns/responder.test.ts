import test from 'ava';
import dns2 from 'dns2';
import fc from 'fast-check';
import { seededRandom } from '../../common/runtime/random.ts';
import { buildQuery } from './harness/build-query.ts';
import { decodeMessage } from './harness/decode-message.ts';
import { manyInstances, TestZone } from './harness/zone-view.ts';

const registry = {
  ...manyInstances('web', 3),
  ...manyInstances('many', 100, { tags: ['blue'], meta: { version: '1.4.2' } }),
  '/rollcall/services/db/db-1': 'db.example.com:5432',
};

test('id, RD, CD and the letters of the name come back as they were asked', (t) => {
  const zone = new TestZone({ registry });
  const query = buildQuery('wEb.SeRvIcE.rollcall.INTERNAL', {
    id: 0xbeef,
    recursionDesired: true,
    checkingDisabled: true,
  });
  for (let round = 0; round < 2; round++) {
    const message = decodeMessage(zone.responder.respond(query, 'udp')!);
    t.is(message.id, 0xbeef);
    t.deepEqual(message.flags, ['qr', 'aa', 'rd', 'cd']);
    t.is(message.question, 'wEb.SeRvIcE.rollcall.INTERNAL. IN A');
    t.true(message.answer.every((line) => line.startsWith('wEb.SeRvIcE.rollcall.INTERNAL. ')));
  }
  t.is(zone.stats.cacheHits, 1);
});

test('an OPT record is in the response if and only if one was in the query', (t) => {
  const zone = new TestZone({ registry });
  for (const name of ['web.service', 'nix.service', 'example.com.']) {
    t.is(zone.ask(name).opt, undefined);
    t.like(zone.ask(name, 'A', { edns: {} }).opt, { udpOctets: 1232, version: 0, dnssecOk: false });
    t.like(zone.ask(name, 'A', { edns: { dnssecOk: true } }).opt, { dnssecOk: true });
  }
  t.true(zone.ask('many.service', 'SRV', { edns: {} }).flags.includes('tc'));
  t.not(zone.ask('many.service', 'SRV', { edns: {} }).opt, undefined);
});

test('an unknown EDNS version is answered BADVERS, with the version that we speak and the question', (t) => {
  const message = new TestZone({ registry }).ask('web.service', 'A', { edns: { version: 5 } });
  t.is(message.rcode, 16);
  t.is(message.opt?.version, 0);
  t.is(message.question, 'web.service.rollcall.internal. IN A');
  t.deepEqual(message.answer, []);
});

test('refusals carry the code, no authority and no records', (t) => {
  const zone = new TestZone({ registry });
  const ask = (message: Buffer) => decodeMessage(zone.responder.respond(message, 'udp')!);
  t.like(ask(buildQuery('rollcall.internal', { type: 'AXFR' })), { rcode: 5, flags: ['qr'], answer: [] });
  t.like(ask(buildQuery('version.bind', { type: 'TXT', klass: 3 })), {
    rcode: 5,
    question: 'version.bind. CLASS3 TXT',
  });
  const update = buildQuery('rollcall.internal');
  update[2] = 0x28;
  t.like(ask(update), { rcode: 4, opcode: 5, question: undefined });
  t.like(ask(Buffer.of(0xab, 0xcd)), { id: 0xabcd, rcode: 1, flags: ['qr'], question: undefined });
  t.deepEqual(zone.stats.responses, {
    noerror: 0,
    formerr: 1,
    servfail: 0,
    nxdomain: 0,
    notimp: 1,
    refused: 2,
    other: 0,
  });
});

test('a response is never answered', (t) => {
  const zone = new TestZone({ registry });
  const response = zone.responder.respond(buildQuery('web.service.rollcall.internal'), 'udp')!;
  t.is(zone.responder.respond(response, 'udp'), undefined);
  t.is(zone.stats.dropped, 1);
});

test('each of a few instances is first equally often', (t) => {
  const zone = new TestZone({ registry });
  const firsts = new Map<string, number>();
  for (let round = 0; round < 300; round++) {
    const first = zone.ask('web.service').answer[0]!;
    firsts.set(first, (firsts.get(first) ?? 0) + 1);
  }
  t.deepEqual([...firsts.values()], [100, 100, 100]);
});

test('of many instances each gets into cut answers about equally often', (t) => {
  const zone = new TestZone({ registry });
  const seen = new Map<string, number>();
  let total = 0;
  for (let round = 0; round < 20_000; round++) {
    const { answer } = zone.ask('many.service', 'A');
    for (const line of answer) seen.set(line, (seen.get(line) ?? 0) + 1);
    total += answer.length;
  }
  t.is(seen.size, 100);
  const mean = total / 100;
  for (const count of seen.values()) t.true(count > mean * 0.75 && count < mean * 1.25, `${count} of ${mean}`);
});

test('an answer that does not fit says so over UDP and is whole over TCP', (t) => {
  const zone = new TestZone({ registry });
  for (const edns of [undefined, {}, { udpOctets: 900 }]) {
    const message = zone.ask('many.service', 'SRV', edns === undefined ? {} : { edns });
    t.true(message.flags.includes('tc'));
    t.true(message.answer.length > 0 && message.answer.length < 100);
  }
  const whole = zone.ask('many.service', 'SRV', { transport: 'tcp', edns: {} });
  t.false(whole.flags.includes('tc'));
  t.is(whole.answer.length, 100);
  t.is(whole.additional.length, 100);
});

test('the size limit of the responder holds against bigger wishes', (t) => {
  const small = new TestZone({ registry });
  t.true(small.ask('many.service', 'A', { edns: { udpOctets: 4096 } }).flags.includes('tc'));
  const big = new TestZone({ registry, udpOctetsMax: 4096 });
  t.is(big.ask('many.service', 'A', { edns: { udpOctets: 4096 } }).answer.length, 100);
});

test('more than TCP can carry becomes a random sample of whole records, without TC', (t) => {
  const zone = new TestZone({ registry: manyInstances('huge', 3000) });
  const sample = () => zone.ask('huge.service', 'SRV', { transport: 'tcp', edns: {} });
  const first = sample();
  t.false(first.flags.includes('tc'));
  t.true(first.answer.length > 1000);
  t.is(new Set(first.answer).size, first.answer.length);
  t.notDeepEqual(sample().answer.toSorted(), first.answer.toSorted());
});

test('where not all fit, those of the best SRV priority come first', (t) => {
  const zone = new TestZone({
    registry: {
      ...manyInstances('tiered', 60, { priority: 20 }),
      '/rollcall/services/tiered/best': { address: '10.1.1.1', port: 1 },
    },
  });
  for (let round = 0; round < 20; round++) t.regex(zone.ask('tiered.service', 'SRV').answer[0]!, / SRV 1 1 1 best\./);
});

test('the cache stays within its bounds', (t) => {
  const zone = new TestZone({ registry: manyInstances('many', 100), cacheBounds: { entriesMax: 10, octetsMax: 4000 } });
  for (let number = 1; number <= 100; number++) {
    t.is(zone.ask(`many-${number}.many.instance`).answer.length, 1);
    t.is(zone.ask(`many-${number}.many.instance`).answer.length, 1);
  }
  t.true(zone.stats.cacheHits >= 100);
  for (let round = 0; round < 20; round++) t.is(zone.ask('many.service', 'A', { transport: 'tcp' }).answer.length, 100);
});

const names = [
  'web.service',
  '_many._tcp.service',
  'blue.many.service',
  'many-7.many.instance',
  'nix.service',
  '',
  'db-1.db.instance',
];
const types = ['A', 'AAAA', 'SRV', 'TXT', 'PTR', 'SOA', 'NS', 'CNAME', 'ANY'];

test('every answer decodes, fits its size, and reads the same with dns2', (t) => {
  const zone = new TestZone({ registry });
  const property = fc.property(
    fc.constantFrom(...names),
    fc.constantFrom(...types),
    fc.option(fc.integer({ min: 0, max: 5000 }), { nil: undefined }),
    fc.constantFrom('udp' as const, 'tcp' as const),
    (name, type, udpOctets, transport) => {
      const full = name === '' ? 'rollcall.internal' : `${name}.rollcall.internal`;
      const edns = udpOctets === undefined ? {} : { edns: { udpOctets } };
      const response = zone.responder.respond(buildQuery(full, { type, ...edns }), transport)!;
      const limit = udpOctets === undefined ? 512 : Math.min(1232, Math.max(512, udpOctets));
      if (transport === 'udp' && response.length > limit) return false;
      const message = decodeMessage(response);
      const other = dns2.Packet.parse(response);
      const counts = [other.answers.length, other.authorities.length, other.additionals.length];
      const own = [
        message.answer.length,
        message.authority.length,
        message.additional.length + (message.opt === undefined ? 0 : 1),
      ];
      return counts.every((count, index) => count === own[index]) && other.answers.every(({ ttl }) => ttl === 5);
    },
  );
  t.notThrows(() => fc.assert(property, { numRuns: 1500, seed: 5 }));
});

test('mutated queries always get a decodable response or none', (t) => {
  const zone = new TestZone({ registry });
  const random = seededRandom(11);
  const seeds = [
    buildQuery('web.service.rollcall.internal', {
      type: 'SRV',
      edns: { udpOctets: 700, data: Buffer.from('000a00080102030405060708', 'hex') },
    }),
    buildQuery('_many._tcp.service.rollcall.internal', { type: 'SRV' }),
    buildQuery('many-1.many.instance.rollcall.internal', { type: 'A' }),
  ];
  let answered = 0;
  for (let round = 0; round < 10_000; round++) {
    const message = Buffer.from(seeds[round % seeds.length]!);
    for (let change = 1 + random.below(3); change > 0; change--)
      message[random.below(message.length)] = random.below(256);
    const cut = message.subarray(0, random.below(4) === 0 ? random.below(message.length) : message.length);
    const response = zone.responder.respond(cut, random.below(2) === 0 ? 'udp' : 'tcp');
    if (response === undefined) continue;
    answered++;
    decodeMessage(response);
    t.is(response.readUInt16BE(0), cut.readUInt16BE(0));
    t.is(response[2]! & 0x80, 0x80);
  }
  t.true(answered > 5_000);
});
