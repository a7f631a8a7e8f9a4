import test from 'ava';
import {
  Event,
  KeyValue,
  ResponseHeader,
  WatchCreateRequest,
  WatchResponse,
} from '../../common/api/generated/messages.ts';
import { RelayedWatch } from '../../proxy/relayed-watch.ts';

function relayed(request: Partial<WatchCreateRequest> = {}) {
  const watch = new RelayedWatch({ clientId: 0, upstreamId: 41 }, WatchCreateRequest.create(request));
  const confirmAt = (revision: number) => {
    watch.confirm(ResponseHeader.create({ revision }));
    watch.announced = true;
  };
  return { watch, confirmAt };
}

/** `answer('7a 7b 8c')`: events of revision 7 and 8 on keys a, b and c. */
function answer(events: string, more: Partial<WatchResponse> = {}): WatchResponse {
  const list = events.split(' ').filter((text) => text !== '');
  return WatchResponse.create({
    watchId: 41,
    events: list.map((text) => {
      const [, revision, key] = /^(\d+)(\w)$/.exec(text)!;
      return Event.create({ kv: KeyValue.create({ key: Buffer.from(key!), modRevision: Number(revision) }) });
    }),
    ...more,
  });
}

function shown(response: WatchResponse | undefined): string | undefined {
  if (response === undefined) return undefined;
  const events = response.events.map(({ kv }) => `${kv!.modRevision}${kv!.key}`).join(' ');
  return response.fragment ? `${events} …` : events;
}

const notification = (revision: number) => answer('', { header: ResponseHeader.create({ revision }) });

test('events pass under the id that the client knows', (t) => {
  const { watch, confirmAt } = relayed();
  confirmAt(4);
  const passed = watch.pass(answer('5a 6b'));
  t.is(passed!.watchId, 0);
  t.is(shown(passed), '5a 6b');
  t.is(watch.nextRevision, 7);
});

test('a watch from now resumes behind the revision it was created at', (t) => {
  const { watch, confirmAt } = relayed();
  t.is(watch.open().startRevision, 0);
  confirmAt(4);
  t.is(watch.open().startRevision, 5);
});

test('a watch from now that was never confirmed still begins now', (t) => {
  const { watch } = relayed();
  watch.open();
  t.is(watch.open().startRevision, 0);
});

test('a watch of the future resumes at the revision it waits for', (t) => {
  const { watch, confirmAt } = relayed({ startRevision: 100 });
  confirmAt(4);
  t.is(watch.open().startRevision, 100);
});

test('whole answers resume behind their last revision', (t) => {
  const { watch, confirmAt } = relayed();
  confirmAt(4);
  watch.pass(answer('7a 7b 7c'));
  t.is(watch.open().startRevision, 8);
});

test('an answer broken off between fragments resumes within its revision', (t) => {
  const { watch, confirmAt } = relayed({ fragment: true });
  confirmAt(4);
  t.is(shown(watch.pass(answer('7a 7b', { fragment: true }))), '7a 7b …');
  t.is(watch.open().startRevision, 7);
  t.is(shown(watch.pass(answer('7a 7b 7c'))), '7c');
  t.is(watch.nextRevision, 8);
});

test('repetitions are dropped also when the new stream cuts its fragments elsewhere', (t) => {
  const { watch, confirmAt } = relayed({ fragment: true });
  confirmAt(4);
  watch.pass(answer('6x 7a 7b', { fragment: true }));
  watch.pass(answer('7c', { fragment: true }));
  watch.open();
  t.is(watch.pass(answer('7a', { fragment: true })), undefined);
  t.is(shown(watch.pass(answer('7b 7c 7d', { fragment: true }))), '7d …');
  t.is(shown(watch.pass(answer('7e 8f'))), '7e 8f');
  t.is(watch.nextRevision, 9);
});

test('a second break within the same revision counts what was passed before the first', (t) => {
  const { watch, confirmAt } = relayed({ fragment: true });
  confirmAt(4);
  watch.pass(answer('7a', { fragment: true }));
  watch.open();
  t.is(shown(watch.pass(answer('7a 7b', { fragment: true }))), '7b …');
  watch.open();
  t.is(shown(watch.pass(answer('7a 7b 7c'))), '7c');
});

test('a client that has had all but the end of a fragmented answer is told the end', (t) => {
  const { watch, confirmAt } = relayed({ fragment: true });
  confirmAt(4);
  watch.pass(answer('7a 7b', { fragment: true }));
  watch.open();
  const passed = watch.pass(answer('7a 7b'));
  t.is(shown(passed), '');
  t.false(passed!.fragment);
  t.is(watch.nextRevision, 8);
});

test('notifications move the resumption point and reach only clients that asked for them', (t) => {
  for (const progressNotify of [false, true]) {
    const { watch, confirmAt } = relayed({ progressNotify });
    confirmAt(4);
    t.true(watch.open().progressNotify, 'the proxy wants them in any case');
    t.is(watch.pass(notification(20)) !== undefined, progressNotify);
    t.is(watch.open().startRevision, 21);
  }
});

test('a member that lags takes no client back in time', (t) => {
  const { watch, confirmAt } = relayed({ progressNotify: true });
  confirmAt(4);
  watch.pass(answer('9a'));
  watch.open();
  t.is(watch.pass(notification(6)), undefined);
  t.is(watch.pass(answer('8z')), undefined);
  t.is(watch.nextRevision, 10);
});

test('a notification between fragments is not taken for the last of them', (t) => {
  const { watch, confirmAt } = relayed({ fragment: true, progressNotify: true });
  confirmAt(4);
  watch.pass(answer('7a', { fragment: true }));
  t.is(watch.pass(notification(7)), undefined);
  t.is(watch.nextRevision, 7);
});
