import { SMALL_WINDOW } from '../../calibration/cell-files/index.js';
import { policyName } from '../../devices/cells/policies/index.js';
import type { PulseModel } from '../../devices/cells/pulse/index.js';
import type { CellsConfig } from '../schema/index.js';

/**
 * What a person should know of the cells asked for before training on them: a window that nobody measured, a policy's
 * old name, shares that look like percentages. To be told once, and kept in the manifest.
 * @param published the cells as their source has them
 * @param window g_max/g_min asked for over their own
 */
export function cellWarnings(
  config: CellsConfig,
  published: PulseModel,
  window: number | undefined,
): string[] {
  return [
    ...windowWarnings(config, published, window),
    ...smallWindow(config, published, window),
    ...formerName(config),
    ...percentages(config),
  ];
}

function windowWarnings({ model }: CellsConfig, published: PulseModel, window: number | undefined): string[] {
  if (model === 'linear') return [];
  const { name, g_min_S, g_max_S, rangeMeasured, windowPublished = false } = published;
  const own = g_max_S / g_min_S;
  const known = rangeMeasured || windowPublished;
  if (window === undefined) {
    return known
      ? []
      : [
          `cells ${name}: its source gives no absolute conductances; ${own.toPrecision(3)} is assumed for g_max/g_min`,
        ];
  }
  if (!known || Math.abs(window / own - 1) <= 1e-3) return [];
  return [
    `cells ${name}: a window of ${window} is not what was measured (${own.toPrecision(3)}); steps are scaled to it`,
  ];
}

/** Learning in single cells fails where the largest conductance is but a few times the least. */
function smallWindow(
  { model, pairing }: CellsConfig,
  { name, g_min_S, g_max_S }: PulseModel,
  window = g_max_S / g_min_S,
): string[] {
  if (model === 'linear' || pairing !== 'single' || window >= SMALL_WINDOW) return [];
  return [
    `cells ${name}: g_max/g_min is ${window.toPrecision(3)}, and ${SMALL_WINDOW} or more is needed for single cells to learn; --pairing differential takes the common offset away`,
  ];
}

function formerName({ policy }: CellsConfig): string[] {
  const name = policyName(policy);
  if (name === policy) return [];
  return [`cells.policy ${policy} is now ${name}; the old name goes with the next minor version`];
}

/** Not `c2c`: published cells have pulses that spread by five steps. */
function percentages(config: CellsConfig): string[] {
  return (['d2d', 'c2cRange', 'writeNoise', 'readNoise'] as const).flatMap((field) => {
    const value = config[field] ?? 0;
    return value < 1
      ? []
      : [`cells.${field} is a share: ${value} is ${100 * value} %; ${value} % is ${value / 100}`];
  });
}
