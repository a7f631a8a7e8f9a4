// Splits the events of one answer so that no part is larger than the request limit (WatchCreateRequest.fragment).

import { Event } from '../../common/api/generated/messages.ts';
import { delimitedSize } from '../../common/wire/protobuf/wire.ts';

/** What an answer holds besides its events, at most: header (four numbers), watch id, flags. */
const answerOverheadBytes = 64;

/** At least one part; each holds at least one event, so a single huge event stays whole. */
export function splitEvents(events: Event[], bytesMax: number): Event[][] {
  const parts: Event[][] = [];
  let part: Event[] = [];
  let bytes = answerOverheadBytes;
  for (const event of events) {
    // With its one-byte tag and its length, as it stands in the answer.
    const size = 1 + delimitedSize(Event.size(event));
    if (part.length > 0 && bytes + size > bytesMax) {
      parts.push(part);
      part = [];
      bytes = answerOverheadBytes;
    }
    part.push(event);
    bytes += size;
  }
  parts.push(part);
  return parts;
}
