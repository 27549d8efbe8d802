import type { RunConfig } from './run-config.js';

/** One sentence for each setting that was asked for and changes nothing here. To be told once, and kept in the manifest. */
export function unusedSettings(config: RunConfig): string[] {
  const { nudged, evaluation, ...free } = config.settle;
  return [
    ...unusedThreads(config),
    ...unusedTolerance('settle', free),
    ...unusedTolerance('settle.nudged', nudged),
    ...unusedTolerance('settle.evaluation', evaluation),
  ];
}

function unusedThreads({ threads, network, arithmetic }: RunConfig): string[] {
  if (threads === 'auto' || threads === 1) return [];
  if (network.kind !== 'board' && arithmetic === 'float32') return [];
  return [`threads: ${threads} were asked for, but only float32 simulations have more than one`];
}

function unusedTolerance(path: string, stop: RunConfig['settle']['nudged'] = {}): string[] {
  const { fixedIterations } = stop;
  if (fixedIterations === undefined) return [];
  return (['tolerance', 'outputChange', 'maxIterations'] as const)
    .filter((key) => stop[key] !== undefined)
    .map(
      (key) =>
        `${path}.${key}: without effect, as ${path}.fixedIterations counts out ${fixedIterations} iterations; to settle by it: --set ${path}.fixedIterations=null`,
    );
}
