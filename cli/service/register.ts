// `service register`: registers one instance under a lease and keeps it alive until a signal comes; with --lease it puts
// the instance under a lease that somebody else keeps, and leaves.

import { PutRequest } from '../../common/api/generated/messages.ts';
import { createBackoff } from '../../common/client/backoff.ts';
import { createLeaseKeeper, type LeaseKeeper } from '../../common/client/lease-keeper.ts';
import { formatHostPort } from '../../common/config/host-port.ts';
import type { OptionValues } from '../../common/config/option.ts';
import { silentLogger } from '../../common/log.ts';
import { formatInstance, type Instance } from '../../common/registry/instance.ts';
import { registrationProblem } from '../../common/registry/instance-value.ts';
import { instanceKey } from '../../common/registry/key-layout.ts';
import { orExit } from '../exit-error.ts';
import { hex16, parseInt64 } from '../format/go-number.ts';
import type { Session } from '../session.ts';
import { defineVerb, textFlag } from '../verb.ts';
import { serviceNameOf, usageError } from './arguments.ts';
import { ownAddress, ownNodeName } from './own-address.ts';

const section = 'Flags';
const list = { kind: 'list', default: '', repeatable: true, section } as const;

const registerOptions = {
  port: { kind: 'integer', default: undefined, min: 1, max: 65535, section, help: 'port of the instance (required)' },
  id: textFlag('', 'ID', 'id of the instance (default <node>-<service>-<port>)'),
  address: textFlag('', 'ADDR', 'address of the instance (default: the first one that is not loopback)'),
  node: textFlag('', 'NAME', 'node that it runs on (default: the host name)'),
  protocol: textFlag('tcp', 'NAME', 'tcp, udp, or an application protocol'),
  tag: { ...list, placeholder: 'TAG', help: 'tag of the instance; may be repeated' },
  meta: { ...list, placeholder: 'NAME=VALUE', help: 'free-form information; may be repeated' },
  weight: { kind: 'integer', default: 1, min: 0, max: 65535, section, help: 'weight in SRV records' },
  priority: { kind: 'integer', default: 1, min: 0, max: 65535, section, help: 'priority in SRV records' },
  ttl: {
    kind: 'duration',
    default: '15s',
    minMs: 2000,
    maxMs: 86_400_000,
    section,
    help: 'how long the registration outlives this process if it is killed',
  },
  lease: textFlag('', 'ID', 'register under this lease (hexadecimal) and leave'),
} as const;

/** Pauses between attempts to put the instance again after its lease was lost. */
const putRetryMinMs = 100;
const putRetryMaxMs = 5_000;

export const serviceRegister = defineVerb({
  name: 'service register',
  usage: 'NAME --port PORT [flags]',
  summary: 'registers an instance and keeps it registered until stopped',
  options: registerOptions,
  async run({ args, values, session }) {
    const instance = instanceOf(serviceNameOf(args, 'service register'), values);
    const problem = registrationProblem(instance);
    if (problem !== undefined) throw usageError(problem);
    if (values.lease === '') return keepRegistered(session, instance, Math.ceil(values.ttl / 1000));
    let lease: bigint;
    try {
      lease = parseInt64(values.lease, 16);
    } catch (error) {
      throw usageError(`--lease: ${(error as Error).message}, expecting ID in Hex`);
    }
    await orExit(putInstance(session, instance, lease));
    session.out.write(`registered ${describe(instance)} under lease ${hex16(lease)}\n`);
    return 0;
  },
});

function instanceOf(service: string, values: OptionValues<typeof registerOptions>): Instance {
  if (values.port === undefined) throw usageError('--port is required');
  const node = values.node === '' ? ownNodeName() : values.node;
  const meta = values.meta.map((pair) => {
    const equals = pair.indexOf('=');
    if (equals < 1) throw usageError(`--meta: "${pair}" is not NAME=VALUE`);
    return [pair.slice(0, equals), pair.slice(equals + 1)] as const;
  });
  return {
    service,
    id: values.id === '' ? `${node}-${service}-${values.port}` : values.id,
    address: values.address === '' ? ownAddress() : values.address,
    port: values.port,
    protocol: values.protocol,
    tags: values.tag,
    meta: Object.fromEntries(meta),
    weight: values.weight,
    priority: values.priority,
    status: 'passing',
    node,
    checks: [],
  };
}

function describe({ service, id, address, port }: Instance): string {
  return `${service}/${id} at ${formatHostPort({ host: address, port })}`;
}

async function putInstance(session: Session, instance: Instance, lease: bigint): Promise<void> {
  const key = Buffer.from(instanceKey(instance.service, instance.id));
  const value = Buffer.from(formatInstance(instance));
  await session.client.put(PutRequest.create({ key, value, lease }), session.call());
}

/** Resolves with the exit code once a signal came and the registration is taken back. */
async function keepRegistered(session: Session, instance: Instance, ttlSeconds: number): Promise<number> {
  const { clock, random, out } = session;
  const backoff = createBackoff({ minMs: putRetryMinMs, maxMs: putRetryMaxMs, random });
  let lastTrouble = '';
  /** Each trouble is told once, however often it is retried. */
  const trouble = (error: unknown): void => {
    const message = error instanceof Error ? error.message : String(error);
    if (message !== lastTrouble) out.complain(`not registered at present: ${message}; trying again`);
    lastTrouble = message;
  };
  const register = async (lease: bigint): Promise<void> => {
    try {
      await putInstance(session, instance, lease);
      backoff.reset();
      lastTrouble = '';
      out.write(`registered ${describe(instance)} under lease ${hex16(lease)} (TTL ${ttlSeconds}s)\n`);
    } catch (error) {
      trouble(error);
      clock.after(backoff.nextMs(), () => {
        if (keeper.leaseId === lease) void register(lease);
      });
    }
  };
  const keeper: LeaseKeeper = createLeaseKeeper(session.client, {
    clock,
    random,
    log: silentLogger,
    ttlSeconds,
    onGranted: (lease) => void register(lease),
    onLost: (lease, reason) => trouble(new Error(`lease ${hex16(lease)} is lost (${reason})`)),
    onTrouble: trouble,
  });
  await new Promise<void>((resolve) => session.onInterrupt(resolve));
  await orExit(keeper.revoke(), undefined, 'could not deregister, the lease runs out by itself');
  out.write(`deregistered ${instance.service}/${instance.id}\n`);
  return 0;
}
