/**
 * Lets the program outlive the readers of its streams. Whatever becomes of standard error, work goes on: its lines are for a
 * person, and no result needs them. Those of worker threads go this way, too.
 */
export function guardStreams(): void {
  process.stderr.on("error", () => {});
  // Anything else is said by whoever was writing (print).
  process.stdout.on("error", endIfUnread);
}

/** Ends the program where the reader of a pipe went away (`| head`): nothing is wrong, and nothing more is wanted. */
export function endIfUnread(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit(0);
}
