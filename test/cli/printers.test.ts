// What has no counterpart in etcdctl 3.4: the columns and fields of etcdctl 3.6, and 64-bit numbers at their limits. The
// expectations follow etcdctl 3.6's printers (etcdctl/ctlv3/command/printer*.go).

import test from 'ava';
import { createPrinter, type Printer } from '../../cli/printers/printer.ts';
import * as m from '../../common/api/generated/messages.ts';

function printed(format: string, print: (printer: Printer) => void, hex = false): string {
  const chunks: Buffer[] = [];
  const out = { write: (chunk: string | Uint8Array) => chunks.push(Buffer.from(chunk as string)), complain: () => {} };
  print(createPrinter(format, { hex, out }));
  return Buffer.concat(chunks).toString();
}

const header = m.ResponseHeader.create({
  clusterId: 0xef37ad9dc622a7c4n,
  memberId: 0x8211f1d0f64f3269n,
  revision: 7,
  raftTerm: 2,
});
const status = m.StatusResponse.create({
  header,
  version: '3.6.0',
  storageVersion: '3.6.0',
  dbSize: 20480,
  dbSizeInUse: 16384,
  dbSizeQuota: 2147483648,
  leader: 0x8211f1d0f64f3269n,
  raftIndex: 9,
  raftTerm: 2,
  raftAppliedIndex: 9,
  errors: ['memberID:9372538179322589801 alarm:NOSPACE '],
  downgradeInfo: m.DowngradeInfo.create({ enabled: false }),
});
const answers = [{ endpoint: '127.0.0.1:2379', response: status }];

test('endpoint status has the columns of etcdctl 3.6', (t) => {
  t.is(
    printed('simple', (printer) => printer.endpointStatus(answers)),
    '127.0.0.1:2379, 8211f1d0f64f3269, 3.6.0, 3.6.0, 20 kB, 16 kB, 20%, 2.1 GB, true, false, 2, 9, 9, ' +
      'memberID:9372538179322589801 alarm:NOSPACE , , false\n',
  );
  const table = printed('table', (printer) => printer.endpointStatus(answers)).split('\n');
  t.true(table[1]!.includes('| PERCENTAGE NOT IN USE | QUOTA  |'));
  // An error of more than thirty characters is wrapped at its words.
  t.true(table[3]!.includes('memberID:9372538179322589801 |') && table[4]!.includes('alarm:NOSPACE |'));
  t.is(new Set(table.slice(0, -1).map((text) => text.length)).size, 1, 'all lines are equally long');
});

test('endpoint status in JSON keeps 64-bit numbers whole', (t) => {
  t.is(
    printed('json', (printer) => printer.endpointStatus(answers)),
    '[{"Endpoint":"127.0.0.1:2379","Status":{"header":{"cluster_id":17237436991929493444,' +
      '"member_id":9372538179322589801,"revision":7,"raft_term":2},"version":"3.6.0","dbSize":20480,' +
      '"leader":9372538179322589801,"raftIndex":9,"raftTerm":2,"raftAppliedIndex":9,' +
      '"errors":["memberID:9372538179322589801 alarm:NOSPACE "],"dbSizeInUse":16384,"storageVersion":"3.6.0",' +
      '"dbSizeQuota":2147483648,"downgradeInfo":{}}}]\n',
  );
});

test('fields are printed with hexadecimal ids when asked for', (t) => {
  const response = m.LeaseGrantResponse.create({ header, id: 0x694d8b1c6a5a7b0fn, ttl: 30 });
  t.is(
    printed('fields', (printer) => printer.leaseGrant(response), true),
    '"ClusterID" : ef37ad9dc622a7c4\n"MemberID" : 8211f1d0f64f3269\n"Revision" : 7\n"RaftTerm" : 2\n' +
      '"ID" : 694d8b1c6a5a7b0f\n"TTL" : 30\n',
  );
});

test('members with hexadecimal ids are JSON strings', (t) => {
  const member = m.Member.create({
    id: 0x8211f1d0f64f3269n,
    name: 'a',
    peerUrls: ['http://h:1'],
    clientUrls: ['http://h:2'],
  });
  t.is(
    printed('json', (printer) => printer.memberList(m.MemberListResponse.create({ header, members: [member] })), true),
    '{"header":{"cluster_id":"ef37ad9dc622a7c4","member_id":"8211f1d0f64f3269","raft_term":2},"members":' +
      '[{"ID":"8211f1d0f64f3269","name":"a","peerURLs":["http://h:1"],"clientURLs":["http://h:2"]}]}\n',
  );
});

test('an alarm prints as the text form of its message', (t) => {
  const alarms = m.AlarmResponse.create({
    header,
    alarms: [m.AlarmMember.create({ memberId: 9372538179322589801n, alarm: 1 })],
  });
  t.is(
    printed('simple', (printer) => printer.alarms(alarms)),
    'memberID:9372538179322589801 alarm:NOSPACE \n',
  );
  t.true(printed('fields', (printer) => printer.alarms(alarms)).endsWith('"AlarmType" : NOSPACE\n\n'));
});

test('a hash has the revision that it is of', (t) => {
  const response = m.HashKVResponse.create({ header, hash: 4294967295, compactRevision: -1, hashRevision: 7 });
  const hashes = [{ endpoint: 'e:1', response }];
  t.is(
    printed('simple', (printer) => printer.endpointHashKv(hashes)),
    'e:1, 4294967295, 7\n',
  );
  t.true(
    printed('json', (printer) => printer.endpointHashKv(hashes)).endsWith(
      '"hash":4294967295,"compact_revision":-1,"hash_revision":7}}]\n',
    ),
  );
});

test('health is told on stdout, healthy or not', (t) => {
  const health = [
    { endpoint: 'e:1', healthy: true, took: '1.5ms', error: '' },
    { endpoint: 'e:2', healthy: false, took: '2s', error: 'context deadline exceeded' },
  ];
  t.is(
    printed('simple', (printer) => printer.endpointHealth(health)),
    'e:1 is healthy: successfully committed proposal: took = 1.5ms\n' +
      'e:2 is unhealthy: failed to commit proposal: context deadline exceeded\n',
  );
  t.is(
    printed('table', (printer) => printer.endpointHealth(health)),
    [
      '+----------+--------+-------+---------------------------+',
      '| ENDPOINT | HEALTH | TOOK  |           ERROR           |',
      '+----------+--------+-------+---------------------------+',
      '|      e:1 |   true | 1.5ms |                           |',
      '|      e:2 |  false |    2s | context deadline exceeded |',
      '+----------+--------+-------+---------------------------+',
      '',
    ].join('\n'),
  );
});

test('an added learner and its cluster are named as etcdctl 3.6 names them', (t) => {
  const response = m.MemberAddResponse.create({ header, member: m.Member.create({ id: 1n, isLearner: true }) });
  t.is(
    printed('simple', (printer) => printer.memberChange('added', 1n, response)),
    'Member                1 added as learner to cluster ef37ad9dc622a7c4\n',
  );
});
