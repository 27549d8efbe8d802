import { inputError, nearestWord, Registry } from '../../../core/index.js';
import { exponentialPresets } from './exponential-presets.js';
import { linearCells, type PulseModel } from './pulse-model.js';
import { weightPresets } from './weight-presets.js';

const published: readonly PulseModel[] = [
  { ...linearCells(), name: 'linear' },
  ...exponentialPresets,
  ...weightPresets,
];

/** Cells by `material-author`, with those that are in use from elsewhere. */
export const pulseModels = new Registry<PulseModel>(
  'cell',
  Object.fromEntries(published.map((model) => [model.name, model])),
);

/** Every published cell, and the even one that comparisons start from. */
export const pulsePresets: readonly PulseModel[] = pulseModels.entries;

/**
 * A preset by name. Throws `pulse.unknown-preset`, exit code 2.
 * @param others names that would do as well where this is asked
 */
export function pulsePreset(name: string, others: readonly string[] = []): PulseModel {
  const found = pulseModels.get(name);
  if (found !== undefined) return found;
  const names = [...pulsePresets.map((preset) => preset.name), ...others];
  const near = nearestWord(name, names);
  throw inputError(
    'pulse.unknown-preset',
    `cells "${name}" are not known${near === undefined ? '.' : `; did you mean ${near}?`} Known: ${names.join(', ')}, FILE.cell.json, or table:FILE.csv`,
  );
}
