import { type Figure, type FigureText, relaxation } from '../../report/index.js';
import type { ComposedRun } from '../composition/index.js';
import { samplesOf, type Trace } from './trace.js';

/**
 * The picture by which people understand equilibrium propagation: states and energy against the step, phase by phase. The
 * output that the target wants highest is picked out, and the answer's where it is another.
 */
export function traceFigure(
  run: ComposedRun,
  trace: Trace,
  { redraw }: Pick<FigureText, 'redraw'> = {},
): Figure {
  const { info } = run.trainer.device;
  const last = info.layers.length - 1;
  const wrong = trace.answer === trace.target ? '' : `, answered ${trace.answer}`;
  return relaxation({
    phases: trace.phases.map(({ name, steps }) => ({
      name,
      states: steps.map((step) => step.states),
      energy: steps.map((step) => step.energy),
    })),
    layerOf: info.layers.flatMap((size, l) =>
      new Array<string>(size).fill(l === last ? 'output' : `hidden ${l + 1}`),
    ),
    picked: pickedOutputs(run, trace),
    nodeUnit: info.nodeUnit,
    energyUnit: info.nodeUnit === 'V' ? 'W' : info.nodeUnit,
    title: `${trace.part} sample ${trace.sample}: ${trace.target}${wrong}`,
    ...(redraw === undefined ? {} : { redraw }),
  });
}

function pickedOutputs(
  { dataSet, coder, trainer }: ComposedRun,
  { part, sample, target, answer }: Trace,
): { node: number; label: string }[] {
  const { layers } = trainer.device.info;
  const first = layers.slice(0, -1).reduce((sum, size) => sum + size, 0);
  const { targets } = coder.batch(samplesOf(dataSet, part, sample), [sample]);
  const wanted = targets.indexOf(Math.max(...targets));
  const picked = [{ node: first + wanted, label: `output of the target ${target}` }];
  const given = dataSet.classNames.indexOf(answer);
  // Only where each class has an output of its own.
  if (coder.outputs === dataSet.classes && coder.outputs > 2 && answer !== target && given >= 0) {
    picked.push({ node: first + given, label: `output of the answer ${answer}` });
  }
  return picked;
}
