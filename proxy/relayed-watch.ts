// One watch of a client as it lives through several upstream streams: what to ask the next one for, and what of its
// answers the client has had already. Pure bookkeeping; streams and ids are watch-relay.ts.
//
// Worked example (also the test's): revision 7 has events a, b, c. The stream breaks after a fragment with a and b. The
// watch resumes *at* 7, drops the first two events of revision 7, and passes c on. Had the response not been a
// fragment, revision 7 would be whole and the watch would resume at 8.

import {
  type Event,
  type ResponseHeader,
  WatchCreateRequest,
  type WatchResponse,
} from '../common/api/generated/messages.ts';

export class RelayedWatch {
  /** What the client knows the watch by. */
  readonly clientId: number;
  /** What upstream streams know it by; unique in its relay and never 0, which would ask the server to choose. */
  readonly upstreamId: number;
  readonly request: WatchCreateRequest;
  /** The client has been told that the watch exists: from here on it must never notice a loss. */
  announced = false;
  /** The present upstream stream has confirmed it. */
  confirmed = false;
  /** The client wants it cancelled; the server's answer is on its way. */
  cancelling = false;
  /** Where a new stream has to begin; 0: not known yet, begin "now". */
  nextRevision: number;
  /** Events before this revision have been passed on, or were not asked for. */
  #floor: number;
  /** Events of `nextRevision` that were passed on in fragments of an answer not yet complete. */
  #passed = 0;
  /** Events of `nextRevision` that the present stream still has to repeat. */
  #repeated = 0;
  /** The client has had a fragment and waits for the rest. */
  #midResponse = false;

  constructor(ids: { readonly clientId: number; readonly upstreamId: number }, request: WatchCreateRequest) {
    this.clientId = ids.clientId;
    this.upstreamId = ids.upstreamId;
    this.request = request;
    this.nextRevision = request.startRevision;
    this.#floor = request.startRevision;
  }

  /** The request for a fresh stream. Progress is always asked for: it keeps the point of resumption ahead of compaction. */
  open(): WatchCreateRequest {
    this.confirmed = false;
    this.#repeated = this.#passed;
    if (this.announced) this.#floor = this.nextRevision;
    return WatchCreateRequest.create({
      ...this.request,
      watchId: this.upstreamId,
      startRevision: this.nextRevision,
      progressNotify: true,
    });
  }

  /** The stream confirmed the watch. One from "now" is pinned to the revision it was created at. */
  confirm(header: ResponseHeader): void {
    this.confirmed = true;
    if (this.nextRevision === 0) this.nextRevision = header.revision + 1;
  }

  /** What the client is to be told of an answer with events or of a progress notification; undefined: nothing. */
  pass(response: WatchResponse): WatchResponse | undefined {
    if (response.events.length === 0) return this.#passProgress(response);
    const events = this.#fresh(response.events);
    // The rest of an answer begun in fragments ends it for the client even when all of its events were repetitions.
    const endsFragments = this.#midResponse && !response.fragment;
    this.#advance(events.at(-1), { count: countOfLastRevision(events), fragment: response.fragment });
    if (events.length === 0 && !endsFragments) return undefined;
    return { ...response, watchId: this.clientId, events };
  }

  #passProgress(response: WatchResponse): WatchResponse | undefined {
    const revision = response.header?.revision ?? 0;
    // A member that lags must not take the client back in time (etcd-io/etcd#15271), and between fragments a
    // notification would look like the last of them.
    if (this.#midResponse || revision + 1 < this.nextRevision) return undefined;
    this.nextRevision = revision + 1;
    return this.request.progressNotify ? { ...response, watchId: this.clientId } : undefined;
  }

  #fresh(events: Event[]): Event[] {
    if (this.#repeated === 0 && revisionOf(events[0]) >= this.#floor) return events;
    return events.filter((event) => {
      const revision = revisionOf(event);
      if (revision < this.#floor) return false;
      if (this.#repeated === 0 || revision !== this.nextRevision) return true;
      this.#repeated--;
      return false;
    });
  }

  /** `last` is the last event passed on, `count` how many of its revision were. */
  #advance(last: Event | undefined, { count, fragment }: { readonly count: number; readonly fragment: boolean }): void {
    const revision = revisionOf(last);
    if (fragment) {
      if (last !== undefined) {
        this.#passed = revision === this.nextRevision ? this.#passed + count : count;
        this.nextRevision = revision;
      }
    } else {
      // The answer is complete, and so is the last revision in it, or the one that its fragments ended with.
      const complete = last === undefined && this.#passed > 0 ? this.nextRevision : revision;
      this.nextRevision = Math.max(this.nextRevision, complete + 1);
      this.#passed = 0;
    }
    this.#midResponse = fragment;
    if (last !== undefined || !fragment) this.#floor = this.nextRevision;
  }
}

function revisionOf(event: Event | undefined): number {
  return event?.kv?.modRevision ?? 0;
}

function countOfLastRevision(events: readonly Event[]): number {
  const revision = revisionOf(events.at(-1));
  let count = 0;
  while (count < events.length && revisionOf(events[events.length - 1 - count]) === revision) count++;
  return count;
}
