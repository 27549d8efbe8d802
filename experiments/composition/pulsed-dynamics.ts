import {
  dynamicCell,
  isCellFileName,
  missingPart,
  readCellFile,
} from '../../calibration/cell-files/index.js';
import { inputError, nearestWord, type PulsePair } from '../../core/index.js';
import { type ElementModel, physicalPreset, physicalPresets } from '../../devices/elements/index.js';
import { beyondText, pulseBeyond, pulseModelOf } from '../../solver/device-waveform/index.js';
import type { NamedCell } from './named-cell.js';

/** What its conductance is read at, V. */
const READ_V = 0.1;

/**
 * A model of current and state as a cell that pulses move: the step of its conductance by either pulse, integrated at 65 states of its range.
 * @param name of `cell list`, or a cell file with the part `dynamics`
 * @throws `cells.pulse` for a cell that has the pulses of its source, `pulse.*` for pulses that do not move it
 */
export async function pulsedDynamics(name: string, [first, second]: PulsePair): Promise<NamedCell> {
  const { model, source, series_ohm, file } = await modelNamed(name);
  const made = (potentiation: PulsePair[0], depression: PulsePair[1]) =>
    pulseModelOf(model, { potentiation, depression }, { read_V: READ_V, series_ohm });
  let cell = made(first, second);
  // whichever of the two raises it: models differ in which polarity sets
  const turned = !moves(cell.potentiation, 1) && !moves(cell.depression, -1);
  if (turned) cell = made(second, first);
  const [up, down] = turned ? [second, first] : [first, second];
  if (!moves(cell.potentiation, 1)) throw doesNot('raise', name, up.amplitude_V);
  if (!moves(cell.depression, -1)) throw doesNot('lower', name, down.amplitude_V);
  return {
    model: { ...cell, name, source },
    remarks: [
      ...(turned
        ? [`pulses of ${up.amplitude_V} V raise its conductance, those of ${down.amplitude_V} V lower it`]
        : []),
      ...[up, down].flatMap(({ amplitude_V }) => {
        const beyond = pulseBeyond(model, amplitude_V, series_ohm);
        return beyond === undefined ? [] : [`the model ${beyondText(beyond, amplitude_V)}`];
      }),
    ],
    ...(file === undefined ? {} : { file }),
  };
}

async function modelNamed(name: string): Promise<{
  model: ElementModel;
  source: string;
  series_ohm: number;
  file?: NonNullable<NamedCell['file']>;
}> {
  if (!isCellFileName(name)) {
    const known = physicalPresets.map((preset) => preset.name);
    if (known.includes(name)) {
      const { make, source, sweep } = physicalPreset(name);
      return { model: make(), source, series_ohm: sweep.series_ohm };
    }
    const near = nearestWord(name, known);
    throw inputError(
      'cells.pulse',
      `cells.pulse: cells ${name} have the pulses of their source; a model of current and state takes others${near === undefined ? '' : ` (did you mean ${near}?)`}: ${known.join(', ')}, or my.cell.json with the part dynamics`,
    );
  }
  const read = await readCellFile(name);
  const cell = await dynamicCell(read.cell);
  if (cell === undefined) throw missingPart(read, ['dynamics'], 'train --pulse');
  return {
    model: cell.model,
    source: `dynamics of ${name}`,
    series_ohm: cell.sweep.series_ohm,
    file: { path: name, sha256: read.sha256, parts: read.cell },
  };
}

/** States that are looked at, and the least step of the range that moves a cell: a millionth. */
const [STATES, LEAST] = [64, 1e-6];

function moves(shape: { step(state: number): number }, sign: 1 | -1): boolean {
  for (let k = 0; k <= STATES; k++) if (sign * shape.step(k / STATES) > LEAST) return true;
  return false;
}

function doesNot(way: 'raise' | 'lower', name: string, amplitude_V: number): Error {
  return inputError(
    'pulse.amplitude',
    `cells.pulse: a pulse of ${amplitude_V} V does not ${way} the conductance of ${name} in any state; give another amplitude or a longer one ("ohmprop cell pulse" shows what a pulse does)`,
  );
}
