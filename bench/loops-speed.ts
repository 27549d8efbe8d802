/**
 * Times of fits of models with a state, without intervals, on measured loops of a Knowm W-SDC memristor: one loop, and four frequencies
 * jointly through 5 kΩ. Each once, no start values, searched as `calibrate fit --quick` searches; wall time of one thread.
 *   OHMPROP_DATA=… npm run bench -- loops-speed [--only mss,vteam]
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fitLoops, type LoopData, loopsOf, type MeasuringCircuit } from '../calibration/dynamics/index.js';
import { MeasuredReader } from '../calibration/files/index.js';
import { machine } from './machine.js';

const FREQUENCIES = ['1Hz', '10Hz', '100Hz', '1000Hz'];

async function measuredLoops(
  data: string,
  names: readonly string[],
  circuit: MeasuringCircuit,
): Promise<LoopData[]> {
  const loops: LoopData[] = [];
  for (const name of names) {
    const [, frequency = ''] = /_(\d+Hz)_/.exec(name) ?? [];
    const reader = new MeasuredReader({
      answer: ['columns=voltage_V,current_uA', `frequency=${frequency}`],
    });
    const file = await reader.read(join(data, 'devices/knowm_sdc', name));
    loops.push(...loopsOf(file, circuit).loops);
  }
  return loops;
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { only: { type: 'string', default: 'mss,gmss,vteam,yakopcic,memdiode' } },
  });
  const data = process.env.OHMPROP_DATA;
  if (data === undefined) {
    console.log('loops-speed: needs the folder of measured loops, OHMPROP_DATA');
    return;
  }
  const one = await measuredLoops(data, ['5kohm_.8V_10Hz_M1_Memristor.csv'], { series_ohm: 0 });
  const four = await measuredLoops(
    data,
    FREQUENCIES.map((f) => `5kohm_.8V_${f}_M1_Resistor_plus_Memristor.csv`),
    { series_ohm: 5e3 },
  );
  console.log(machine());
  for (const model of values.only.split(',')) {
    for (const [what, loops] of [
      ['one loop', one],
      ['four frequencies', four],
    ] as const) {
      const began = performance.now();
      const { loops: fitted, status } = fitLoops(model, loops);
      const seconds = ((performance.now() - began) / 1000).toFixed(2);
      const r2 = fitted.map((loop) => loop.r2.toFixed(4)).join(' ');
      console.log(`${model}, ${what}: ${seconds} s, R² ${r2}, ${status}`);
    }
  }
}
