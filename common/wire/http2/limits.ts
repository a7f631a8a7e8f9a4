// Every bound of the HTTP/2 engine in one place. Each one exists because of a known way to make a peer work or
// remember without end; the test of the same name attacks it.

import type { Rate } from './token-bucket.ts';

export interface Http2Limits {
  /** Streams that the peer may have open at once (SETTINGS_MAX_CONCURRENT_STREAMS); more are refused. */
  readonly concurrentStreamsMax: number;
  /** One header list, fields counted as RFC 7541 section 4.1 does; beyond it requests get status 431. */
  readonly headerListBytesMax: number;
  /** One header block in its compressed form; beyond it the connection goes (CVE-2024-27316 and its kin). */
  readonly headerBlockBytesMax: number;
  /** CONTINUATION frames of one header block. */
  readonly continuationsMax: number;
  /** RST_STREAM frames for streams still at work: rapid reset, CVE-2023-44487. */
  readonly resets: Rate;
  /** Errors of the peer that concern one stream only, and requests refused for want of a stream. */
  readonly streamErrors: Rate;
  /** SETTINGS, PRIORITY, unknown and empty DATA frames: CVE-2019-9515, -9513, -9518. */
  readonly controlFrames: Rate;
  /** PINGs may come this often while nothing is sent to the peer (grpc-go's keepalive enforcement); 0: always. */
  readonly pingIntervalMinMs: number;
  /** PINGs before their time that are forgiven until something is sent again: CVE-2019-9512. */
  readonly pingStrikesMax: number;
  /** Whether PINGs without open streams count by the same interval (true) or by PING_WITHOUT_STREAMS_MS. */
  readonly pingWithoutStreams: boolean;
  /** Bytes of answers that wait for windows or the socket; beyond it no stream may queue more. */
  readonly unsentBytesMax: number;
  /** Bytes of frames outside flow control that wait for a socket that does not drain: CVE-2019-9517. */
  readonly controlBytesMax: number;
  /** What the peer may send unasked: on one stream (SETTINGS_INITIAL_WINDOW_SIZE), and on all together. */
  readonly streamWindow: number;
  readonly connectionWindow: number;
}

/** grpc-go's defaultPingTimeout: the interval owed by a client without streams when it may not ping without them. */
export const PING_WITHOUT_STREAMS_MS: number = 2 * 60 * 60 * 1000;

export const serverLimits: Http2Limits = {
  concurrentStreamsMax: 4096,
  headerListBytesMax: 64 * 1024,
  headerBlockBytesMax: 64 * 1024,
  continuationsMax: 16,
  // A client whose deadlines all pass at once resets every stream it has: that is allowed once, not for ever.
  resets: { burst: 8192, perSecond: 500 },
  streamErrors: { burst: 8192, perSecond: 500 },
  controlFrames: { burst: 10_000, perSecond: 1000 },
  pingIntervalMinMs: 5000,
  pingStrikesMax: 2,
  pingWithoutStreams: true,
  unsentBytesMax: 64 * 1024 * 1024,
  controlBytesMax: 1024 * 1024,
  streamWindow: 1024 * 1024,
  connectionWindow: 16 * 1024 * 1024,
};

/** A client chose its server: pings are free, windows are wide, streams the other way do not exist. */
export const clientLimits: Http2Limits = {
  ...serverLimits,
  concurrentStreamsMax: 0,
  headerListBytesMax: 256 * 1024,
  headerBlockBytesMax: 256 * 1024,
  continuationsMax: 64,
  pingIntervalMinMs: 0,
  streamWindow: 8 * 1024 * 1024,
  connectionWindow: 64 * 1024 * 1024,
};
