import type { Command } from 'commander';
import { pulsePresets, pulsesEndToEnd } from '../../devices/cells/pulse/index.js';
import { physicalPresets } from '../../devices/elements/index.js';
import type { Io } from '../io.js';

export function listCommand(command: Command, io: Io): void {
  command.option('--json', 'one JSON object on stdout').action((flags: { json?: boolean }) => {
    const cells = pulsePresets.map((model) => ({
      name: model.name,
      source: model.source,
      g_min_S: model.g_min_S,
      g_max_S: model.g_max_S,
      rangeMeasured: model.rangeMeasured,
      windowPublished: model.rangeMeasured || model.windowPublished === true,
      potentiationPulses: pulsesEndToEnd(model.potentiation, true),
      depressionPulses: pulsesEndToEnd(model.depression, false),
      spreads: model.spreads,
    }));
    const models = physicalPresets.map(({ name, source, make, sweep }) => ({
      name,
      source,
      validRange_V: make().validRange_V.map((v) => (Number.isFinite(v) ? v : null)),
      sweep,
    }));
    if (flags.json) {
      io.stdout.write(`${JSON.stringify({ cells, models })}\n`);
      return;
    }
    io.stderr.write('Cells (train --cells NAME, cell pulse NAME); pulses from end to end, g_max/g_min:\n');
    for (const c of cells) {
      const pulses = `${c.potentiationPulses} up, ${c.depressionPulses} down`;
      const window = `${(c.g_max_S / c.g_min_S).toPrecision(3)}${c.windowPublished ? '' : ' assumed'}`;
      io.stderr.write(`  ${c.name.padEnd(24)}${pulses.padEnd(26)}${window.padEnd(16)}${c.source}\n`);
    }
    io.stderr.write('\nPhysical models (cell sweep NAME, cell pulse NAME):\n');
    for (const m of models) io.stderr.write(`  ${m.name.padEnd(24)}${m.source}\n`);
  });
}
