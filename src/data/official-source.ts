import { createHash } from "node:crypto";
import { reasonOf } from "../system/write-file.js";
import type { ArchiveLayout } from "./archive-layout.js";
import type { StageOptions } from "./local-source.js";
import { unpack } from "./unpack.js";

/** Where the author of the data sets publishes an archive. */
export function officialUrl({ archive }: ArchiveLayout): string {
  return `https://www.cs.toronto.edu/~kriz/${archive}`;
}

/** How long to wait for the server's answer, and between two pieces of the file. */
const ANSWER_TIMEOUT_MS = 8_000;
const STALL_TIMEOUT_MS = 30_000;

export interface OfficialOptions extends StageOptions {
  readonly url: string;
}

/**
 * Downloads the official archive and unpacks it while it arrives.
 *
 * @throws Error when the host does not answer, the transfer stalls or the archive's md5 is wrong.
 */
export async function stageOfficial(options: OfficialOptions): Promise<void> {
  const { url, layout, staging, onProgress, signal } = options;
  const timeout = new AbortController();
  let timer = setTimeout(
    () => timeout.abort(new Error(`no answer within ${ANSWER_TIMEOUT_MS / 1000} s`)),
    ANSWER_TIMEOUT_MS,
  );
  try {
    const response = await fetch(url, {
      signal: signal ? AbortSignal.any([signal, timeout.signal]) : timeout.signal,
    });
    if (!response.ok || !response.body) throw new Error(`the server answers ${response.status}`);
    clearTimeout(timer);
    timer = setTimeout(
      () => timeout.abort(new Error(`nothing received for ${STALL_TIMEOUT_MS / 1000} s`)),
      STALL_TIMEOUT_MS,
    );

    const total = Number(response.headers.get("content-length"));
    const md5 = createHash("md5");
    let received = 0;
    await unpack({
      archive: response.body,
      directory: staging,
      wanted: new Set(layout.files.map((file) => file.name)),
      onChunk: (chunk) => {
        timer.refresh();
        md5.update(chunk);
        received += chunk.length;
        onProgress(total > 0 ? Math.min(0.9, (0.9 * received) / total) : 0, "downloading");
      },
      signal,
    });
    const digest = md5.digest("hex");
    if (digest !== layout.archiveMd5) {
      throw new Error(`the archive has md5 ${digest}, expected ${layout.archiveMd5}`);
    }
  } finally {
    clearTimeout(timer);
    // Closes a connection whose answer was not read to its end.
    timeout.abort();
  }
}

/** fetch() says "fetch failed" and keeps the reason in `cause`. */
export function networkReason(error: unknown): string {
  const cause = error instanceof Error && error.cause ? error.cause : error;
  const code = (cause as NodeJS.ErrnoException).code;
  const known: Record<string, string> = {
    ENOTFOUND: "the host's name cannot be resolved",
    EAI_AGAIN: "the host's name cannot be resolved",
    ECONNREFUSED: "the connection is refused",
    ECONNRESET: "the connection was cut",
    UND_ERR_SOCKET: "the connection was cut",
    E404: "no such package in the registry",
  };
  return (code && known[code]) || reasonOf(cause);
}
