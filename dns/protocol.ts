// Numbers of the DNS that we speak, by their IANA names.

export const RecordType = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  HINFO: 13,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  OPT: 41,
  IXFR: 251,
  AXFR: 252,
  ANY: 255,
} as const;

export const Rcode = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  /** RFC 6891 section 6.1.3; the upper eight of these twelve bits travel in the OPT record. */
  BADVERS: 16,
} as const;
export type Rcode = (typeof Rcode)[keyof typeof Rcode];

export const classIn = 1;

/** Extended DNS errors (RFC 8914), the few that apply here. */
export const ExtendedError = {
  STALE_ANSWER: 3,
  NOT_READY: 14,
  NOT_AUTHORITATIVE: 20,
  NO_REACHABLE_AUTHORITY: 22,
} as const;
export type ExtendedError = (typeof ExtendedError)[keyof typeof ExtendedError];

export const headerOctets = 12;

/** Octets of a message without EDNS over UDP (RFC 1035 section 2.3.4). */
export const plainUdpOctetsMax = 512;

/** What the length field of a message over TCP can say (RFC 1035 section 4.2.2). */
export const tcpOctetsMax = 65_535;
