export { conclude, type ValidateOptions, validate } from "./validate.js";
export { isReportFile, picturesOf, writeReport } from "./write-report.js";
