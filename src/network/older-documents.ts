/** Documents of respath as they once were, which are read as what is written now. */

type Json = Readonly<Record<string, unknown>>;

/** A document of a kind that is no longer written, and those in a validation, as they are written now; others as they are. */
export function currentDocument(value: unknown): unknown {
  if (!isObject(value)) return value;
  if (value.kind === "convolutional-sample") return varianceSampleOf(value);
  if (value.kind !== "validation" || !isObject(value.documents)) return value;
  const documents = Object.entries(value.documents).map(([name, one]) => [name, currentDocument(one)]);
  return { ...value, documents: Object.fromEntries(documents) };
}

/** A convolutional sample: ReLU networks on images, whose prediction held the share of a kernel's taps inside the map. */
function varianceSampleOf({ channels, predicted, ...sample }: Json): Json {
  const { paddingFactor: _, ...series } = isObject(predicted) ? predicted : {};
  return {
    ...sample,
    kind: "variance-sample",
    activation: "relu",
    width: channels,
    attribution: "covariance",
    predicted: isObject(predicted) ? series : predicted,
  };
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
