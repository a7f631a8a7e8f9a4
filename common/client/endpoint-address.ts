// Reads `--endpoints`: `http://host:port` or `host:port`, comma-separated or as a list. Says which entry is wrong and why.

import { formatHostPort, parseHostPort } from '../config/host-port.ts';
import { UsageError } from '../runtime/role.ts';

export interface EndpointAddress {
  readonly host: string;
  readonly port: number;
  /** Normalised, as shown to people: `http://127.0.0.1:2379`. */
  readonly url: string;
  /** `host:port`, IPv6 in brackets: gRPC's `:authority`. */
  readonly authority: string;
}

/** More than any cluster has members; a longer list is a mistake. */
const endpointsMax = 64;

/** At least one endpoint, duplicates removed, order kept. Throws UsageError. */
export function parseEndpoints(endpoints: string | readonly string[]): readonly EndpointAddress[] {
  const texts = (typeof endpoints === 'string' ? [endpoints] : endpoints)
    .flatMap((entry) => entry.split(','))
    .map((text) => text.trim())
    .filter((text) => text !== '');
  if (texts.length === 0) throw new UsageError('endpoints: the list is empty');
  const byUrl = new Map<string, EndpointAddress>();
  for (const text of texts) {
    const address = parseEndpoint(text);
    byUrl.set(address.url, address);
  }
  if (byUrl.size > endpointsMax) {
    throw new UsageError(`endpoints: ${byUrl.size} entries are more than the ${endpointsMax} allowed`);
  }
  return [...byUrl.values()];
}

export function parseEndpoint(text: string): EndpointAddress {
  const match = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):\/\/)?([^/]*)(\/?)$/.exec(text);
  if (match === null) throw new UsageError(`endpoint "${text}": a path is not allowed, write http://host:port`);
  const scheme = match[1]?.toLowerCase() ?? 'http';
  if (scheme === 'https') throw new UsageError(`endpoint "${text}": TLS is not supported yet, use http://`);
  if (scheme !== 'http') {
    throw new UsageError(`endpoint "${text}": the scheme "${scheme}" is not supported, use http://`);
  }
  const hostPort = parseHostPort(match[2]!);
  if (hostPort === undefined || hostPort.host === '' || hostPort.port === 0) {
    throw new UsageError(`endpoint "${text}": expected host:port with a port from 1 to 65535`);
  }
  const authority = formatHostPort(hostPort);
  return { host: hostPort.host, port: hostPort.port, url: `http://${authority}`, authority };
}
