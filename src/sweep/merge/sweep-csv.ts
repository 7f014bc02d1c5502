import { stringify } from "csv-stringify/sync";
import { SEED_OPTION, type SweepDocument } from "../../network/documents/sweep.js";

/** A sweep as a tidy table in CSV: a row a run, a column for each axis and each measure; what a run does not have is empty. */
export function sweepCsv({ axes, cells }: SweepDocument): string {
  const others = axes.filter((axis) => axis !== SEED_OPTION);
  const runs = cells.flatMap((cell) => cell.runs);
  const measures = [...new Set(runs.flatMap((run) => Object.keys(run.measures)))];
  const errors = measures.filter((name) => runs.some((run) => run.errors?.[name] !== undefined));
  const columns = [
    ...["id", ...others, SEED_OPTION, "status", "outcome"],
    ...measures.flatMap((name) => [name, ...(errors.includes(name) ? [`${name}, standard error`] : [])]),
  ];
  const rows = cells.flatMap(({ at, runs: ofCell }) =>
    ofCell.map((run) => [
      ...[run.id, ...others.map((axis) => at[axis]), run.seed, run.status, run.outcome],
      ...measures.flatMap((name) => [
        run.measures[name],
        ...(errors.includes(name) ? [run.errors?.[name]] : []),
      ]),
    ]),
  );
  return stringify([columns, ...rows], { cast: { boolean: String } });
}
