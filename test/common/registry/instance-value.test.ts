import test from 'ava';
import fc from 'fast-check';
import { formatInstance, type Instance, instanceBytesMax } from '../../../common/registry/instance.ts';
import { parseInstanceValue, registrationProblem } from '../../../common/registry/instance-value.ts';

const defaults = { service: 'web', id: 'web-1' };
const bare: Instance = {
  service: 'web',
  id: 'web-1',
  address: '10.0.0.5',
  port: 8080,
  protocol: 'tcp',
  tags: [],
  meta: {},
  weight: 1,
  priority: 1,
  status: 'passing',
  node: '',
  checks: [],
};

test('the full form of the architecture page is read field by field and written back the same', (t) => {
  const instance: Instance = {
    ...bare,
    tags: ['v2'],
    meta: { version: '1.4.2' },
    node: 'host-a',
    checks: [{ id: 'http', status: 'passing', output: '200 OK' }],
  };
  const text = formatInstance(instance);
  t.is(
    text,
    '{"service":"web","id":"web-1","address":"10.0.0.5","port":8080,"protocol":"tcp","tags":["v2"],' +
      '"meta":{"version":"1.4.2"},"weight":1,"priority":1,"status":"passing","node":"host-a",' +
      '"checks":[{"id":"http","status":"passing","output":"200 OK"}]}',
  );
  t.deepEqual(parseInstanceValue(text, defaults), { instance });
});

const readable: Readonly<Record<string, Partial<Instance>>> = {
  '10.0.0.5:8080': {},
  '10.0.0.5:8080\n': {},
  '"10.0.0.5:8080"': {},
  '[fd00::1]:53': { address: 'fd00::1', port: 53 },
  'db.example.com:5432': { address: 'db.example.com', port: 5432 },
  'db_1:5432': { address: 'db_1', port: 5432 },
  'db.example.com.:5432': { address: 'db.example.com', port: 5432 },
  '{"address":"10.0.0.5","port":8080}': {},
  '{"address":"10.0.0.5","port":"8080"}': {},
  '{"address":"[fd00::1]","port":8080}': { address: 'fd00::1' },
  '{"address":"10.0.0.5","port":8080,"tags":null,"meta":null,"checks":null,"status":"","weight":null}': {},
  '{"address":"10.0.0.5","port":8080,"meta":{"cores":4,"spot":true}}': { meta: { cores: '4', spot: 'true' } },
  '{"address":"10.0.0.5","port":8080,"protocol":"UDP"}': { protocol: 'udp' },
  '{"address":"10.0.0.5","port":8080,"status":"draining"}': { status: 'draining' },
  '{"address":"10.0.0.5","port":8080,"weight":0,"priority":65535}': { weight: 0, priority: 65_535 },
  '{"address":"10.0.0.5","port":8080,"service":"WEB"}': {},
  '{"address":"10.0.0.5","port":8080,"fieldOfTheFuture":{"a":1}}': {},
  '{"address":"10.0.0.5","port":8080,"checks":[{"status":"warning"}]}': {
    checks: [{ id: 'check-1', status: 'warning', output: '' }],
  },
};

for (const [value, fields] of Object.entries(readable)) {
  test(`reads ${JSON.stringify(value)}`, (t) => {
    t.deepEqual(parseInstanceValue(Buffer.from(value), defaults), { instance: { ...bare, ...fields } });
  });
}

const unreadable: Readonly<Record<string, RegExp>> = {
  '': /^value is empty/,
  '   ': /^value is empty/,
  hello: /^"hello" is neither a JSON object nor host:port/,
  '10.0.0.5': /is neither a JSON object nor host:port/,
  'http://10.0.0.5:80': /is neither a JSON object nor host:port/,
  '10.0.0.5:0': /^port of "10\.0\.0\.5:0" must be a whole number from 1 to 65535/,
  '10.0.0.5:99999': /must be a whole number from 1 to 65535/,
  '10.0.0.555:80': /^address "10\.0\.0\.555" is neither an IP address nor a host name/,
  'fe80::1%eth0:80': /is neither/,
  '[fe80::1%eth0]:80': /^address "fe80::1%eth0" is neither/,
  '[fd00::1:80': /is neither/,
  '{"address":': /^value is not valid JSON: /,
  '["10.0.0.5:80"]': /is neither a JSON object nor host:port/,
  '{}': /^address is missing$/,
  '{"address":"10.0.0.5"}': /^port is missing$/,
  '{"address":5,"port":1}': /^field address must be a string, not a number$/,
  '{"address":"10.0.0.5","port":1.5}': /^port must be a whole number from 1 to 65535, not "1\.5"$/,
  '{"address":"10.0.0.5","port":1,"tags":"a"}': /^field tags must be a list of strings, not a string$/,
  '{"address":"10.0.0.5","port":1,"tags":["a",{}]}': /^field tags\[1\] must be a string, not a object$/,
  '{"address":"10.0.0.5","port":1,"meta":[]}': /^field meta must be an object of strings, not a list$/,
  '{"address":"10.0.0.5","port":1,"meta":{"a":{}}}': /^field meta\["a"\] must be a string/,
  '{"address":"10.0.0.5","port":1,"weight":-1}': /^field weight must be a whole number from 0 to 65535, not "-1"$/,
  '{"address":"10.0.0.5","port":1,"status":"ok"}':
    /^field status must be one of passing, warning, critical, draining, not "ok"$/,
  '{"address":"10.0.0.5","port":1,"checks":[1]}': /^field checks\[0\] must be an object, not a number$/,
  '{"address":"10.0.0.5","port":1,"checks":[{"status":"up"}]}': /^field checks\[0\]\.status must be one of/,
  '{"address":"10.0.0.5","port":1,"service":"api"}': /^field service says "api" where the key says "web"$/,
  '{"address":"10.0.0.5","port":1,"id":"web-2"}': /^field id says "web-2" where the key says "web-1"$/,
};

for (const [value, problem] of Object.entries(unreadable)) {
  test(`says what is wrong with ${JSON.stringify(value)}`, (t) => {
    const parsed = parseInstanceValue(Buffer.from(value), defaults);
    t.regex('problem' in parsed ? parsed.problem : JSON.stringify(parsed), problem);
  });
}

test('every bound is a problem that names what is too big', (t) => {
  const problem = (fields: object): string => {
    const parsed = parseInstanceValue(JSON.stringify({ address: '10.0.0.5', port: 1, ...fields }), defaults);
    return 'problem' in parsed ? parsed.problem : 'none';
  };
  t.regex(problem({ tags: new Array(65).fill('a') }), /^field tags has 65 entries, more than 64$/);
  t.regex(problem({ tags: ['a'.repeat(129)] }), /^field tags\[0\] has 129 characters/);
  t.regex(
    problem({ meta: Object.fromEntries(Array.from({ length: 65 }, (_, n) => [n, ''])) }),
    /^field meta has 65 pairs/,
  );
  t.regex(problem({ meta: { ['k'.repeat(129)]: '' } }), /^field meta has a key of 129 characters/);
  t.regex(problem({ meta: { k: 'v'.repeat(1025) } }), /^field meta\["k"\] has 1025 characters/);
  t.regex(problem({ checks: new Array(65).fill({}) }), /^field checks has 65 entries/);
  t.regex(problem({ node: 'n'.repeat(256) }), /^field node has 256 characters/);
  t.regex(problem({ padding: 'x'.repeat(instanceBytesMax) }), /^value has \d+ bytes, more than 65536$/);
});

test("a check's output is cut rather than costing the instance", (t) => {
  const value = JSON.stringify({ address: '10.0.0.5', port: 1, checks: [{ output: 'x'.repeat(5000) }] });
  const parsed = parseInstanceValue(value, defaults);
  t.is('instance' in parsed ? parsed.instance.checks[0]?.output.length : undefined, 4096);
});

test('no value whatever throws, and what is read is written and read again the same', (t) => {
  const anyField = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(fc.string()),
    fc.dictionary(fc.string(), fc.string()),
  );
  const mostly = (good: fc.Arbitrary<unknown>) =>
    fc.oneof({ weight: 12, arbitrary: good }, { weight: 1, arbitrary: anyField });
  const object = fc.record({
    address: mostly(fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain())),
    port: mostly(fc.integer({ min: 1, max: 65_535 })),
    tags: mostly(fc.array(fc.string())),
    meta: mostly(fc.dictionary(fc.string(), fc.string())),
    weight: mostly(fc.nat(65_535)),
    status: mostly(fc.constantFrom('passing', 'critical')),
    checks: mostly(fc.array(fc.record({ id: fc.string(), output: fc.string() }))),
  });
  const values = fc.oneof(
    fc.string(),
    fc.json(),
    object.map((fields) => JSON.stringify(fields)),
  );
  let read = 0;
  const property = fc.property(values, (value) => {
    const parsed = parseInstanceValue(value, defaults);
    if ('problem' in parsed) return parsed.problem.length > 0;
    read++;
    const again = parseInstanceValue(formatInstance(parsed.instance), defaults);
    return 'instance' in again && formatInstance(again.instance) === formatInstance(parsed.instance);
  });
  t.notThrows(() => fc.assert(property, { numRuns: 2000, seed: 3 }));
  t.true(read > 50);
});

test('registering is stricter than reading', (t) => {
  t.is(registrationProblem(bare), undefined);
  t.regex(registrationProblem({ ...bare, service: 'my.web' }) ?? '', /^service "my\.web" cannot be a DNS label/);
  t.regex(registrationProblem({ ...bare, id: '' }) ?? '', /^id is empty$/);
  t.regex(registrationProblem({ ...bare, node: 'a b' }) ?? '', /^node "a b" cannot/);
  t.regex(registrationProblem({ ...bare, port: 0 }) ?? '', /^port must be/);
  t.regex(registrationProblem({ ...bare, address: '' }) ?? '', /^address is missing/);
});
