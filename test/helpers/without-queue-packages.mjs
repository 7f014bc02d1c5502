// For node --import: as where the optional packages of a queue are not installed.
import { register } from "node:module";

const hook = `export function resolve(name, context, next) {
  if (name !== "bullmq" && name !== "ioredis") return next(name, context);
  throw Object.assign(new Error("Cannot find package '" + name + "'"), { code: "ERR_MODULE_NOT_FOUND" });
}`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);
