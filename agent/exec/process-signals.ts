// Adapter: which signals reach this process and are to be handed on to the wrapped one.

/** Everything that can be caught and that asks a process for something. SIGCHLD, SIGPIPE and job control are not. */
const handedOn: readonly NodeJS.Signals[] = [
  ...(['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP'] as const),
  ...(['SIGUSR1', 'SIGUSR2', 'SIGWINCH', 'SIGALRM', 'SIGURG'] as const),
];

/** What a terminal sends to the whole foreground process group: the wrapped process has got it as well. */
const fromTerminal: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGQUIT', 'SIGWINCH']);

/**
 * Calls back for each signal until the returned function is called. `alreadyDelivered`: the wrapped process has got it
 * from the terminal, and must not get it twice, since many programs take a second Ctrl-C for "at once".
 */
export function onProcessSignals(listener: (signal: NodeJS.Signals, alreadyDelivered: boolean) => void): () => void {
  const receive = (signal: NodeJS.Signals): void => {
    listener(signal, process.stdin.isTTY === true && fromTerminal.has(signal));
  };
  for (const signal of handedOn) process.on(signal, receive);
  return () => {
    for (const signal of handedOn) process.off(signal, receive);
  };
}
