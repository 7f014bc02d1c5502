// Loaded before the command line (`node --import`): a disk on which only so many bytes fit. What is too much is written in part and
// then refused, as a system does. Standard output and error are no files.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

let left = Number(process.env.SMALL_DISK_BYTES);
const full = () =>
  Object.assign(new Error("ENOSPC: no space left on device, write"), {
    code: "ENOSPC",
    errno: -28,
    syscall: "write",
  });
const bytesOf = (data) =>
  typeof data === "string"
    ? Buffer.from(data)
    : Buffer.from(data.buffer ?? data, data.byteOffset, data.byteLength);

/** What of some bytes fits. */
function fitting(bytes) {
  const part = bytes.subarray(0, left);
  left -= part.length;
  return part;
}

const file = await fs.promises.open(process.execPath);
const handle = Object.getPrototypeOf(file);
await file.close();
for (const name of ["writeFile", "appendFile"]) {
  const original = handle[name];
  handle[name] = async function (data, ...rest) {
    const bytes = bytesOf(data);
    const part = fitting(bytes);
    await original.call(this, part, ...rest);
    if (part.length < bytes.length) throw full();
  };
}
const write = handle.write;
handle.write = async function (data, offset = 0, length = data.byteLength - offset, position = null) {
  const bytes = bytesOf(data).subarray(offset, offset + length);
  const part = fitting(bytes);
  if (part.length === 0 && bytes.length > 0) throw full();
  // As a system does, the part that fits is written and said to have been.
  return write.call(this, part, 0, part.length, position);
};
const writeSync = fs.writeSync;
fs.writeSync = (fd, data, ...rest) => {
  if (fd <= 2) return writeSync(fd, data, ...rest);
  const bytes = bytesOf(data);
  const part = fitting(bytes);
  if (part.length === 0 && bytes.length > 0) throw full();
  return writeSync(fd, part);
};
syncBuiltinESMExports();
