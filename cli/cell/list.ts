import { z } from 'zod';
import { pulsePresets, pulsesEndToEnd } from '../../devices/cells/pulse/index.js';
import { physicalPresets } from '../../devices/elements/index.js';
import { defineCommand } from '../frame/index.js';

export const listCommand = defineCommand({
  options: z.strictObject({
    folder: z.string().optional().meta({
      argument: '[folder]',
      kind: 'folder',
      description: 'cell files of this folder and those below it instead',
    }),
  }),
  uses: 'names',
  examples: ['ohmprop cell list', 'ohmprop cell list measured/', 'ohmprop cell list --json'],

  async answer({ folder }) {
    if (folder !== undefined) {
      const { listCellFiles, listedLines } = await import('./list-files.js');
      const files = await listCellFiles(folder);
      return {
        text: ['Cell files (train --cells FILE, cell pulse FILE):', ...listedLines(files)].join('\n'),
        json: { cellFiles: files },
      };
    }
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
    const cellLines = cells.map((c) => {
      const pulses = `${c.potentiationPulses} up, ${c.depressionPulses} down`;
      const window = `${(c.g_max_S / c.g_min_S).toPrecision(3)}${c.windowPublished ? '' : ' assumed'}`;
      return `  ${c.name.padEnd(24)}${pulses.padEnd(26)}${window.padEnd(16)}${c.source}`;
    });
    return {
      text: [
        'Cells (train --cells NAME, cell pulse NAME); pulses from end to end, g_max/g_min:',
        ...cellLines,
        '',
        'Physical models (cell sweep NAME, cell pulse NAME):',
        ...models.map((m) => `  ${m.name.padEnd(24)}${m.source}`),
      ].join('\n'),
      json: { cells, models },
    };
  },
});
