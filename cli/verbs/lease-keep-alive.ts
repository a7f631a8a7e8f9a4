// `lease keep-alive`: renews a lease every third of its TTL until it is gone, printing each answer; `--once` renews once.

import { apiError } from '../../common/api/errors.ts';
import { LeaseKeepAliveRequest, type LeaseKeepAliveResponse } from '../../common/api/generated/messages.ts';
import { createReopeningStream } from '../../common/client/reopening-stream.ts';
import { consumeStream, type StreamHandle } from '../../common/client/service-stream.ts';
import type { Timer } from '../../common/runtime/clock.ts';
import { badArgs, exitCodes, orExit } from '../exit-error.ts';
import { hex16 } from '../format/go-number.ts';
import type { Session } from '../session.ts';
import { defineVerb, flag } from '../verb.ts';
import { leaseIdOf } from './lease.ts';

/** Without an answer for this long before the first one, the lease counts as gone (clientv3's first deadline). */
const firstAnswerMsMax = 6_000;

export const leaseKeepAlive = defineVerb({
  name: 'lease keep-alive',
  usage: '[flags] ID',
  summary: 'keeps a lease alive',
  options: { once: flag('renew once and leave') },
  async run({ args, values, session }) {
    if (args.length !== 1) throw badArgs('lease keep-alive command needs lease ID as argument');
    const id = leaseIdOf(args[0]!);
    if (values.once) {
      session.printer.leaseKeepAlive(await orExit(renewOnce(session, id), exitCodes.badConnection));
      return 0;
    }
    await renewUntilGone(session, id);
    if (session.printer.format === 'simple') session.out.write(`lease ${hex16(id)} expired or revoked.\n`);
    return 0;
  },
});

function renewOnce(session: Session, id: bigint): Promise<LeaseKeepAliveResponse> {
  return new Promise((resolve, reject) => {
    const handle: StreamHandle<LeaseKeepAliveRequest> = consumeStream(
      (call, out) => session.client.leaseKeepAlive(call, out),
      { timeoutMs: session.global.commandTimeout },
      {
        message(response: LeaseKeepAliveResponse) {
          if (response.ttl > 0) resolve(response);
          else reject(apiError('leaseNotFound'));
          handle.endSending();
        },
        end: (error) => reject(error ?? new Error('the server ended the stream without an answer')),
      },
    );
    handle.send(LeaseKeepAliveRequest.create({ id }));
  });
}

/** Resolves when the server says that the lease is gone, or nobody has renewed it for its whole TTL. */
function renewUntilGone(session: Session, id: bigint): Promise<void> {
  const { clock, random, printer } = session;
  return new Promise((resolve) => {
    let next: Timer | undefined;
    let deadline: Timer | undefined;
    const done = (): void => {
      next?.cancel();
      deadline?.cancel();
      stream.close();
      resolve();
    };
    const renew = (): void => {
      stream.send(LeaseKeepAliveRequest.create({ id }));
    };
    const stream = createReopeningStream<LeaseKeepAliveRequest, LeaseKeepAliveResponse>({
      open: (call, out) => session.client.leaseKeepAlive(call, out),
      clock,
      random,
      metadata: new Map(),
      opened: renew,
      message(response) {
        if (response.ttl <= 0) return done();
        stream.healthy();
        printer.leaseKeepAlive(response);
        next?.cancel();
        next = clock.after((response.ttl * 1000) / 3, renew);
        deadline?.cancel();
        deadline = clock.after(response.ttl * 1000, done);
      },
      lost: () => next?.cancel(),
    });
    deadline = clock.after(firstAnswerMsMax, done);
    stream.open();
  });
}
