// A TCP check: passing when a connection is accepted. Nothing is sent. A name with several addresses passes when any of
// them accepts (Node's happy eyeballs, RFC 8305), as in Consul.

import { connect } from 'node:net';
import { describeFailure, type Probe, type ProbeResult, probeResult } from './probe.ts';

export interface TcpTarget {
  readonly host: string;
  readonly port: number;
}

export function tcpProbe(target: TcpTarget): Probe {
  const { host, port } = target;
  const name = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  return (signal) =>
    new Promise<ProbeResult>((resolve) => {
      const socket = connect({ host, port, autoSelectFamily: true });
      const settle = (result: ProbeResult): void => {
        signal.removeEventListener('abort', abort);
        // A reset instead of FIN would be quicker, but shows up as an error in the log of the probed service.
        socket.destroy();
        resolve(result);
      };
      const abort = (): void => settle(probeResult('critical', `TCP connect ${name}: aborted`));
      socket.on('connect', () => settle(probeResult('passing', `TCP connect ${name}: success`)));
      socket.on('error', (error) => settle(probeResult('critical', `TCP connect ${name}: ${describeFailure(error)}`)));
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort, { once: true });
    });
}
