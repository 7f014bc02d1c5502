import { check } from "../../network/checks/compiled/sweep-spec.js";
import { type Complaint, complaintOf, sentenceOf } from "../../network/checks/complaint.js";
import { type LocatedYaml, readYaml, type SpecPath } from "./located-yaml.js";
import { SpecError } from "./spec-error.js";
import type { SweepSpec } from "./sweep-spec.js";

const AXIS = "a list, a range {from, to, step} or powers {powers, from, to, step}";

/** A sweep's file, of which every value has its place. */
export interface ReadSpec extends Pick<LocatedYaml, "placeOf"> {
  readonly spec: SweepSpec;
}

/**
 * Reads sweep.yaml, or the same as JSON; its names and values are the vocabulary's to check (`checkSpec`).
 *
 * @param source what messages call it.
 * @throws SpecError naming the line.
 */
export function readSpec(text: string, source: string): ReadSpec {
  const { value, placeOf } = readYaml(text, source);
  const complaint = complaintOf(check, value ?? {});
  if (complaint) throw new SpecError(placeOf(pathOf(complaint)), sentenceOf(inWords(complaint), "the file"));
  return { spec: value as SweepSpec, placeOf };
}

/** What an axis may be, which is one of three things, in fewer words. */
function inWords(complaint: Complaint): Complaint {
  const isAxis = complaint.kind === "wrong" && /(^|\.)grid\.[^.[]+$/.test(complaint.path);
  return isAxis ? { ...complaint, allowed: AXIS } : complaint;
}

/** `when[0].grid.lr` as ["when", 0, "grid", "lr"], and of a field that is none its own. */
function pathOf({ path, kind, value }: Complaint): SpecPath {
  const steps = [...path.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([name, index]) =>
    index === undefined ? name : Number(index),
  );
  return kind === "unknown" ? [...steps, String(value)] : steps;
}
