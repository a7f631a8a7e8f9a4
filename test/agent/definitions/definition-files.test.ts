import test from 'ava';
import { DefinitionFiles, type FileContent } from '../../../agent/definitions/definition-files.ts';
import { formatProblem } from '../../../agent/definitions/field-reader.ts';

function loader() {
  const files = new DefinitionFiles({ node: 'host-a', address: '10.0.0.9' });
  return (contents: Readonly<Record<string, string | FileContent>>) => {
    const entries = Object.entries(contents).map(
      ([name, content]) => [name, typeof content === 'string' ? { text: content } : content] as const,
    );
    const { services, problems } = files.load(new Map(entries));
    return {
      services: services.map(({ source, definition }) => `${definition.id} ${definition.port} (${source})`),
      problems: problems.map(formatProblem),
    };
  };
}

const web = 'service: web\nid: web-1\nport: 80\n';
const api = 'service: api\nid: api-1\nport: 81\n';

test('a broken file leaves the others registered', (t) => {
  t.deepEqual(loader()({ 'api.yaml': api, 'broken.yaml': 'service: [', 'web.yaml': web }), {
    services: ['api-1 81 (api.yaml)', 'web-1 80 (web.yaml)'],
    problems: ['broken.yaml:1: Flow sequence in block collection must be sufficiently indented and end with a ]'],
  });
});

test('a file that becomes broken keeps its last good version, until it is good again or gone', (t) => {
  const load = loader();
  load({ 'web.yaml': web });
  t.deepEqual(load({ 'web.yaml': 'service: web\nport: x\n' }), {
    services: ['web-1 80 (web.yaml)'],
    problems: [
      'web.yaml:2: port: expected a whole number from 1 to 65535, got "x"',
      'web.yaml: keeping 1 service(s) of its last good version',
    ],
  });
  t.deepEqual(load({ 'web.yaml': { error: 'cannot be read: EACCES' } }), {
    services: ['web-1 80 (web.yaml)'],
    problems: ['web.yaml: cannot be read: EACCES', 'web.yaml: keeping 1 service(s) of its last good version'],
  });
  t.deepEqual(load({ 'web.yaml': web.replace('80', '8080') }), { services: ['web-1 8080 (web.yaml)'], problems: [] });
  t.deepEqual(load({}), { services: [], problems: [] });
  t.deepEqual(
    load({ 'web.yaml': 'service: web\nport: x\n' }).services,
    [],
    'a file that went has no last good version',
  );
});

test('of two files with one id the first by name wins, whichever came first in time', (t) => {
  const load = loader();
  load({ 'b.yaml': web });
  t.deepEqual(load({ 'b.yaml': web, 'a.yaml': web.replace('80', '90') }), {
    services: ['web-1 90 (a.yaml)'],
    problems: ['b.yaml: the id "web-1" is already defined in a.yaml: ignored'],
  });
});

test('services beyond the bound of an agent are ignored and named', (t) => {
  const services = Array.from({ length: 4000 }, (_, index) => ({ service: 's', id: `a${index}`, port: 1 }));
  const more = Array.from({ length: 1001 }, (_, index) => ({ service: 's', id: `b${index}`, port: 1 }));
  const loaded = loader()({ 'a.json': JSON.stringify({ services }), 'b.json': JSON.stringify({ services: more }) });
  t.is(loaded.services.length, 5000);
  t.deepEqual(loaded.problems, ['b.json: "b1000" is one service over 5000: ignored']);
});
