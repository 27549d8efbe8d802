import type { FittedLoops, LoopData, LoopEstimates } from '../dynamics/index.js';
import { frequencyOf, limitOf, loopModel } from '../dynamics/index.js';
import { elementNames } from './element-models.js';
import { estimateInFile } from './estimate-schema.js';
import type { CellParts } from './schema.js';

/** A fit of loops with what else is known of it. */
export interface FittedDynamics {
  readonly fitted: FittedLoops;
  readonly intervals?: LoopEstimates;
  readonly heldOut: readonly { readonly of: string; readonly loop: FittedLoops['loops'][number] }[];
}

/**
 * The parts `dynamics` and `limits` of a cell whose loops were fitted. Its start state is that of the first loop.
 * @param negative the loops were fitted the other way round: the model stands so
 */
export function dynamicsCell(
  name: string,
  { fitted, intervals, heldOut }: FittedDynamics,
  loops: readonly LoopData[],
  negative: boolean,
): CellParts {
  const { element, inFile = element.name, turned = false } = loopModel(fitted.model);
  const model = elementNames.find((one) => one === inFile)!;
  const parameters = Object.fromEntries(element.parameters.map((own) => [own.name, own.value]));
  for (const { element: of, value, factor } of fitted.parameters) parameters[of] = value * factor;
  parameters.initial = fitted.loops[0].start;
  const across = fitted.loops.flatMap(({ voltage_V }) => Array.from(voltage_V)).filter(Number.isFinite);
  let [low, high] = [0, 0];
  for (const v of across) [low, high] = [Math.min(low, v), Math.max(high, v)];
  const [first] = loops;
  const current = Math.min(...loops.flatMap(({ circuit }) => [limitOf(circuit, 1), limitOf(circuit, -1)]));
  const voltage_V: [number, number] = negative ? [-high, -low] : [low, high];
  return {
    name,
    dynamics: {
      model,
      parameters,
      ...(negative === turned ? {} : { mirrored: true }),
      voltage_V,
      frequency_Hz: frequencyOf(first),
      series_ohm: first.circuit.series_ohm,
      ...(intervals === undefined
        ? {}
        : {
            estimates: Object.fromEntries(
              Object.entries(intervals.estimates).map(([key, estimate]) => [
                key.slice(0, 80),
                estimateInFile(estimate),
              ]),
            ),
          }),
      ...(intervals?.covariance === undefined
        ? {}
        : { covariance: covarianceOf(fitted.parameters, intervals.covariance) }),
      fit: {
        model: fitted.model,
        converged: fitted.status === 'converged',
        n: fitted.n,
        nEffective: intervals?.nEffective ?? null,
        parameters: fitted.degrees,
        logShare: fitted.weights.logShare,
        ...Object.fromEntries(fitted.loops.map((loop, k) => [`r2, loop ${k + 1}`, finiteOrNull(loop.r2)])),
      },
      ...(heldOut.length === 0
        ? {}
        : {
            heldOut: heldOut.map(({ of, loop }) => ({
              leftOut: of,
              loop: loop.name,
              r2: finiteOrNull(loop.r2),
              rmse_A: finiteOrNull(loop.rmse_A),
            })),
          }),
    },
    limits: {
      voltage_V,
      ...(Number.isFinite(current) ? { current_A: current } : {}),
    },
  };
}

/** Of the element's own parameters, and of the state that the first loop starts in. */
function covarianceOf(
  parameters: FittedLoops['parameters'],
  covariance: readonly (readonly number[])[],
): { names: string[]; values: number[][] } {
  const kept = [...parameters, { element: 'initial', factor: 1 }];
  return {
    names: kept.map(({ element }) => element),
    values: kept.map(({ factor: a }, j) => kept.map(({ factor: b }, k) => a * b * covariance[j][k])),
  };
}

const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);
