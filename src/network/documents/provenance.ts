import type { Magnitude } from "./numbers.js";

/** What made a document. */
export interface Provenance {
  readonly version: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly created: string;
  readonly wallSeconds: Magnitude;
  readonly node: string;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly platform: string };
  readonly backend?: string;
}
