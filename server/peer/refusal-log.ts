// Refused connections in the log: each once for as long as its reason stays the same, since whoever is refused comes back.

import type { Logger } from '../../common/log.ts';
import { type Greeting, hexId, type Refusal } from './handshake.ts';

/** Refused senders that are remembered; the oldest is forgotten first. */
const rememberedMax = 64;

export class RefusalLog {
  /** Refusals so far. */
  count = 0;
  private readonly log: Logger;
  private readonly reasons = new Map<string, string>();

  constructor(log: Logger) {
    this.log = log;
  }

  note({ reason, detail }: Refusal, remote: string, greeting: Greeting | undefined): void {
    this.count++;
    // Without the port: it is another one each time.
    const sender = greeting === undefined ? remote.replace(/:\d+$/, '') : hexId(greeting.from);
    const known = this.reasons.get(sender) === detail;
    this.reasons.delete(sender);
    this.reasons.set(sender, detail);
    if (this.reasons.size > rememberedMax) this.reasons.delete(this.reasons.keys().next().value!);
    const fields = greeting === undefined ? {} : { peer: hexId(greeting.from), name: greeting.name };
    this.log[known ? 'debug' : 'warn']('refused a peer', { reason, detail, remote, ...fields });
  }
}
