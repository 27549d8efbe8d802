import { type Figure, type FigureText, settlingFigure } from '../../../report/index.js';
import type { RunSettling } from './settle-run.js';
import type { PhaseWaveform, SettledSample } from './settling-plan.js';

/**
 * The sample whose phases took the median time, followed once more, in time; and when all samples had settled. Nothing is drawn
 * of no sample.
 */
export async function settlingFigureOf(
  { settler, samples }: RunSettling,
  name: string,
  { redraw }: Pick<FigureText, 'redraw'> = {},
): Promise<Figure> {
  const whole = ({ phases }: SettledSample) => phases.reduce((sum, { settling }) => sum + settling, 0);
  const sorted = [...samples].sort((a, b) => whole(a) - whole(b));
  const shown = sorted[Math.floor((sorted.length - 1) / 2)];
  const waveforms: PhaseWaveform[] = [];
  const { phases } = await settler.settle(shown.sample, waveforms);
  return settlingFigure({
    phases: waveforms.map(({ name, times, states, rest }, p) => ({
      name,
      times,
      states,
      rest,
      tolerance: phases[p].tolerance,
      outputTolerance: phases[p].outputTolerance,
      settled: phases[p].settling,
    })),
    layerOf: settler.layers.flatMap(({ name, size }) => new Array<string>(size).fill(name)),
    timeUnit: settler.timeUnit,
    nodeUnit: settler.nodeUnit,
    samples: phases.map(({ name }, p) => ({
      phase: name,
      settled: samples.map((sample) => sample.phases[p].settling),
    })),
    title: samples.length === 1 ? name : `${name}: sample ${shown.sample}, of median time`,
    ...(redraw === undefined ? {} : { redraw }),
  });
}
