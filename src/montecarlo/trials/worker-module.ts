/** The module that does a trial in a thread; in a file of its own, which stays where it is when what uses it is bundled. */
export const TRIAL_WORKER = new URL("./trial-worker.js", import.meta.url);
