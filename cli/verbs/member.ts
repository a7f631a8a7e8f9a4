// `member list|add|remove|update|promote`.

import {
  MemberAddRequest,
  MemberListRequest,
  MemberPromoteRequest,
  MemberRemoveRequest,
  MemberUpdateRequest,
} from '../../common/api/generated/messages.ts';
import { parseHostPort } from '../../common/config/host-port.ts';
import { badArgs, ExitError, exitCodes, orExit } from '../exit-error.ts';
import { parseUint64 } from '../format/go-number.ts';
import { goQuote } from '../format/go-quote.ts';
import { defineVerb, flag, noOptions, textFlag } from '../verb.ts';

const peerUrls = textFlag('', 'URL,…', 'peer URLs of the member');

function memberIdOf(args: readonly string[]): bigint {
  if (args.length !== 1) throw badArgs('member ID is not provided');
  try {
    return parseUint64(args[0]!, 16);
  } catch (error) {
    throw badArgs(`bad member ID arg (${(error as Error).message}), expecting ID in Hex`);
  }
}

/** Checked here as etcd's client library does (client/pkg/types/urls.go), so that its words come out. */
function urlsOf(text: string): string[] {
  if (text === '') throw badArgs('member peer urls not provided');
  const urls = text.split(',');
  for (const url of urls) {
    const [, scheme = '', rest = ''] = /^([^:/]*):\/\/(.*)$/.exec(url.trim()) ?? [];
    const [authority = '', ...path] = rest.split('/');
    if (!['http', 'https', 'unix', 'unixs'].includes(scheme)) {
      throw new ExitError(exitCodes.error, `URL scheme must be http, https, unix, or unixs: ${url}`);
    }
    if (parseHostPort(authority) === undefined) {
      throw new ExitError(exitCodes.error, `URL address does not have the form "host:port": ${url}`);
    }
    if (path.length > 0) throw new ExitError(exitCodes.error, `URL must not contain a path: ${url}`);
  }
  return urls;
}

export const memberList = defineVerb({
  name: 'member list',
  usage: '[flags]',
  summary: 'lists the members of the cluster',
  options: { consistency: textFlag('l', 'l|s', 'linearizable (l) or serializable (s)') },
  async run({ values, session }) {
    const request = MemberListRequest.create({ linearizable: values.consistency !== 's' });
    session.printer.memberList(await orExit(session.client.memberList(request, session.call())));
    return 0;
  },
});

export const memberAdd = defineVerb({
  name: 'member add',
  usage: 'NAME --peer-urls URL,… [flags]',
  summary: 'adds a member to the cluster',
  options: { 'peer-urls': peerUrls, learner: flag('without a vote, until promoted') },
  async run({ args, values, session }) {
    const [name, ...more] = args;
    if (name === undefined) throw badArgs('member name not provided');
    if (more.length > 0) {
      const hints = args.filter((word) => word.toLowerCase().startsWith('http'));
      throw badArgs(['too many arguments', ...hints.map((url) => `did you mean --peer-urls=${url}`)].join(', '));
    }
    const request = MemberAddRequest.create({ peerUrls: urlsOf(values.peerUrls), isLearner: values.learner });
    const response = await orExit(session.client.memberAdd(request, session.call()));
    const id = response.member?.id ?? 0n;
    session.printer.memberChange('added', id, response);
    if (session.printer.format !== 'simple') return 0;
    const initialCluster = response.members.flatMap((member) =>
      member.peerUrls.map((url) => `${member.id === id ? name : member.name}=${url}`),
    );
    session.out.write(
      [
        '',
        `ETCD_NAME=${goQuote(name)}`,
        `ETCD_INITIAL_CLUSTER=${goQuote(initialCluster.join(','))}`,
        `ETCD_INITIAL_ADVERTISE_PEER_URLS=${goQuote(values.peerUrls)}`,
        'ETCD_INITIAL_CLUSTER_STATE="existing"',
        '',
      ].join('\n'),
    );
    return 0;
  },
});

export const memberRemove = defineVerb({
  name: 'member remove',
  usage: 'ID',
  summary: 'removes a member from the cluster',
  options: noOptions,
  async run({ args, session }) {
    const id = memberIdOf(args);
    const response = await orExit(session.client.memberRemove(MemberRemoveRequest.create({ id }), session.call()));
    session.printer.memberChange('removed', id, response);
    return 0;
  },
});

export const memberUpdate = defineVerb({
  name: 'member update',
  usage: 'ID --peer-urls URL,…',
  summary: 'changes the peer URLs of a member',
  options: { 'peer-urls': peerUrls },
  async run({ args, values, session }) {
    const id = memberIdOf(args);
    const request = MemberUpdateRequest.create({ id, peerUrls: urlsOf(values.peerUrls) });
    const response = await orExit(session.client.memberUpdate(request, session.call()));
    session.printer.memberChange('updated', id, response);
    return 0;
  },
});

export const memberPromote = defineVerb({
  name: 'member promote',
  usage: 'ID',
  summary: 'gives a learner its vote',
  options: noOptions,
  async run({ args, session }) {
    const id = memberIdOf(args);
    const response = await orExit(session.client.memberPromote(MemberPromoteRequest.create({ id }), session.call()));
    session.printer.memberChange('promoted', id, response);
    return 0;
  },
});
