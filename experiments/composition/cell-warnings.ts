import { policyName } from '../../devices/cells/policies/index.js';
import type { PulseModel } from '../../devices/cells/pulse/index.js';
import type { CellsConfig } from '../schema/index.js';

/**
 * What a person should know of the cells asked for before training on them: a window that nobody measured, settings
 * without effect, shares that look like percentages. To be told once, and kept in the manifest.
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
    ...withoutEffect(config, published),
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

function withoutEffect(config: CellsConfig, { name }: PulseModel): string[] {
  const { model, states, deadZone, rounds } = config;
  const policy = policyName(config.policy);
  const warnings: string[] = [];
  if (policy !== config.policy) {
    warnings.push(
      `cells.policy ${config.policy} is now ${policy}; the old name goes with the next minor version`,
    );
  }
  if (states !== undefined && model !== 'linear') {
    warnings.push(
      `cells.states has no effect: cells ${name} have the steps of their source; only linear ones take it`,
    );
  }
  if (deadZone !== undefined && policy !== 'sign') {
    warnings.push(`cells.deadZone has no effect with policy ${policy}; only sign has a dead zone`);
  }
  if (rounds !== undefined && policy !== 'write-verify') {
    warnings.push(`cells.rounds has no effect with policy ${policy}; only write-verify writes in rounds`);
  }
  if (policy === 'exact') {
    for (const field of ['c2c', 'c2cRange', 'pulseLog'] as const) {
      if (config[field])
        warnings.push(`cells.${field} has no effect with policy exact, which gives no pulses`);
    }
  }
  return warnings;
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
