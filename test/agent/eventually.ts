// Waiting for a condition with a deadline, for tests of real processes and files.

const POLL_MS = 20;

/** Resolves with the first result that is neither undefined nor false; rejects after `deadlineMs` with what was awaited. */
export async function eventually<T>(
  what: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  deadlineMs = 10_000,
): Promise<T> {
  const endMs = performance.now() + deadlineMs;
  let lastError: unknown;
  while (performance.now() < endMs) {
    try {
      const result = await probe();
      if (result !== undefined && result !== false) return result;
    } catch (error) {
      lastError = error;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`not within ${deadlineMs} ms: ${what}`, { cause: lastError });
}
