import type { RunConfig } from '../config/run-config.js';

/** One sentence for each setting that was asked for and changes nothing here. To be told once, and kept in the manifest. */
export function idleSettings(config: RunConfig): string[] {
  const { nudged, evaluation, ...free } = config.settle;
  return [
    ...idleThreads(config),
    ...idleTolerance('settle', free),
    ...idleTolerance('settle.nudged', nudged),
    ...idleTolerance('settle.evaluation', evaluation),
  ];
}

function idleThreads({ threads, network, arithmetic }: RunConfig): string[] {
  if (threads === 'auto' || threads === 1) return [];
  if (network.kind !== 'board' && arithmetic === 'float32') return [];
  return [`threads: ${threads} were asked for, but only float32 simulations have more than one`];
}

function idleTolerance(path: string, stop: RunConfig['settle']['nudged'] = {}): string[] {
  const { fixedIterations } = stop;
  if (fixedIterations === undefined) return [];
  return (['tolerance', 'outputChange', 'maxIterations'] as const)
    .filter((key) => stop[key] !== undefined)
    .map(
      (key) =>
        `${path}.${key}: without effect, as ${path}.fixedIterations counts out ${fixedIterations} iterations; to settle by it: --set ${path}.fixedIterations=null`,
    );
}
