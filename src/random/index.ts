export { fillNormal, nextNormal, ZIGGURAT_TABLES } from "./normal.js";
export {
  openStream,
  type RandomStream,
  type ResumableStream,
  resumeStream,
  type StreamKey,
  streamState,
} from "./stream.js";
