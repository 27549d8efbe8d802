import type { z } from 'zod';
import { formatQuantity, inputError } from '../../../core/index.js';
import type { Nudge } from '../../../devices/contract/index.js';
import { LayeredParameters } from '../../../solver/layered/index.js';
import { layeredFlow, restOf, settleFlow } from '../../../solver/settling/index.js';
import { type ComposedRun, resistiveDescription } from '../../composition/index.js';
import type { resistiveSchema } from '../../schema/index.js';
import type { Presented } from './present.js';
import { settlingFailure } from './settling-failure.js';
import type { PhaseWaveform, SettledSamplePhase, Settler, SettlingPlan } from './settling-plan.js';

/**
 * A run's resistive network with a capacitance at every node, diodes ideal: free phases begin with all nodes at 0 V, nudged
 * ones at the free equilibrium.
 * @throws `settle.capacitance` (exit code 2) where none is given
 */
export async function resistiveSettler(
  { trainer }: ComposedRun,
  network: z.infer<typeof resistiveSchema>,
  plan: SettlingPlan,
  present: Presented,
): Promise<Settler> {
  const { capacitance_F, driver_ohm, phases } = plan;
  if (capacitance_F === undefined) {
    throw inputError(
      'settle.capacitance',
      'settle: a resistive network is at rest at once without capacitances; say what every node has, for instance --node-capacitance 1pF',
    );
  }
  if (network.diodeThreshold_V || network.diodeOn_ohm) {
    throw inputError(
      'settle.diodes',
      'settle: follows networks with ideal diodes in time, and those of this run have a threshold or an on-resistance; write it as a file and follow that, free phase by free phase: ohmprop circuit export … -o network.cir, then ohmprop settle network.cir --node-capacitance …',
    );
  }
  if (network.wires !== undefined) {
    throw inputError(
      'settle.wires',
      'settle: follows networks with ideal wires in time, and those of this run have resistances; write it as a file and follow that, free phase by free phase: ohmprop circuit export … -o network.cir, then ohmprop settle network.cir --node-capacitance …',
    );
  }
  const { device } = trainer;
  const { inputs, layers } = device.info;
  const outputs = layers[layers.length - 1];
  const parameters = LayeredParameters.of(
    resistiveDescription(network, { inputs, outputs }),
    await device.readParameters(),
  );
  const load = { capacitance_F, ...(driver_ohm === undefined ? {} : { driver_ohm }) };
  const lines = driver_ohm === undefined || driver_ohm === 0 ? 0 : 2 * inputs;
  const names = layers.map((size, l) => ({
    name: l === layers.length - 1 ? 'output' : `hidden ${l + 1}`,
    size,
  }));
  const drivers =
    lines === 0
      ? 'ideal drivers, whose lines have none'
      : `${formatQuantity(driver_ohm as number, 'Ω')} at each of ${lines} drivers, whose lines are among the nodes`;
  return {
    layers: lines === 0 ? names : [{ name: 'input line', size: lines }, ...names],
    timeUnit: 's',
    nodeUnit: 'V',
    description: `${formatQuantity(capacitance_F, 'F')} at each of ${lines + layers.reduce((sum, size) => sum + size, 0)} nodes; ${drivers}; diodes ideal`,
    async settle(sample, waveforms) {
      const { inputs: signals, target } = present.of(sample);
      const flowOf = (nudge?: Nudge) => layeredFlow(parameters, signals, nudge, load);
      const free = flowOf();
      const rest = new Float64Array(free.sides.length);
      const follow = async (name: string, beta: number, flow: typeof free, start_V: Float64Array) => {
        const waveform: PhaseWaveform | undefined = waveforms && {
          name,
          times: [],
          states: [],
          rest: new Float64Array(0),
        };
        if (waveform !== undefined) waveforms?.push(waveform);
        const settled = await settleFlow(flow, start_V, outputs, {
          within: plan.within,
          longest_s: plan.longest ?? Number.POSITIVE_INFINITY,
          ...(plan.signal === undefined ? {} : { signal: plan.signal }),
          watch: (time_s, voltages) => {
            waveform?.times.push(time_s);
            waveform?.states.push(voltages.slice());
          },
        });
        const { status, settling_s, outputSettling_s, tolerance_V, outputTolerance_V, followed_s } = settled;
        if (waveform !== undefined) waveform.rest = settled.rest_V;
        if (status === 'aborted') return undefined;
        if (status !== 'settled') {
          throw settlingFailure(status, {
            phase: name,
            sample: present.name(sample),
            followed: followed_s,
            unit: 's',
          });
        }
        const { steps, energy, restPower_W, turns } = settled;
        const phase: SettledSamplePhase = {
          name,
          beta,
          settling: settling_s,
          outputSettling: outputSettling_s,
          tolerance: tolerance_V,
          outputTolerance: outputTolerance_V,
          steps,
          energy,
          restPower_W,
          turns,
        };
        return phase;
      };
      const settled: (SettledSamplePhase | undefined)[] = [];
      if (phases.includes('free')) settled.push(await follow('free', 0, free, rest));
      if (phases.includes('nudged')) {
        const free_V = restOf(free, rest);
        if (free_V === undefined) {
          throw settlingFailure('not-passive', {
            phase: 'free',
            sample: present.name(sample),
            followed: 0,
            unit: 's',
          });
        }
        for (const nudge of present.nudges(sample, free_V.subarray(free_V.length - outputs))) {
          const name = nudge.beta > 0 ? 'nudged +β' : 'nudged −β';
          settled.push(await follow(name, nudge.beta, flowOf(nudge), free_V));
        }
      }
      return { sample, target, phases: settled.filter((phase) => phase !== undefined) };
    },
  };
}
