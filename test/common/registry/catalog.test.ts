import test from 'ava';
import { Event, KeyValue } from '../../../common/api/generated/messages.ts';
import { Catalog, type UnreadableEntry } from '../../../common/registry/catalog.ts';
import { skydnsLayout } from '../../../common/registry/foreign-layouts.ts';
import { rollcallLayout } from '../../../common/registry/key-layout.ts';

function keyValue(key: string | Buffer, value: string, modRevision = 1): KeyValue {
  return KeyValue.create({ key: Buffer.from(key), value: Buffer.from(value), modRevision });
}

function put(key: string | Buffer, value: string, modRevision = 1): Event {
  return Event.create({ type: 0, kv: keyValue(key, value, modRevision) });
}

function deletion(key: string | Buffer): Event {
  return Event.create({ type: 1, kv: keyValue(key, '') });
}

const layout = rollcallLayout();
const web = (id: string) => `/rollcall/services/web/${id}`;

function catalogOf(entries: readonly KeyValue[]): { catalog: Catalog; unreadable: UnreadableEntry[] } {
  const unreadable: UnreadableEntry[] = [];
  const catalog = new Catalog([layout], (entry) => unreadable.push(entry));
  catalog.load(layout, entries, 10);
  return { catalog, unreadable };
}

const ids = (catalog: Catalog, service = 'web') =>
  catalog
    .service(service)
    ?.whole()
    .all.map(({ id }) => id);

test('instances are found by service, tag, transport and id, passing ones apart', (t) => {
  const { catalog } = catalogOf([
    keyValue(web('a'), '{"address":"10.0.0.1","port":1,"tags":["V1.0","x"]}'),
    keyValue(web('b'), '{"address":"10.0.0.2","port":1,"tags":["x","x"],"status":"critical","protocol":"udp"}'),
    keyValue('/rollcall/services/Api_Gw/1', '10.0.0.3:80'),
    keyValue('/rollcall/nodes/Host-A', '10.0.0.9'),
  ]);
  const service = catalog.service('web');
  t.deepEqual(ids(catalog), ['a', 'b']);
  t.deepEqual(
    service?.whole().serving.map(({ id }) => id),
    ['a'],
  );
  t.deepEqual(
    service?.byTag('v1-0').all.map(({ id }) => id),
    ['a'],
  );
  t.deepEqual(
    service?.byTag('x').all.map(({ id }) => id),
    ['a', 'b'],
  );
  t.deepEqual(
    service?.byTransport('udp').all.map(({ id }) => id),
    ['b'],
  );
  t.deepEqual(service?.byId('b').serving, []);
  t.deepEqual(service?.byId('nix').all, []);
  t.is(catalog.service('api_gw')?.name, 'Api_Gw');
  t.is(catalog.node('host-a')?.address, '10.0.0.9');
});

test('a change keeps its place in the order and moves only the versions it touches', (t) => {
  const { catalog } = catalogOf([
    keyValue(web('a'), '10.0.0.1:1'),
    keyValue(web('b'), '10.0.0.2:1'),
    keyValue('/rollcall/services/api/1', '10.0.0.3:80'),
  ]);
  const [webEntry, apiEntry] = [catalog.service('web')!, catalog.service('api')!];
  const before = { web: webEntry.version, api: apiEntry.version, all: catalog.version };
  catalog.apply(layout, [put(web('a'), '10.0.0.11:1')], 11);
  t.deepEqual(
    webEntry.whole().all.map(({ address }) => address),
    ['10.0.0.11', '10.0.0.2'],
  );
  t.true(webEntry.version > before.web && catalog.version > before.all);
  t.is(apiEntry.version, before.api);
  t.is(catalog.revision, 11);
});

test('the last instance takes its service with it, and what was kept of it is outdated', (t) => {
  const { catalog } = catalogOf([keyValue(web('a'), '10.0.0.1:1')]);
  const entry = catalog.service('web')!;
  const version = entry.version;
  catalog.apply(layout, [deletion(web('a')), deletion(web('never-there'))], 11);
  t.is(catalog.service('web'), undefined);
  t.true(entry.version > version);
});

test('an unreadable value is reported once per writing and breaks no neighbour', (t) => {
  const { catalog, unreadable } = catalogOf([keyValue(web('a'), '10.0.0.1:1'), keyValue(web('bad'), '{', 7)]);
  t.deepEqual(ids(catalog), ['a']);
  t.is(unreadable.length, 1);
  t.like(unreadable[0], { key: web('bad'), modRevision: 7 });
  catalog.load(layout, [keyValue(web('a'), '10.0.0.1:1'), keyValue(web('bad'), '{', 7)], 12);
  t.is(unreadable.length, 1);
  catalog.apply(layout, [put(web('bad'), '[', 13)], 13);
  t.is(unreadable.length, 2);
  t.is(catalog.unreadableCount, 1);
  catalog.apply(layout, [put(web('bad'), '10.0.0.2:1', 14)], 14);
  t.is(catalog.unreadableCount, 0);
  t.deepEqual(ids(catalog), ['a', 'bad']);
  catalog.apply(layout, [put(web('a'), '', 15)], 15);
  t.deepEqual(
    [...catalog.unreadable()].map(({ key }) => key),
    [web('a')],
  );
  t.deepEqual(ids(catalog), ['bad']);
});

test('a load replaces what its own layout held and nothing else', (t) => {
  const skydns = skydnsLayout('/skydns/local/');
  const catalog = new Catalog([layout, skydns]);
  t.false(catalog.complete);
  catalog.load(layout, [keyValue(web('a'), '10.0.0.1:1'), keyValue('/rollcall/nodes/n', '10.0.0.9')], 10);
  t.false(catalog.complete);
  catalog.load(skydns, [keyValue('/skydns/local/web/1', '{"host":"10.0.0.2","port":1}')], 10);
  t.true(catalog.complete);
  t.deepEqual(ids(catalog), ['a', '1']);
  catalog.load(layout, [keyValue(web('b'), '10.0.0.3:1')], 3);
  t.deepEqual(ids(catalog), ['1', 'b']);
  t.is(catalog.node('n'), undefined);
  t.is(catalog.revision, 3);
});

test('keys that are no UTF-8 are kept apart', (t) => {
  const key = (octet: number) => Buffer.concat([Buffer.from(web('')), Buffer.of(octet)]);
  const { catalog } = catalogOf([keyValue(key(0xfe), '10.0.0.1:1'), keyValue(key(0xff), '10.0.0.2:1')]);
  t.is(ids(catalog)?.length, 2);
  catalog.apply(layout, [deletion(key(0xff))], 11);
  t.deepEqual(
    catalog
      .service('web')
      ?.whole()
      .all.map(({ address }) => address),
    ['10.0.0.1'],
  );
});

test('two nodes of one label do not take one another away', (t) => {
  const { catalog } = catalogOf([keyValue('/rollcall/nodes/A', '10.0.0.1'), keyValue('/rollcall/nodes/a', '10.0.0.2')]);
  catalog.apply(layout, [deletion('/rollcall/nodes/A')], 11);
  t.is(catalog.node('a')?.address, '10.0.0.2');
});
