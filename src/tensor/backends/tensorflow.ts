import * as tf from "@tensorflow/tfjs";
import { RespathError } from "../../network/errors.js";
import { withExplicitPadding } from "./explicit-padding.js";
import { locatePackage } from "./locate-package.js";

/** In the order of preference. */
export const TENSORFLOW_PACKAGES = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"] as const;

/**
 * Loads libtensorflow through the user's own tfjs-node-gpu or tfjs-node, whichever is there.
 *
 * @returns the package.
 * @throws RespathError when neither is installed, or it does not load.
 */
export async function registerTensorFlow(): Promise<string> {
  const name = TENSORFLOW_PACKAGES.find((one) => locatePackage(one) !== undefined);
  if (name === undefined) {
    throw new RespathError(
      `the tensorflow backend needs ${TENSORFLOW_PACKAGES[1]} (or -gpu), which is not installed: npm install ${TENSORFLOW_PACKAGES[1]}`,
    );
  }
  try {
    await import(locatePackage(name)!);
  } catch (error) {
    const [reason] = (error as Error).message.split("\n");
    throw new RespathError(`${name} is installed, and does not load: ${reason}`);
  }
  for (const kernel of withExplicitPadding("tensorflow")) {
    tf.unregisterKernel(kernel.kernelName, kernel.backendName);
    tf.registerKernel(kernel);
  }
  return name;
}
