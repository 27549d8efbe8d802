/**
 * How a data set is presented to a device and how its outputs are read: plain data, proposed by the device
 * through `DeviceInfo`, overridable by the configuration, carried out by `learning/coding.ts`.
 */
export interface Coding {
  readonly input: InputCoding;
  readonly target: TargetCoding;
  readonly readOut: ReadOut;
}

/**
 * Features to inputs. Both forms are affine and per feature. With `bits`, inputs are driven by converters: the nearest of 2^bits
 * evenly spaced values from low to high, both included.
 */
export type InputCoding =
  /** The feature's range in the data set is mapped to [low, high]. */
  (
    | { readonly scale: 'range'; readonly low: number; readonly high: number }
    /** The feature's z-score over the training set, clipped at ±`clipSigma`, is mapped to [low, high]. */
    | { readonly scale: 'z-score'; readonly clipSigma: number; readonly low: number; readonly high: number }
  ) & { readonly bits?: number };

/** Labels to target states of the output nodes. */
export type TargetCoding =
  /** One output a class: `on` for the label's, `off` for the others. */
  | { readonly kind: 'one-hot'; readonly off: number; readonly on: number }
  /** One output for two classes: `off` for label 0, `on` for label 1. */
  | { readonly kind: 'sign'; readonly off: number; readonly on: number }
  /** Two outputs for two classes, whose difference carries the answer: ±(on − off)/2 around their middle. */
  | { readonly kind: 'difference'; readonly off: number; readonly on: number }
  /** Two outputs a class, 2k and 2k + 1, whose difference is `on` for the label's and `off` for the others. */
  | { readonly kind: 'pairs'; readonly off: number; readonly on: number }
  /** One output a number: its range in the training data from `off` to `on`. */
  | { readonly kind: 'value'; readonly off: number; readonly on: number }
  /** One output a feature, as many as inputs: the class's own pattern, its features from `off` to `on`. */
  | { readonly kind: 'pattern'; readonly off: number; readonly on: number };

/**
 * Outputs to a class: the largest; whether the only one is past the middle of `off` and `on`; which of two is higher; the pair whose
 * difference is largest; the class whose pattern is nearest; or no class but the numbers themselves.
 */
export type ReadOut = 'arg-max' | 'sign' | 'difference' | 'pairs' | 'pattern' | 'value';
