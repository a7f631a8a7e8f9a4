// Names of the log's files. A segment is <sequence>-<first index>.log in hexadecimal: the sequence orders the
// segments, the first index is for people. It is written as .tmp and renamed once synced, so a .log file always has its
// header. What a repair cut off is kept as <segment>.broken.

export interface SegmentName {
  readonly file: string;
  readonly sequence: number;
}

const namePattern = /^([0-9a-f]{16})-([0-9a-f]{16})\.log$/;

export const brokenSuffix = '.broken';
export const temporarySegmentFile = 'next-segment.tmp';

export function segmentFile(sequence: number, firstIndex: number): string {
  return `${hex(sequence)}-${hex(firstIndex)}.log`;
}

/** The segments among the names, by sequence; other names are not ours to judge. */
export function segmentsOf(names: readonly string[]): SegmentName[] {
  const segments: SegmentName[] = [];
  for (const file of names) {
    const match = namePattern.exec(file);
    if (match !== null) segments.push({ file, sequence: Number.parseInt(match[1]!, 16) });
  }
  return segments.sort((a, b) => a.sequence - b.sequence);
}

function hex(value: number): string {
  return value.toString(16).padStart(16, '0');
}
