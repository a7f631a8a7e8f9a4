// `lease grant|revoke|timetolive|list`. Keeping one alive is lease-keep-alive.ts.

import {
  LeaseGrantRequest,
  LeaseLeasesRequest,
  LeaseRevokeRequest,
  LeaseTimeToLiveRequest,
} from '../../common/api/generated/messages.ts';
import { badArgs, exitCodes, orExit } from '../exit-error.ts';
import { parseInt64 } from '../format/go-number.ts';
import { defineVerb, flag, noOptions } from '../verb.ts';

export function leaseIdOf(text: string): bigint {
  try {
    return parseInt64(text, 16);
  } catch (error) {
    throw badArgs(`bad lease ID arg (${(error as Error).message}), expecting ID in Hex`);
  }
}

export const leaseGrant = defineVerb({
  name: 'lease grant',
  usage: 'TTL   (in seconds)',
  summary: 'creates a lease',
  options: noOptions,
  async run({ args, session }) {
    if (args.length !== 1) throw badArgs('lease grant command needs TTL argument');
    let ttl: bigint;
    try {
      ttl = parseInt64(args[0]!);
    } catch (error) {
      throw badArgs(`bad TTL (${(error as Error).message})`);
    }
    const request = LeaseGrantRequest.create({ ttl: Number(ttl) });
    const call = session.client.leaseGrant(request, session.call());
    session.printer.leaseGrant(await orExit(call, exitCodes.error, 'failed to grant lease'));
    return 0;
  },
});

export const leaseRevoke = defineVerb({
  name: 'lease revoke',
  usage: 'ID',
  summary: 'revokes a lease: its keys vanish',
  options: noOptions,
  async run({ args, session }) {
    if (args.length !== 1) throw badArgs('lease revoke command needs 1 argument');
    const id = leaseIdOf(args[0]!);
    const call = session.client.leaseRevoke(LeaseRevokeRequest.create({ id }), session.call());
    session.printer.leaseRevoke(id, await orExit(call, exitCodes.error, 'failed to revoke lease'));
    return 0;
  },
});

export const leaseTimeToLive = defineVerb({
  name: 'lease timetolive',
  usage: 'ID [flags]',
  summary: 'tells how long a lease has left',
  options: { keys: flag('also the keys attached to it') },
  async run({ args, values, session }) {
    if (args.length !== 1) throw badArgs('lease timetolive command needs lease ID as argument');
    const request = LeaseTimeToLiveRequest.create({ id: leaseIdOf(args[0]!), keys: values.keys });
    const call = session.client.leaseTimeToLive(request, session.call());
    session.printer.leaseTimeToLive(await orExit(call, exitCodes.badConnection), values.keys);
    return 0;
  },
});

export const leaseList = defineVerb({
  name: 'lease list',
  usage: '',
  summary: 'lists the leases',
  options: noOptions,
  async run({ session }) {
    const call = session.client.leaseLeases(LeaseLeasesRequest.create(), session.call());
    session.printer.leaseList(await orExit(call, exitCodes.badConnection));
    return 0;
  },
});
