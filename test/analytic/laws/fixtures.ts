import { readFileSync } from "node:fs";

/** [k, P(K = k), P(K ≤ k), P(K > k)], the probabilities as strings of 20 digits. */
export type Entry = readonly [number, string, string, string];

/** One of the tables that scripts/fixtures/path_length_laws.py writes. */
export function readFixture<Row>(name: string): (Row & { readonly entries: readonly Entry[] })[] {
  return JSON.parse(readFileSync(new URL(`../../fixtures/laws-${name}.json`, import.meta.url), "utf8"));
}

/** A Weyl sequence in (0, 1), exact in float64, so that Python builds the same numbers. */
const weyl = (i: number): number => (Number((BigInt(i) * 2654435761n) % 2n ** 32n) + 0.5) / 2 ** 32;

const list = (term: (i: number) => number) => (depth: number) =>
  Array.from({ length: depth }, (_, index) => term(index + 1));

/** The branch fractions behind the fixture of arbitrary profiles. */
export const PROFILES: Readonly<Record<string, (depth: number) => number[]>> = {
  lcg: list(weyl),
  small: list((i) => weyl(i) / 64),
  alternating: list((i) => [0.5, 0.1, 0.9][i % 3]),
  third: list(() => 0.3),
  powers: list((i) => (i % 2 ? 2 ** -((i % 50) + 1) : 1 - 2 ** -((i % 50) + 1))),
};
