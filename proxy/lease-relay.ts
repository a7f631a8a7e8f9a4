// One client's keepalive stream over however many upstream streams it takes: what was not answered when one is lost is
// asked again on the next. A keepalive says no more than "this lease now", so asking twice does no harm.

import type { Call, Inbound, Outbound } from '../common/api/call.ts';
import { apiError } from '../common/api/errors.ts';
import { LeaseKeepAliveRequest, type LeaseKeepAliveResponse } from '../common/api/generated/messages.ts';
import { ApiError, Status } from '../common/api/status.ts';
import { createReopeningStream, type ReopeningStream } from '../common/client/reopening-stream.ts';
import { isLasting } from '../common/client/stream-errors.ts';
import { forwardedMetadata } from './forwarded-call.ts';
import { createLeaderGrace, type LeaderGrace } from './leader-grace.ts';
import type { RelayContext } from './watch-relay.ts';

/** Leases of one stream whose keepalive is not answered yet; beyond, the stream fails. */
const unansweredMax = 100_000;

export class LeaseRelay implements Inbound<LeaseKeepAliveRequest> {
  readonly #context: RelayContext;
  readonly #out: Outbound<LeaseKeepAliveResponse>;
  readonly #stream: ReopeningStream<LeaseKeepAliveRequest>;
  readonly #grace: LeaderGrace;
  /** By lease id: however often a client asked while the cluster was away, one answer tells it all. */
  readonly #unanswered = new Set<bigint>();
  #ended = false;
  #over = false;

  constructor(context: RelayContext, call: Call, out: Outbound<LeaseKeepAliveResponse>) {
    this.#context = context;
    this.#out = out;
    const metadata = forwardedMetadata(call.metadata);
    this.#grace = createLeaderGrace(context.clock, metadata, () => this.#fail(apiError('noLeader')));
    this.#stream = createReopeningStream<LeaseKeepAliveRequest, LeaseKeepAliveResponse>({
      open: (upstreamCall, upstreamOut) => context.upstream.leaseKeepAlive(upstreamCall, upstreamOut),
      clock: context.clock,
      random: context.random,
      metadata,
      peer: call.peer,
      opened: () => {
        for (const id of this.#unanswered) this.#stream.send(LeaseKeepAliveRequest.create({ id }));
      },
      message: (response) => this.#received(response),
      lost: (error) => this.#lost(error),
    });
    out.onDrain(() => this.#stream.resume());
    context.metrics.leaseStreams.add(1);
  }

  message({ id }: LeaseKeepAliveRequest): void {
    if (this.#over) return;
    this.#unanswered.add(id);
    if (this.#unanswered.size > unansweredMax) {
      this.#fail(
        new ApiError(Status.RESOURCE_EXHAUSTED, 'rollcall proxy: too many unanswered keepalives on one stream'),
      );
    } else if (!this.#stream.send(LeaseKeepAliveRequest.create({ id }))) {
      this.#stream.open();
    }
  }

  /** Like etcd: what was asked is still answered, then the stream ends. */
  end(): void {
    this.#ended = true;
    this.#endIfDone();
  }

  cancel(): void {
    if (this.#over) return;
    this.#over = true;
    this.#grace.close();
    this.#stream.close();
    this.#context.metrics.leaseStreams.add(-1);
  }

  #received(response: LeaseKeepAliveResponse): void {
    this.#grace.found();
    this.#stream.healthy();
    this.#unanswered.delete(response.id);
    if (!this.#out.send(response)) this.#stream.pause();
    this.#endIfDone();
  }

  #lost(error: Error | undefined): void {
    if (isLasting(error)) {
      this.#fail(error as Error);
      return;
    }
    this.#context.metrics.leaseStreamsLost.increment();
    if (this.#unanswered.size === 0) this.#stream.suspend();
    else this.#grace.lost();
  }

  #endIfDone(): void {
    if (!this.#ended || this.#over || this.#unanswered.size > 0) return;
    this.cancel();
    this.#out.end();
  }

  #fail(error: Error): void {
    if (this.#over) return;
    this.cancel();
    this.#out.fail(error);
  }
}
