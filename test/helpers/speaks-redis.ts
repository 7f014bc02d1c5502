import { createServer, type Server, type Socket } from "node:net";

/** What a server of Redis' protocol says of itself (INFO), and what else it answers, by command. */
export interface Spoken {
  readonly info: Readonly<Record<string, string>>;
  /** Whole replies, such as -ERR no; +OK to what is not here. */
  readonly replies?: Readonly<Record<string, string>>;
}

/** A server on loopback that answers as a Redis of some version and kind would. @returns its port. */
export async function speakRedis({ info, replies = {} }: Spoken): Promise<{ server: Server; port: number }> {
  const text = Object.entries(info)
    .map(([name, value]) => `${name}:${value}\r\n`)
    .join("");
  const all: Readonly<Record<string, string>> = {
    INFO: bulk(text),
    PING: "+PONG",
    GETRANGE: bulk(""),
    ...replies,
  };
  const server = createServer((socket) => answer(socket, all));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, port: (server.address() as { port: number }).port };
}

function bulk(text: string): string {
  return `$${Buffer.byteLength(text)}\r\n${text}`;
}

/** A command is an array of strings: *2, $4, AUTH, $6, secret. */
function answer(socket: Socket, replies: Readonly<Record<string, string>>): void {
  let lines: string[] = [];
  socket.on("error", () => {});
  socket.on("data", (part) => {
    lines = `${lines.join("\r\n")}${part}`.split("\r\n");
    while (lines.length > 1) {
      const size = 1 + 2 * Number(lines[0].slice(1));
      if (lines.length <= size) return;
      const [, , name] = lines.splice(0, size);
      socket.write(`${replies[name.toUpperCase()] ?? "+OK"}\r\n`);
    }
  });
}
