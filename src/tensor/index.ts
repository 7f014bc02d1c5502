export { BACKENDS, type BackendName, startTensors, tf } from "./backend.js";
