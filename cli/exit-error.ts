// How a verb fails: a message for stderr and etcdctl's exit code (etcdctl/README.md, "Exit codes"), since scripts
// branch on it.

export const exitCodes = {
  error: 1,
  badConnection: 2,
  /** What came over stdin makes no sense. */
  invalidInput: 3,
  /** A valid flag with an unsupported value. */
  badFeature: 4,
  interrupted: 5,
  io: 6,
  badArgs: 128,
} as const;

export class ExitError extends Error {
  override readonly name = 'ExitError';
  readonly exitCode: number;

  constructor(exitCode: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

export function badArgs(message: string): ExitError {
  return new ExitError(exitCodes.badArgs, message);
}

/** Runs a call; what it rejects with becomes an ExitError of this code. */
export async function orExit<T>(call: Promise<T> | T, exitCode: number = exitCodes.error, prefix = ''): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ExitError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new ExitError(exitCode, prefix === '' ? message : `${prefix} (${message})`, { cause: error });
  }
}
