import type { Command } from 'commander';
import { formatQuantity } from '../../core/index.js';
import { effectiveStates, type FittedLabel, fitLabel } from '../../devices/cells/pulse/index.js';
import { aboveZero, quantity, wholeBetween, zeroOrMore } from '../flags.js';
import type { Io } from '../io.js';
import { pulseFigure } from './figures.js';
import { requireFigureName, writeCsv, writeFigure } from './output.js';
import { type TrainFlags, type Trains, trainsOf } from './trains.js';

interface PulseFlags extends TrainFlags {
  readNoise: number;
  plot?: string;
  csv?: string;
  json?: boolean;
}

export function pulseCommand(command: Command, io: Io): void {
  command
    .argument('<model>', 'cells or a physical model of "ohmprop cell list", table:FILE.csv, or a YAML file')
    .option('--pulses <n>', 'pulses each way (from end to end)', wholeBetween(1, 20_000))
    .option('--up <V>', 'amplitude that potentiates; physical models', quantity('V'))
    .option('--down <V>', 'amplitude that depresses; physical models', quantity('V'))
    .option(
      '--width <s>',
      'pulse width both ways; physical models (what takes 50 pulses each way)',
      quantity('s', aboveZero),
    )
    .option('--read <V>', 'read voltage of physical models', quantity('V'), 0.1)
    .option(
      '--read-noise <x>',
      'σ of a read, relative, for the effective states',
      quantity('1', zeroOrMore),
      0.01,
    )
    .option('--plot <file>', 'both trains as .svg or .png')
    .option('--csv <file>', 'conductance after each pulse')
    .option('--json', 'one JSON object on stdout')
    .action((name, flags) => pulse(io, name, flags));
}

async function pulse(io: Io, name: string, flags: PulseFlags): Promise<void> {
  if (flags.plot !== undefined) requireFigureName(flags.plot);
  const trains = await trainsOf(name, flags);
  for (const warning of trains.warnings) io.stderr.write(`warning: ${warning}\n`);
  const { g_min_S, g_max_S, up_S, down_S, symmetry } = trains;
  const [potentiation, depression] = [labels(up_S), labels(down_S)];
  const states = effectiveStates(trains, up_S.length - 1, flags.readNoise);
  const asymmetry =
    potentiation.length > 0 && depression.length > 0
      ? Math.abs(potentiation[0].label - depression[0].label)
      : null;
  const at = typeof symmetry === 'number' ? symmetry : null;
  const summary = {
    model: trains.name,
    source: trains.source,
    g_min_S,
    g_max_S,
    potentiation: {
      pulses: up_S.length - 1,
      ...trains.pulse?.potentiation,
      nonlinearity: potentiation,
    },
    depression: { pulses: down_S.length - 1, ...trains.pulse?.depression, nonlinearity: depression },
    asymmetry,
    symmetricEverywhere: symmetry === 'everywhere',
    symmetryPoint: at,
    symmetryPoint_S: at === null ? null : g_min_S + (g_max_S - g_min_S) * at,
    effectiveStates: states,
    readNoise: flags.readNoise,
    warnings: trains.warnings,
  };
  const place =
    symmetry === 'everywhere'
      ? 'everywhere: the steps are each other’s mirror image'
      : at === null
        ? 'none in the range'
        : `${(100 * at).toFixed(1)} % of the range`;
  io.stderr.write(
    `${trains.name}: ${trains.source}\n${describe('potentiation', trains, potentiation)}${describe('depression', trains, depression)}` +
      `  asymmetry |NL − NL|, fixed ends: ${asymmetry?.toFixed(3) ?? 'unknown'}; symmetry point: ${place}; states that reads of σ ${flags.readNoise} tell apart: ${states.toFixed(0)}\n`,
  );
  if (flags.plot !== undefined) {
    const figure = pulseFigure({ up_S, down_S, potentiation, depression }, { title: trains.name });
    await writeFigure(io, flags.plot, figure);
  }
  if (flags.csv !== undefined) {
    const rows = [
      ...Array.from(up_S, (g, n) => ['up', n, g]),
      ...Array.from(down_S, (g, n) => ['down', n, g]),
    ];
    await writeCsv(io, flags.csv, ['direction', 'pulse', 'conductance_S'], rows);
  }
  if (flags.json) io.stdout.write(`${JSON.stringify(summary)}\n`);
}

/** A label needs a curve: four states, and ends that differ. */
function labels(train: Float64Array): FittedLabel[] {
  if (train.length < 4 || train[0] === train[train.length - 1]) return [];
  return [fitLabel(train, 'fixed'), fitLabel(train, 'free')];
}

function describe(direction: 'potentiation' | 'depression', trains: Trains, fits: FittedLabel[]): string {
  const train = direction === 'potentiation' ? trains.up_S : trains.down_S;
  const shape = trains.pulse?.[direction];
  const kind = shape === undefined ? '' : ` of ${shape.amplitude_V} V, ${formatQuantity(shape.width_s, 's')}`;
  const text = fits.map((f) => `${f.label.toFixed(3)} (ends ${f.rule}, R² ${f.r2.toFixed(4)})`).join(', ');
  const nonlinearity = text === '' ? 'no NL: that takes three pulses and two different ends' : `NL ${text}`;
  return `  ${direction}: ${train.length - 1} pulses${kind}, ${nonlinearity}\n`;
}
