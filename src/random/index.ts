export { fillNormal, nextNormal } from "./normal.js";
export { openStream, type RandomStream, type StreamKey } from "./stream.js";
