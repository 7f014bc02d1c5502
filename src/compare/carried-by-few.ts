import type { MeanWithError } from "./summary.js";

/**
 * Beyond this relative error r the mean of a positive number tells of its rarest networks: a log-normal mean lies below its theory by
 * more than its 95 % interval with a chance of about 2.5 % + r/4, and not of 2.5 % (docs/statistics.md).
 */
const MOST_RELATIVE_ERROR = 0.1;

/**
 * Whether the mean of a number that is positive, and a product of many factors, is carried by rare networks, so that neither its mean nor
 * its standard error can be trusted: a log-normal law of great spread has most of its mean where no sample of this size has been.
 */
export function isCarriedByFew({ mean, se }: MeanWithError): boolean {
  return se > MOST_RELATIVE_ERROR * Math.abs(mean);
}

export const CARRIED_BY_FEW = "its mean is carried by rare networks, of which there are too few";
