import { Command } from 'commander';
import { inputError } from '../../core/index.js';
import { physicalPresets } from '../../devices/physical/index.js';
import {
  effectiveStates,
  fitLabel,
  type PulseModel,
  pulsePreset,
  pulsePresets,
  pulsesEndToEnd,
  pulseTrain,
  symmetryPoint,
} from '../../devices/pulse/index.js';
import { pulseModelOf } from '../../solver/device-waveform/index.js';
import { readPulseTable } from '../compose/pulse-table.js';
import { pulseFigure } from './figures.js';
import { number, prefixed, writeCsv, writeFigure } from './output.js';
import { namedModel } from './user-model.js';

interface PulseFlags {
  pulses?: number;
  up?: number;
  down?: number;
  width?: number;
  read: number;
  readNoise: number;
  plot?: string;
  csv?: string;
  json?: boolean;
}

/** A train longer than this is cut: curves that never end. */
const MOST_PULSES = 5000;

export function pulseCommand(): Command {
  return new Command('pulse')
    .description('potentiation and depression by identical pulses: nonlinearity, asymmetry, states')
    .argument('<model>', 'cells or a physical model of "ohmprop device list", table:FILE.csv, or a YAML file')
    .option('--pulses <n>', 'pulses each way (from end to end)', number)
    .option('--up <V>', 'amplitude that potentiates; physical models', number)
    .option('--down <V>', 'amplitude that depresses; physical models', number)
    .option('--width <s>', 'pulse width; physical models', number)
    .option('--read <V>', 'read voltage of physical models', number, 0.1)
    .option('--read-noise <x>', 'σ of a read, relative, for the effective states', number, 0.01)
    .option('--plot <file>', 'both trains as .svg or .png')
    .option('--csv <file>', 'conductance after each pulse')
    .option('--json', 'one JSON object on stdout')
    .action(pulse);
}

async function pulse(name: string, flags: PulseFlags): Promise<void> {
  const model = await cellsOf(name, flags);
  const { g_min_S, g_max_S } = model;
  const upPulses = flags.pulses ?? Math.min(MOST_PULSES, pulsesEndToEnd(model.potentiation, true));
  const downPulses = flags.pulses ?? Math.min(MOST_PULSES, pulsesEndToEnd(model.depression, false));
  const toS = (w: number) => g_min_S + (g_max_S - g_min_S) * w;
  const up = pulseTrain(model.potentiation, 0, upPulses).map(toS);
  const down = pulseTrain(
    model.depression,
    (up[up.length - 1] - g_min_S) / (g_max_S - g_min_S),
    downPulses,
  ).map(toS);
  const labels = (train: Float64Array) =>
    train.length < 4 ? [] : [fitLabel(train, 'fixed'), fitLabel(train, 'free')];
  const symmetric = symmetryPoint(model);
  const potentiation = labels(up);
  const depression = labels(down);
  const result = {
    model: model.name,
    source: model.source,
    g_min_S,
    g_max_S,
    potentiation: { pulses: upPulses, nonlinearity: potentiation },
    depression: { pulses: downPulses, nonlinearity: depression },
    asymmetry:
      potentiation.length > 0 && depression.length > 0
        ? Math.abs(potentiation[0].label - depression[0].label)
        : null,
    symmetryPoint: symmetric ?? null,
    symmetryPoint_S: symmetric === undefined ? null : toS(symmetric),
    effectiveStates: effectiveStates(model, flags.readNoise),
    readNoise: flags.readNoise,
  };
  process.stderr.write(`${model.name}: ${model.source}\n`);
  for (const [what, fits, pulses] of [
    ['potentiation', potentiation, upPulses],
    ['depression', depression, downPulses],
  ] as const) {
    const text = fits.map((f) => `${f.label.toFixed(3)} (ends ${f.rule}, R² ${f.r2.toFixed(4)})`).join(', ');
    process.stderr.write(`  ${what}: ${pulses} pulses, NL ${text}\n`);
  }
  process.stderr.write(
    `  asymmetry |NL − NL|, fixed ends: ${result.asymmetry?.toFixed(3) ?? 'unknown'}; symmetry point: ${
      symmetric === undefined ? 'none in the range' : `${(100 * symmetric).toFixed(1)} % of the range`
    }; states that reads of σ ${flags.readNoise} tell apart: ${result.effectiveStates.toFixed(0)}\n`,
  );
  if (flags.plot !== undefined) {
    const scale = prefixed([g_max_S], 'S');
    const points = [
      ...Array.from(up, (g, n) => ({
        direction: 'potentiation' as const,
        pulse: n,
        conductance: g * scale.factor,
      })),
      ...Array.from(down, (g, n) => ({
        direction: 'depression' as const,
        pulse: upPulses + n,
        conductance: g * scale.factor,
      })),
    ];
    await writeFigure(flags.plot, pulseFigure(points, { title: model.name, unit: scale.unit }));
  }
  if (flags.csv !== undefined) {
    const rows = [...Array.from(up, (g, n) => ['up', n, g]), ...Array.from(down, (g, n) => ['down', n, g])];
    await writeCsv(flags.csv, ['direction', 'pulse', 'conductance_S'], rows);
  }
  if (flags.json) process.stdout.write(`${JSON.stringify(result)}\n`);
}

/** Cells as such, or a physical model under pulses. A name that both lists have means the cells, unless pulses are given. */
async function cellsOf(name: string, flags: PulseFlags): Promise<PulseModel> {
  if (name.startsWith('table:')) return readPulseTable(name.slice('table:'.length));
  const given = flags.up !== undefined || flags.down !== undefined || flags.width !== undefined;
  const physical = physicalPresets.some((p) => p.name === name) || /\.(ya?ml|json)$/i.test(name);
  const cells = pulsePresets.some((p) => p.name === name);
  if (!physical || (cells && !given)) return pulsePreset(name);
  const { model, sweep } = await namedModel(name);
  const width_s = flags.width ?? 0.02 / sweep.frequency_Hz;
  if (!(width_s > 0)) throw inputError('device.pulse', `--width must be positive, got ${width_s}`);
  const up = flags.up ?? sweep.positive_V;
  const down = flags.down ?? -sweep.negative_V;
  const shape = (amplitude_V: number) => ({ amplitude_V, width_s });
  return pulseModelOf(
    model,
    { potentiation: shape(up), depression: shape(down) },
    { read_V: flags.read, series_ohm: sweep.series_ohm },
  );
}
