// How long a stream whose client asked for a leader (`hasleader`) may be without an upstream: after that the client is
// told `no leader`, as etcd would, and can go elsewhere. Streams that did not ask wait for as long as it takes.

import type { Clock, Timer } from '../common/runtime/clock.ts';

/** etcd tells its streams after three election timeouts, 3 s by default; finding another upstream needs a little more. */
export const leaderGraceMs = 5_000;

export interface LeaderGrace {
  /** The upstream stream is gone. */
  lost(): void;
  /** An upstream has answered. */
  found(): void;
  close(): void;
}

export function createLeaderGrace(
  clock: Clock,
  metadata: ReadonlyMap<string, string>,
  giveUp: () => void,
): LeaderGrace {
  const asked = metadata.get('hasleader') === 'true';
  let timer: Timer | undefined;
  const stop = (): void => {
    timer?.cancel();
    timer = undefined;
  };
  return {
    lost() {
      if (asked) timer ??= clock.after(leaderGraceMs, giveUp);
    },
    found: stop,
    close: stop,
  };
}
