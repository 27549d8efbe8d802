import type { z } from 'zod';
import { inputError } from '../../../core/index.js';
import type { Nudge } from '../../../devices/contract/index.js';
import { HopfieldParameters } from '../../../solver/hopfield/index.js';
import { settleHopfield } from '../../../solver/settling/index.js';
import { type ComposedRun, hopfieldDescription } from '../../composition/index.js';
import type { hopfieldSchema } from '../../schema/index.js';
import type { Presented } from './present.js';
import { settlingFailure } from './settling-failure.js';
import type { PhaseWaveform, SettledSamplePhase, Settler, SettlingPlan } from './settling-plan.js';

/** Time constants after which a network of integrators is given up. */
const LONGEST = 1000;

/**
 * A run's Hopfield network as the leaky integrators of the founding paper, by Euler steps of ε, whatever way of relaxing it was
 * trained with. Dimensionless: free phases begin with all states at 0, nudged ones at the free equilibrium.
 * @throws `settle.dimensionless` (exit code 2) for a capacitance or a driver
 */
export async function hopfieldSettler(
  { trainer }: ComposedRun,
  network: z.infer<typeof hopfieldSchema>,
  plan: SettlingPlan,
  present: Presented,
): Promise<Settler> {
  const { capacitance_F, driver_ohm, phases, epsilon = network.epsilon, longest = LONGEST } = plan;
  if (capacitance_F !== undefined || driver_ohm !== undefined) {
    throw inputError(
      'settle.dimensionless',
      `settle: a Hopfield network is dimensionless: its time counts in time constants of its units' leak, so leave ${capacitance_F === undefined ? '--driver-ohm' : '--node-capacitance'} out and multiply by the RC of your units`,
    );
  }
  const { device } = trainer;
  const { inputs, layers } = device.info;
  const outputs = layers[layers.length - 1];
  const description = hopfieldDescription(network, { inputs, outputs });
  const parameters = HopfieldParameters.of(description, await device.readParameters());
  const start = layers.map((size) => new Float64Array(size));
  return {
    layers: layers.map((size, l) => ({
      name: l === layers.length - 1 ? 'output' : `hidden ${l + 1}`,
      size,
    })),
    timeUnit: '1',
    nodeUnit: '1',
    description: `leaky integrators, dimensionless: times in time constants of the leak, Euler steps of ε = ${epsilon} (Scellier & Bengio 2017); no energy in joules`,
    async settle(sample, waveforms) {
      const { inputs: signals, target } = present.of(sample);
      const settled: SettledSamplePhase[] = [];
      const follow = async (name: string, nudge: Nudge | undefined, from: readonly Float64Array[]) => {
        const shown = nudge === undefined ? phases.includes('free') : true;
        const waveform: PhaseWaveform | undefined =
          shown && waveforms ? { name, times: [], states: [], rest: new Float64Array(0) } : undefined;
        if (waveform !== undefined) waveforms?.push(waveform);
        const phase = await settleHopfield(parameters, signals, from, nudge, {
          epsilon,
          within: plan.within,
          longest,
          ...(plan.signal === undefined ? {} : { signal: plan.signal }),
          watch: (time, states) => {
            waveform?.times.push(time);
            waveform?.states.push(states);
          },
        });
        if (waveform !== undefined) waveform.rest = waveform.states[waveform.states.length - 1];
        if (phase.status === 'aborted') return undefined;
        if (phase.status !== 'settled') {
          throw settlingFailure(phase.status, {
            phase: name,
            sample: present.name(sample),
            followed: phase.followed,
            unit: '1',
          });
        }
        const { settling, outputSettling, tolerance, outputTolerance, steps } = phase;
        if (shown) {
          const beta = nudge?.beta ?? 0;
          settled.push({ name, beta, settling, outputSettling, tolerance, outputTolerance, steps });
        }
        return phase.rest;
      };
      const free = await follow('free', undefined, start);
      if (phases.includes('nudged') && free !== undefined) {
        for (const nudge of present.nudges(sample, free[free.length - 1])) {
          const rest = await follow(nudge.beta > 0 ? 'nudged +β' : 'nudged −β', nudge, free);
          if (rest === undefined) break;
        }
      }
      return { sample, target, phases: settled };
    },
  };
}
