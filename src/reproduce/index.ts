export { conclude, type ValidateOptions, validate } from "./validate.js";
export { picturesOf, writeReport } from "./write-report.js";
