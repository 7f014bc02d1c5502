/**
 * The numbers of documents. JSON has none that is not finite: where a type allows for it, null stands for it in a document that
 * was read.
 */

/**
 * A whole number of at least 1.
 *
 * @asType integer
 * @minimum 1
 */
export type Count = number;

/**
 * A whole number of at least 0.
 *
 * @asType integer
 * @minimum 0
 */
export type Natural = number;

/**
 * A number of at least 0.
 *
 * @minimum 0
 */
export type Magnitude = number;

/**
 * A number from 0 to 1.
 *
 * @minimum 0
 * @maximum 1
 */
export type Share = number;

/**
 * A number; null in JSON where it is not finite.
 *
 * @nullable
 */
export type PerhapsNumber = number;

/**
 * A number of at least 0, such as a variance; null in JSON where it is not finite.
 *
 * @minimum 0
 * @nullable
 */
export type PerhapsMagnitude = number;

/**
 * Numbers by block, or by what the field says; null in JSON where one is not finite.
 *
 * @minItems 1
 */
export type Series = readonly PerhapsNumber[];

/**
 * Magnitudes by block, or by what the field says; null in JSON where one is not finite.
 *
 * @minItems 1
 */
export type Magnitudes = readonly PerhapsMagnitude[];

/**
 * What a document's fields are: absent is the first format, 1. A greater number than that of its kind is of a newer version of
 * respath.
 */
export type DocumentFormat = 1;

/** The format of samples of every kind, which since 2 say in one record which networks were drawn, and since 3 have margins. */
export type SampleFormat = 3;

/** The format of validations, whose verdicts since 2 are by margins. */
export type ValidationFormat = 2;
