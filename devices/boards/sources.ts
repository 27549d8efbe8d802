import { type BoardParts, converted_V } from './parts.js';
import type { BoardProfile } from './profile.js';

/**
 * What a drive asks of every source and nudge, V: +x and −x of each input, the bias rails, the nudges; 0 of what is not given.
 * @returns [sources + outputs]
 */
export function askedSources_V(
  profile: BoardProfile,
  drive: { readonly inputs_mV: ArrayLike<number>; readonly nudges_mV?: ArrayLike<number> },
): Float64Array {
  const { inputs, sources, outputs, bias_V } = profile;
  const { inputs_mV, nudges_mV = [] } = drive;
  const asked_V = new Float64Array(sources + outputs);
  for (let i = 0; i < inputs; i++) {
    asked_V[2 * i] = (inputs_mV[i] ?? 0) / 1000;
    asked_V[2 * i + 1] = -asked_V[2 * i];
  }
  asked_V[sources - 2] = bias_V;
  asked_V[sources - 1] = -bias_V;
  for (let k = 0; k < outputs; k++) asked_V[sources + k] = (nudges_mV[k] ?? 0) / 1000;
  return asked_V;
}

/** What sources and nudges of a board are where so much is asked of them, V. Both [sources + outputs] */
export function drivenSources_V(parts: BoardParts, asked_V: Float64Array): Float64Array {
  const { profile, sources, nudges } = parts;
  return asked_V.map((v, s) =>
    converted_V(s < profile.sources ? sources[s] : nudges[s - profile.sources], v, profile.middle_V),
  );
}
