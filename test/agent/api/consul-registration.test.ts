import test from 'ava';
import { readConsulRegistration } from '../../../agent/api/consul-registration.ts';
import { formatProblem } from '../../../agent/definitions/field-reader.ts';

const defaults = { node: 'host-a', address: '10.0.0.9' };

function read(body: unknown) {
  const { definition, problems, ignored } = readConsulRegistration(body, defaults);
  return { definition, ignored, problems: problems.map(formatProblem) };
}

test('the least registration: the id is the name, the address the agent’s', (t) => {
  const { definition, problems } = read({ Name: 'web', Port: 80 });
  t.deepEqual(problems, []);
  t.like(definition, { service: 'web', id: 'web', address: '10.0.0.9', port: 80, tags: [], checks: [] });
});

test('names are read without regard to case and underscores, null and empty text as absent', (t) => {
  const { definition, problems } = read({
    ...{ name: 'web', id: 'web:1', PORT: 80, tags: null, meta: null, address: '', kind: '', proxy: null, connect: {} },
    ...{ enable_tag_override: true, TaggedAddresses: { lan: { Address: '10.0.0.5' } }, Weights: { passing: 5 } },
    check: { deregister_critical_service_after: '90m', tcp: '10.0.0.9:80', interval: '10s', status: '' },
  });
  t.deepEqual(problems, []);
  t.like(definition, { service: 'web', id: 'web:1', address: '10.0.0.9', weight: 5 });
  t.like(definition!.checks[0], { id: 'service:web:1', target: { kind: 'tcp', host: '10.0.0.9', port: 80 } });
});

test('checks are translated: targets, durations in text and nanoseconds, thresholds counted from one', (t) => {
  const { definition, problems, ignored } = read({
    ...{ Name: 'web', ID: 'web-1', Port: 80, Address: '10.0.0.5' },
    Checks: [
      {
        ...{ HTTP: 'http://10.0.0.5/up', Method: 'POST', Header: { 'X-Token': ['a'] }, Body: 'x', Interval: '5s' },
        ...{ Timeout: 1_000_000_000, DisableRedirects: true, TLSSkipVerify: true, SuccessBeforePassing: 0 },
        ...{ FailuresBeforeCritical: 3, Notes: 'n', Name: 'Up', DeregisterCriticalServiceAfter: '1m' },
      },
      { CheckID: 'own', TTL: '30s', Status: 'passing' },
    ],
  });
  t.deepEqual(problems, []);
  t.deepEqual(ignored, ['DeregisterCriticalServiceAfter']);
  t.deepEqual(definition!.checks, [
    {
      ...{ id: 'service:web-1:1', name: 'Up', notes: 'n' },
      target: {
        ...{ kind: 'http', url: 'http://10.0.0.5/up', method: 'POST', headers: { 'X-Token': ['a'] }, body: 'x' },
        ...{ tlsSkipVerify: true, followRedirects: false },
      },
      schedule: { intervalMs: 5000, timeoutMs: 1000, rise: 1, fall: 3, initialStatus: 'critical' },
    },
    {
      ...{ id: 'own', name: 'TTL check', notes: '' },
      target: { kind: 'ttl', ttlMs: 30_000 },
      schedule: { intervalMs: 10_000, timeoutMs: 10_000, rise: 1, fall: 1, initialStatus: 'passing' },
    },
  ] as never);
});

const refused: readonly [title: string, body: unknown, expected: readonly string[]][] = [
  ['no object', [], ['request body: expected an object with Name, Port …, got []']],
  ['nothing in it', {}, ['request body: Name: is required', 'request body: Port: is required']],
  [
    'a port that is text',
    { Name: 'web', Port: '80' },
    ['request body: Port: expected a whole number from 1 to 65535, got "80"'],
  ],
  [
    'an id with a slash',
    { Name: 'web', ID: 'a/b', Port: 80 },
    ['request body: ID: expected an id without slashes, got "a/b"'],
  ],
  ['a proxy', { Name: 'web', Port: 80, Kind: 'connect-proxy' }, ['request body: Kind: is not available here']],
  [
    'a script, which would run commands for whoever reaches the API',
    { Name: 'web', Port: 80, Check: { Args: ['sh', '-c', 'id'], Interval: '5s' } },
    ['request body: Check.Args: is not available here'],
  ],
  [
    'a kind of check that is not there',
    { Name: 'web', Port: 80, Checks: [{ TTL: '5s' }, { GRPC: 'x:1' }] },
    ['request body: Checks[1].GRPC: is not available here'],
  ],
  [
    'what is wrong in the one check',
    { Name: 'web', Port: 80, Check: { HTTP: 'nowhere', Interval: 'often', Status: 'fine' } },
    [
      'request body: Check.Status: expected one of passing, warning, critical, got "fine"',
      'request body: Check.HTTP: expected a URL such as http://10.0.0.5:8080/healthz, or a path such as /healthz, got "nowhere"',
      'request body: Check.Interval: expected a duration with a unit such as 500ms, 5s or 1m, got "often"',
    ],
  ],
  [
    'what is wrong in one of several',
    { Name: 'web', Port: 80, Checks: [{ TTL: '5s' }, { TCP: 'x', Interval: '5s' }] },
    [
      'request body: Checks[1].TCP: expected HOST:PORT such as 10.0.0.5:8080, or :8080 on the address of the service, got "x"',
    ],
  ],
  [
    'checks that are no list',
    { Name: 'web', Port: 80, Checks: 'x' },
    ['request body: Checks: expected a list, got "x"'],
  ],
  ['tags that are no list', { Name: 'web', Port: 80, Tags: 'x' }, ['request body: Tags: expected a list, got "x"']],
];

for (const [title, body, expected] of refused) {
  test(`refused in Consul’s own field names: ${title}`, (t) => {
    const { definition, problems } = read(body);
    t.is(definition, undefined);
    t.deepEqual(problems, expected);
  });
}
