// The errors that openLog answers with. Neither is ever repaired silently: the operator decides.

/** The log contradicts itself somewhere other than its unsynced tail. */
export class LogCorrupted extends Error {
  override readonly name = 'LogCorrupted';
  readonly file: string;
  readonly offset: number;

  constructor(problem: string, place: { file: string; offset: number }) {
    super(`the write-ahead log is damaged: ${problem} (${place.file}, offset ${place.offset})`);
    this.file = place.file;
    this.offset = place.offset;
  }
}

/** There is no log in the directory: a new member makes one with createLog. */
export class LogMissing extends Error {
  override readonly name = 'LogMissing';
}
