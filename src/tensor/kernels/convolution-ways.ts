import type { ConvolutionKernel } from "./convolution-geometry.js";
import type { KernelFunctions } from "./kernel-functions.js";

/** The functions of assembly/ for a convolution or one of its gradients. */
interface ConvolutionWay {
  /** Floats of scratch memory that the convolution described takes. */
  scratch(run: KernelFunctions): number;
  /** @param accumulate whether the result is added to what is there. */
  call(run: KernelFunctions, at: ConvolutionPointers, accumulate: boolean): void;
}

/** To the two operands, the result and scratch memory. */
type ConvolutionPointers = readonly [number, number, number, number];

type ConvolutionWays = Readonly<Record<ConvolutionKernel, ConvolutionWay>>;

const plainScratch = (run: KernelFunctions) => run.convolutionScratch();

/** Sums of products; nothing accumulates. */
export const PLAIN: ConvolutionWays = {
  conv2d: { scratch: plainScratch, call: (run, at) => run.conv2d(...at) },
  conv2dBackpropInput: { scratch: plainScratch, call: (run, at) => run.conv2dBackpropInput(...at) },
  conv2dBackpropFilter: { scratch: plainScratch, call: (run, at) => run.conv2dBackpropFilter(...at) },
};

const gatheringScratch = (run: KernelFunctions) => run.pointwiseScratch();

/** Sums of products on gathered pixels (pointwise.ts); the gradient by the input accumulates. */
export const GATHERING: ConvolutionWays = {
  conv2d: { scratch: gatheringScratch, call: (run, at) => run.conv2dPointwise(...at) },
  conv2dBackpropInput: {
    scratch: gatheringScratch,
    call: (run, at, accumulate) => run.conv2dBackpropInputPointwise(...at, Number(accumulate)),
  },
  conv2dBackpropFilter: {
    scratch: gatheringScratch,
    call: (run, at) => run.conv2dBackpropFilterPointwise(...at),
  },
};

/** Winograd's (winograd.ts); nothing accumulates. */
export const WINOGRAD: ConvolutionWays = {
  conv2d: { scratch: (run) => run.winogradScratch(), call: (run, at) => run.conv2dWinograd(...at) },
  conv2dBackpropInput: {
    scratch: (run) => run.winogradScratch(),
    call: (run, at) => run.conv2dBackpropInputWinograd(...at),
  },
  conv2dBackpropFilter: {
    scratch: (run) => run.conv2dBackpropFilterWinogradScratch(),
    call: (run, at) => run.conv2dBackpropFilterWinograd(...at),
  },
};
