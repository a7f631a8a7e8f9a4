// What the peer has announced (RFC 9113 section 6.5.2), checked.

import { ConnectionError, ErrorCode } from './error-code.ts';
import {
  DEFAULT_FRAME_BYTES_MAX,
  DEFAULT_WINDOW,
  FRAME_BYTES_LIMIT,
  readUint32,
  Setting,
  WINDOW_MAX,
} from './frame.ts';
import { DEFAULT_TABLE_BYTES } from './hpack-table.ts';

export class PeerSettings {
  headerTableBytes = DEFAULT_TABLE_BYTES;
  concurrentStreamsMax = Number.POSITIVE_INFINITY;
  initialWindow = DEFAULT_WINDOW;
  frameBytesMax = DEFAULT_FRAME_BYTES_MAX;
  /** The smallest table that was asked for since the last `takeHeaderTableLow`. */
  headerTableLow = DEFAULT_TABLE_BYTES;

  /** Applies the payload of one SETTINGS frame, in order; the last value of a setting counts, unknown ones do not. */
  apply(source: Uint8Array, start: number, end: number, peerIsServer: boolean): void {
    this.headerTableLow = this.headerTableBytes;
    for (let at = start; at < end; at += 6) {
      this.#set((source[at]! << 8) | source[at + 1]!, readUint32(source, at + 2), peerIsServer);
    }
  }

  #set(id: number, value: number, peerIsServer: boolean): void {
    switch (id) {
      case Setting.HEADER_TABLE_SIZE:
        this.headerTableBytes = value;
        this.headerTableLow = Math.min(this.headerTableLow, value);
        return;
      case Setting.ENABLE_PUSH:
        // Section 6.5.2: a server may not ask for pushes.
        if (value > 1 || (peerIsServer && value === 1)) throw invalid(ErrorCode.PROTOCOL_ERROR, 'ENABLE_PUSH', value);
        return;
      case Setting.MAX_CONCURRENT_STREAMS:
        this.concurrentStreamsMax = value;
        return;
      case Setting.INITIAL_WINDOW_SIZE:
        if (value > WINDOW_MAX) throw invalid(ErrorCode.FLOW_CONTROL_ERROR, 'INITIAL_WINDOW_SIZE', value);
        this.initialWindow = value;
        return;
      case Setting.MAX_FRAME_SIZE:
        if (value < DEFAULT_FRAME_BYTES_MAX || value > FRAME_BYTES_LIMIT) {
          throw invalid(ErrorCode.PROTOCOL_ERROR, 'MAX_FRAME_SIZE', value);
        }
        this.frameBytesMax = value;
        return;
      default:
    }
  }
}

function invalid(code: ErrorCode, name: string, value: number): ConnectionError {
  return new ConnectionError(code, `SETTINGS_${name} may not be ${value}`);
}
