import { curvatureOf, fitLabel, pulsesEndToEnd, pulseTrain } from '../../../devices/cells/pulse/index.js';
import type { CellDirection } from '../schema.js';
import { type CellToExport, digits, type ExportedCell, oneLine, pulsesOf, unknownNoise } from './exported.js';

/**
 * The parameters of NeuroSim's `RealDevice` (Chen, Peng & Yu, IEEE TCAD 37:3067 (2018)): window, pulses, labels with both ends
 * held (the rule that its own curve keeps), σ of a pulse of the range. Lines to paste into its `Cell.cpp`.
 */
export function exportNeurosim(cell: CellToExport): ExportedCell {
  const { pulse, model, read } = pulsesOf(cell, 'neurosim');
  const { spreads } = model;
  const remarks: string[] = [];
  const [up, down] = (['potentiation', 'depression'] as const).map((way) => {
    const rising = way === 'potentiation';
    const { pulses: measured, nonlinearity } = pulse[way] as CellDirection;
    const pulses = measured ?? pulsesEndToEnd(model[way], rising);
    const label =
      nonlinearity?.fixed?.label ?? fitLabel(pulseTrain(model[way], rising ? 0 : 1, pulses), 'fixed').label;
    const from = nonlinearity?.fixed === undefined ? 'the law' : 'the data';
    return { pulses, label, from, A_pulses: curvatureOf(label) * pulses };
  });
  remarks.push(...unknownNoise(cell, 'sigmaCtoC, sigmaReadNoise'));
  const meanStep = 1 / Math.max(up.pulses, down.pulses);
  const c2c = spreads.c2cRange ?? (spreads.c2c ?? 0) * meanStep;
  if (spreads.c2cRange === undefined && (spreads.c2c ?? 0) > 0) {
    remarks.push(
      `NeuroSim's sigmaCtoC is of the range: ${digits(c2c)} is the cell's ${digits(spreads.c2c ?? 0)} of a step times its mean step`,
    );
  }
  if ((spreads.d2dStep ?? 0) > 0) {
    remarks.push(
      "NeuroSim's sigmaDtoD is a spread of the label NL; the cell's is one of the step and is left out",
    );
  }
  for (const [way, { law }] of [
    ['potentiation', pulse.potentiation],
    ['depression', pulse.depression],
  ] as const) {
    if (law.kind !== 'soft-bounds' && law.kind !== 'constant') {
      remarks.push(`${way} is no exponential (${law.kind}); its label is the nearest one's`);
    }
  }
  const values = {
    maxConductance: model.g_max_S,
    minConductance: model.g_min_S,
    maxNumLevelLTP: up.pulses,
    maxNumLevelLTD: down.pulses,
    NL_LTP: up.label,
    NL_LTD: down.label,
    sigmaCtoC: c2c,
    readNoise: read === undefined ? 0 : 1,
    sigmaReadNoise: read ?? 0,
    ...(pulse.readVoltage_V === undefined ? {} : { readVoltage: pulse.readVoltage_V }),
    ...(model.pulse === undefined
      ? {}
      : {
          writeVoltageLTP: model.pulse.potentiation.amplitude_V,
          writeVoltageLTD: Math.abs(model.pulse.depression.amplitude_V),
          writePulseWidthLTP: model.pulse.potentiation.width_s,
          writePulseWidthLTD: model.pulse.depression.width_s,
        }),
  };
  const units: Readonly<Record<string, string>> = {
    maxConductance: 'S',
    minConductance: 'S',
    NL_LTP: `label with both ends held, of ${up.from}`,
    NL_LTD: `the same; negative: fast first, the opposite curvature; of ${down.from}`,
    sigmaCtoC: 'of the range, a pulse',
    readVoltage: 'V',
    writeVoltageLTP: 'V',
    writeVoltageLTD: 'V',
    writePulseWidthLTP: 's',
    writePulseWidthLTD: 's',
  };
  const lines = Object.entries(values).map(([key, value]) => {
    const unit = units[key] === undefined ? '' : `\t// ${units[key]}`;
    return `${key} = ${digits(value)};${unit}`;
  });
  const text = [
    `// ${oneLine(cell.name)}: ${oneLine(cell.description ?? model.source)}`,
    `// A_LTP = ${pulsesText(up.A_pulses)}, A_LTD = ${pulsesText(down.A_pulses)}`,
    ...lines,
    '',
  ].join('\n');
  return {
    files: [{ name: 'neurosim.txt', text }],
    json: { ...values, A_LTP_pulses: finite(up.A_pulses), A_LTD_pulses: finite(down.A_pulses) },
    remarks,
  };
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** A straight line has no finite A. */
function pulsesText(a: number): string {
  return Number.isFinite(a) ? `${digits(a)} pulses` : 'none, a straight line';
}
