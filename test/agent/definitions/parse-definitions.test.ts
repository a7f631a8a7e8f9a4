import test from 'ava';
import { formatProblem } from '../../../agent/definitions/field-reader.ts';
import { formatDefinition } from '../../../agent/definitions/format-definition.ts';
import { DEFINITION_FILE_BYTES_MAX, parseDefinitions } from '../../../agent/definitions/parse-definitions.ts';

const defaults = { node: 'host-a', address: '10.0.0.9' };

function problems(name: string, text: string): readonly string[] {
  const parsed = parseDefinitions(name, text, defaults);
  if (parsed.problems.length > 0 && parsed.services.length > 0) throw new Error('problems and services together');
  return parsed.problems.map(formatProblem);
}

test('a definition with everything in it is read as it stands', (t) => {
  const text = `
service: web
id: web-1
address: 10.0.0.5
port: 8080
protocol: HTTP
tags: [v2, v2, blue]
meta: { version: "1.4" }
weight: 3
priority: 2
checks:
  - http: http://10.0.0.5:8080/healthz
    id: live
    name: is it alive
    method: head
    headers: { Authorization: Bearer x, X-Many: [a, b] }
    interval: 5s
    timeout: 1s
    rise: 2
    fall: 3
    status: passing
    follow_redirects: false
  - tcp: "10.0.0.5:8080"
    interval: 5s
  - ttl: 30s
`;
  const schedule = { intervalMs: 5000, timeoutMs: 5000, rise: 1, fall: 1, initialStatus: 'critical' };
  t.deepEqual(parseDefinitions('web.yaml', text, defaults), {
    problems: [],
    services: [
      {
        ...{ service: 'web', id: 'web-1', address: '10.0.0.5', port: 8080, protocol: 'http' },
        ...{ tags: ['v2', 'blue'], meta: { version: '1.4' }, weight: 3, priority: 2 },
        checks: [
          {
            ...{ id: 'live', name: 'is it alive', notes: '' },
            target: {
              ...{ kind: 'http', url: 'http://10.0.0.5:8080/healthz', method: 'HEAD', body: '' },
              headers: { Authorization: ['Bearer x'], 'X-Many': ['a', 'b'] },
              ...{ tlsSkipVerify: false, followRedirects: false },
            },
            schedule: { intervalMs: 5000, timeoutMs: 1000, rise: 2, fall: 3, initialStatus: 'passing' },
          },
          {
            ...{ id: 'tcp', name: 'TCP check', notes: '' },
            target: { kind: 'tcp', host: '10.0.0.5', port: 8080 },
            schedule,
          },
          {
            ...{ id: 'ttl', name: 'TTL check', notes: '' },
            target: { kind: 'ttl', ttlMs: 30_000 },
            schedule: { ...schedule, intervalMs: 10_000, timeoutMs: 10_000 },
          },
        ],
      },
    ],
  } as never);
});

test('id, address and the targets of relative checks come from the agent and the service', (t) => {
  const text = 'service: web\nport: 80\nchecks: [{ http: /up }, { http: "/" }, { tcp: ":81" }]';
  const [service] = parseDefinitions('web.yaml', text, defaults).services;
  t.is(service!.id, 'host-a-web-80');
  t.is(service!.address, '10.0.0.9');
  t.deepEqual(
    service!.checks.map((check) => check.id),
    ['http', 'http-2', 'tcp'],
  );
  const [up, root, tcp] = service!.checks.map((check) => check.target);
  t.like(up, { url: 'http://10.0.0.9/up' });
  t.like(root, { url: 'http://10.0.0.9/' });
  t.like(tcp, { host: '10.0.0.9', port: 81 });
});

test('a file may list several services, in YAML and in JSON', (t) => {
  const yaml = 'services:\n  - { service: a, port: 1 }\n  - { service: b, port: 2 }\n';
  const json = JSON.stringify({
    services: [
      { service: 'a', port: 1 },
      { service: 'b', port: 2 },
    ],
  });
  for (const [name, text] of [
    ['x.yaml', yaml],
    ['x.yml', yaml],
    ['x.json', json],
  ] as const) {
    t.deepEqual(
      parseDefinitions(name, text, defaults).services.map((service) => service.id),
      ['host-a-a-1', 'host-a-b-2'],
      name,
    );
  }
});

const broken: readonly [title: string, file: string, text: string, expected: readonly string[]][] = [
  ['an empty file', 'a.yaml', '', ['a.yaml: is empty; expected a service']],
  ['a comment only', 'a.yaml', '# nothing\n', ['a.yaml: is empty; expected a service']],
  ['no mapping', 'a.yaml', '- web\n', ['a.yaml:1: expected a mapping with service, id, address …, got ["web"]']],
  ['required fields', 'a.yaml', 'id: x\n', ['a.yaml:1: service: is required', 'a.yaml:1: port: is required']],
  [
    'a misspelt field, with the line and the right name',
    'a.yaml',
    'service: web\nport: 80\nchekcs: []\n',
    ['a.yaml:3: chekcs: unknown field; did you mean checks?'],
  ],
  ['a field that resembles none', 'a.yaml', 'service: web\nport: 80\nzzz: 1\n', ['a.yaml:3: zzz: unknown field']],
  [
    'a port out of range and one that is text',
    'a.yaml',
    'services:\n  - service: a\n    port: 70000\n  - service: b\n    port: "80"\n',
    [
      'a.yaml:3: services[0].port: expected a whole number from 1 to 65535, got 70000',
      'a.yaml:5: services[1].port: expected a whole number from 1 to 65535, got "80"',
    ],
  ],
  [
    'a name that DNS cannot carry, with one that it can',
    'a.yaml',
    'service: my service\nport: 80\n',
    [
      'a.yaml:1: service: "my service" cannot be a DNS label (letters, digits, "-" and "_", starting and ending with a letter or digit, at most 62 long); "my-service" would do',
    ],
  ],
  [
    'an address that is none',
    'a.yaml',
    'service: web\nport: 80\naddress: "10.0.0.300"\n',
    ['a.yaml:3: address: expected an IP address or a host name, got "10.0.0.300"'],
  ],
  [
    'numbers where text belongs',
    'a.yaml',
    'service: web\nport: 80\ntags: [2]\nmeta: { version: 1.10 }\n',
    [
      'a.yaml:3: tags[0]: expected a tag (text on one line), got the number 2: put it in quotes',
      'a.yaml:4: meta.version: expected text, got the number 1.1: put it in quotes',
    ],
  ],
  [
    'a list where one tag stands alone',
    'a.yaml',
    'service: web\nport: 80\ntags: v2\n',
    ['a.yaml:3: tags: expected a list, got "v2"'],
  ],
  [
    'durations without unit, out of range, and as numbers',
    'a.yaml',
    'service: web\nport: 80\nchecks:\n  - tcp: ":80"\n    interval: five\n    timeout: 2h\n  - tcp: ":80"\n    interval: 5\n',
    [
      'a.yaml:5: checks[0].interval: expected a duration with a unit such as 500ms, 5s or 1m, got "five"',
      'a.yaml:6: checks[0].timeout: expected a duration from 10 ms to 60000 ms, got "2h"',
      'a.yaml:8: checks[1].interval: expected a duration with a unit such as 500ms, 5s or 1m, got 5',
    ],
  ],
  [
    'checks without target, with two, and with a field of another kind',
    'a.yaml',
    'service: web\nport: 80\nchecks:\n  - interval: 5s\n  - { http: /, tcp: ":80" }\n  - { tcp: ":80", method: GET }\n  - http\n',
    [
      'a.yaml:4: checks[0]: has no target: expected one of http, tcp, ttl',
      'a.yaml:5: checks[1]: has http and tcp: a check has one target',
      'a.yaml:6: checks[2].method: unknown field',
      'a.yaml:7: checks[3]: expected a check such as { http: URL }, got "http"',
    ],
  ],
  [
    'targets, methods, headers, thresholds and states that make no sense',
    'a.yaml',
    [
      'service: web\nport: 80\nchecks:',
      '  - http: ftp://x/',
      '  - tcp: somewhere',
      '  - { http: /, method: FETCH, rise: 0, fall: 1.5, status: ok }',
      '  - { http: /, headers: { "a b": x, X: "a\\nb" } }',
      '  - { tcp: ":80", id: t }',
      '  - { tcp: ":80", id: t }\n',
    ].join('\n'),
    [
      'a.yaml:4: checks[0].http: expected a URL such as http://10.0.0.5:8080/healthz, or a path such as /healthz, got "ftp://x/"',
      'a.yaml:5: checks[1].tcp: expected HOST:PORT such as 10.0.0.5:8080, or :8080 on the address of the service, got "somewhere"',
      'a.yaml:6: checks[2].status: expected one of passing, warning, critical, got "ok"',
      'a.yaml:6: checks[2].method: expected an HTTP method such as GET, got "FETCH"',
      'a.yaml:6: checks[2].rise: expected a whole number from 1 to 100, got 0',
      'a.yaml:6: checks[2].fall: expected a whole number from 1 to 100, got 1.5',
      'a.yaml:7: checks[3].headers.a b: is not a header name',
      'a.yaml:7: checks[3].headers.X: expected a header value, got "a\\nb"',
      'a.yaml:9: checks[5].id: another check has the id "t"',
    ],
  ],
  [
    'one id twice',
    'a.yaml',
    'services:\n  - { service: a, id: x, port: 1 }\n  - { service: b, id: x, port: 2 }\n',
    ['a.yaml:3: services[1].id: another service in this file has the id "x"'],
  ],
  [
    'services beside other fields',
    'a.yaml',
    'services: [{ service: a, port: 1 }]\nservice: b\n',
    ['a.yaml:2: service: unknown field; did you mean services?'],
  ],
  [
    'several documents',
    'a.yaml',
    'service: a\nport: 1\n---\nservice: b\nport: 2\n',
    ['a.yaml: has several documents; list the services under services:'],
  ],
  [
    'bad YAML, with the line',
    'a.yaml',
    'service: web\nport: [80\n',
    ['a.yaml:3: Flow sequence in block collection must be sufficiently indented and end with a ]'],
  ],
  ['a key twice', 'a.yaml', 'service: web\nport: 80\nport: 81\n', ['a.yaml:3: Map keys must be unique']],
];

for (const [title, file, text, expected] of broken) {
  test(`refused with place and reason: ${title}`, (t) => {
    t.deepEqual(problems(file, text), expected);
  });
}

test('a .json file must be JSON, not only YAML; the line is counted from where V8 says', (t) => {
  const [problem, ...more] = problems('a.json', '{\n  "service": "web",\n  port: 80\n}');
  t.regex(problem!, /^a\.json:3: is not JSON: Expected double-quoted property name in JSON at position 24/);
  t.deepEqual(more, []);
});

test('bounds: bytes of a file, aliases that multiply, tags, checks', (t) => {
  const big = `service: web\nport: 80\n#${'x'.repeat(DEFINITION_FILE_BYTES_MAX)}`;
  t.deepEqual(problems('a.yaml', big), ['a.yaml: is larger than 1048576 bytes']);
  const levels = ['a: &a [1,1,1,1,1,1,1,1,1]'];
  for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef'].map((pair) => [...pair])) {
    levels.push(`${to}: &${to} [${new Array(9).fill(`*${from}`).join(',')}]`);
  }
  t.deepEqual(problems('a.yaml', levels.join('\n')), [
    'a.yaml: Excessive alias count indicates a resource exhaustion attack',
  ]);
  const tags = JSON.stringify(Array.from({ length: 65 }, (_, index) => `t${index}`));
  t.deepEqual(problems('a.yaml', `service: web\nport: 80\ntags: ${tags}\n`), [
    'a.yaml:3: tags: at most 64 entries are allowed, got 65',
  ]);
  const checks = JSON.stringify(new Array(33).fill({ tcp: ':80' }));
  t.deepEqual(problems('a.yaml', `service: web\nport: 80\nchecks: ${checks}\n`), [
    'a.yaml:3: checks: at most 32 entries are allowed, got 33',
  ]);
});

test('a definition written out is read back as the same definition', (t) => {
  const text = `
service: web
id: web-1
port: 8080
tags: [v2]
meta: { a: b }
checks:
  - { http: "https://[::1]:8080/x?y=1", method: POST, body: ping, headers: { X: [a, b] }, tls_skip_verify: true, fall: 4 }
  - { tcp: "[::1]:99", interval: 1m30s, timeout: 250ms }
  - { ttl: 90s, notes: reports by itself, status: warning }
`;
  const [definition] = parseDefinitions('web.yaml', text, defaults).services;
  const again = parseDefinitions('web.json', formatDefinition(definition!), defaults);
  t.deepEqual(again, { problems: [], services: [definition!] });
});

test('ids that are no DNS label are taken where Consul clients make them up, and only there', (t) => {
  const text = 'service: web\nid: host:web:8080\nport: 8080\n';
  t.is(parseDefinitions('a.yaml', text, { ...defaults, lenientIds: true }).services[0]!.id, 'host:web:8080');
  t.is(problems('a.yaml', text).length, 1);
});
