// What the responder counts: plain numbers, read by whoever exposes them. They only grow, but for the gauges at the
// end.

export interface DnsStats {
  udpQueries: number;
  tcpQueries: number;
  /** By what went into the header; BADVERS counts under `other`. */
  readonly responses: {
    noerror: number;
    formerr: number;
    servfail: number;
    nxdomain: number;
    notimp: number;
    refused: number;
    other: number;
  };
  /** NOERROR without an answer. */
  nodata: number;
  /** Messages that deserved no answer at all. */
  dropped: number;
  truncated: number;
  cacheHits: number;
  cacheMisses: number;
  /** Answers from the last known state while the cluster was away. */
  stale: number;
  udpSendErrors: number;
  tcpAccepted: number;
  /** Connections closed because there were too many, and those that sent something that is no DNS. */
  tcpEvicted: number;
  tcpBroken: number;
  /** Registry values that could not be read, each writing of one counted once. */
  unreadableValues: number;
  /** Gauge. */
  tcpConnections: number;
}

export function createStats(): DnsStats {
  return {
    udpQueries: 0,
    tcpQueries: 0,
    responses: { noerror: 0, formerr: 0, servfail: 0, nxdomain: 0, notimp: 0, refused: 0, other: 0 },
    nodata: 0,
    dropped: 0,
    truncated: 0,
    cacheHits: 0,
    cacheMisses: 0,
    stale: 0,
    udpSendErrors: 0,
    tcpAccepted: 0,
    tcpEvicted: 0,
    tcpBroken: 0,
    unreadableValues: 0,
    tcpConnections: 0,
  };
}

const rcodeNames = ['noerror', 'formerr', 'servfail', 'nxdomain', 'notimp', 'refused'] as const;

export function countResponse(stats: DnsStats, rcode: number): void {
  stats.responses[rcodeNames[rcode] ?? 'other']++;
}
