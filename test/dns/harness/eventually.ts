// Waiting for a condition, with a deadline instead of a guess.

const deadlineMs = 20_000;
const pauseMs = 20;

/** Resolves once `condition` gives true; an exception of it counts as not yet. Rejects with `what` after 20 s. */
export async function eventually(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const start = performance.now();
  let last: unknown;
  for (;;) {
    try {
      if (await condition()) return;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() - start > deadlineMs) throw new Error(`not in ${deadlineMs} ms: ${what}`, { cause: last });
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
