// Telling systemd how a service stands (sd_notify(3)). Node has no unix datagram sockets, so `systemd-notify` carries
// the message; without it one warning is logged. It sends in its parent's name only when privileged: units that run as
// another user need NotifyAccess=all.

import { execFile } from 'node:child_process';
import type { Logger } from '../log.ts';

/** systemd-notify waits until systemd has taken the message (its barrier), so this bounds a stuck manager. */
const notifyMsMax = 5_000;

export type NotifyState = 'READY=1' | 'STOPPING=1';

export interface Notifier {
  /** Resolves when the message is delivered, or could not be (which is logged, never thrown). */
  notify(state: NotifyState): Promise<void>;
}

export function createNotifier(env: Readonly<Record<string, string | undefined>>, log: Logger): Notifier {
  const socket = env.NOTIFY_SOCKET;
  if (socket === undefined || socket === '') return { notify: () => Promise.resolve() };
  let warned = false;
  return {
    notify: (state) =>
      new Promise((resolve) => {
        execFile('systemd-notify', [state], { env, timeout: notifyMsMax }, (error) => {
          if (error !== null && !warned) {
            warned = true;
            log.warn('cannot tell systemd how this service stands', { state, error: error.message.trim() });
          }
          resolve();
        });
      }),
  };
}
