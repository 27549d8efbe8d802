import { inputError } from '../../core/errors.js';
import { nearestWord } from '../../core/nearest.js';
import { exponentialPresets } from './exponential-presets.js';
import { linearCells, type PulseModel } from './pulse-model.js';
import { weightPresets } from './weight-presets.js';

/** Every published cell, by `material-author`, and the even one that comparisons start from. */
export const pulsePresets: readonly PulseModel[] = [
  { ...linearCells(), name: 'linear' },
  ...exponentialPresets,
  ...weightPresets,
];

/** A preset by name. Throws `pulse.unknown-preset`, exit code 2. */
export function pulsePreset(name: string): PulseModel {
  const found = pulsePresets.find((preset) => preset.name === name);
  if (found !== undefined) return found;
  const names = pulsePresets.map((preset) => preset.name);
  const near = nearestWord(name, names);
  throw inputError(
    'pulse.unknown-preset',
    `cells "${name}" are not known${near === undefined ? '' : `; did you mean ${near}?`} Known: ${names.join(', ')}, or table:FILE.csv`,
  );
}
