import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { beforeAll, describe, expect, it } from 'vitest';
import { addSettings, settingsTree } from '../../cli/setting-flags.js';
import { agAsiJo, pulseTrain } from '../../devices/cells/pulse/index.js';
import { composeRun } from '../../experiments/composition/index.js';
import { readTableCell } from '../../experiments/composition/named-cell.js';
import { checkConfig } from '../../experiments/schema/index.js';
import { scratch } from '../scratch.js';

let folder: string;
beforeAll(() => {
  folder = scratch('cells');
});

const tableOf = (unit: string, factor: number) => {
  const toText = (w: number) => ((3e-9 + 35e-9 * w) * factor).toPrecision(9);
  const up = [...pulseTrain(agAsiJo.potentiation, 0, 97)].map(toText);
  const down = [...pulseTrain(agAsiJo.depression, 1, 100)].map(toText);
  const rows = down.map((g, n) => `${up[n] ?? ''},${g}`);
  return `up (${unit}),down (${unit})\n${rows.join('\n')}\n`;
};

const readPulseTable = async (file: string) => (await readTableCell(file)).model;

describe('cells from a table of measured trains', () => {
  it('reads its unit, and steps as the trains do', async () => {
    const file = join(folder, 'trains.csv');
    await writeFile(file, tableOf('nS', 1e9));
    const cell = await readPulseTable(file);
    expect(cell.name).toBe('trains.csv');
    expect(cell.g_max_S / 1e-9).toBeGreaterThan(36);
    expect(cell.g_max_S / 1e-9).toBeLessThan(38.1);
    expect(cell.potentiation.after(0.1, 40)).toBeCloseTo(agAsiJo.potentiation.after(0.1, 40), 1);
  });

  it('reads semicolons, tabs, decimal commas, remarks and either mu', async () => {
    const file = join(folder, 'trains.csv');
    await writeFile(file, tableOf('nS', 1e9));
    const { g_min_S, g_max_S } = await readPulseTable(file);
    const table = tableOf('nS', 1e9);
    const forms = [
      table.replaceAll(',', ';').replaceAll('.', ','),
      `# measured at 0.1 V\n${table.replaceAll(',', '\t')}`,
      `\ufeff${table.replaceAll('\n', '\r\n')}`,
    ];
    for (const text of forms) {
      await writeFile(file, text);
      expect(await readPulseTable(file)).toMatchObject({ g_min_S, g_max_S });
    }
    for (const mu of ['\u00b5', '\u03bc']) {
      await writeFile(file, tableOf(`${mu}S`, 1e6));
      expect((await readPulseTable(file)).g_max_S / g_max_S).toBeCloseTo(1, 8);
    }
  });

  it.each([
    ['1.0,2.0\n1.1,1.9\n', /column 1 is headed "1.0"; give its unit there/],
    ['up (nS),down (nS)\n1,2\n1,x\n', /line 3, column 2: "x" is not a number/],
    ['up (nS)\n1\n', /two columns are needed, up and down, got 1/],
    [
      'pulse,up (nS),down (nS)\n1,2,3\n',
      /up and down, got 3; .*"ohmprop calibrate fit \S+bad\.csv -o my\.cell\.json"/,
    ],
    ['up (kg),down (nS)\n1,2\n', /unit of column 1: "kg" is no unit of conductance/],
    ['up (nS),down (nS)\n\n# remark\n1,2\n\n1,x\n', /line 6, column 2: "x" is not a number/],
    ['up (nS),down (nS)\n1,2\n,2\n3,1\n', /column 1 is empty in line 3 and goes on in line 4/],
    ['up (nS),down (nS)\n1,2\n1,2,3\n', /line 3, column 3: "3" is one too many/],
    ['"up (nS),down (nS)\n"1,2\n', /bad.csv: not CSV: /],
    ['\0\u0001\u0002', /not text in UTF-8/],
    ['up (nS),down (nS)\n1,2\n', /bad.csv: potentiation: at least 8 states are needed, got 1/],
    [tableOf('nS', 1e9).replace('down (nS)', 'down (uS)'), /must overlap/],
  ])('says what is wrong with %j', async (text, message) => {
    const file = join(folder, 'bad.csv');
    await writeFile(file, text);
    await expect(readPulseTable(file)).rejects.toThrow(message);
  });
});

describe('training in cells', () => {
  const config = (cells: object, extra: object = {}) =>
    checkConfig(
      {
        data: 'xor',
        network: { kind: 'resistive', hidden: [8], inputGain: 4 },
        training: { beta: 0.2, batch: 4, epochs: 3, conductanceRates: 0.025, biasRates: 0.025 },
        cells,
        ...extra,
      },
      'test',
    );

  it('learns on either arithmetic, counts pulses and logs them', async () => {
    for (const arithmetic of ['float64', 'float32']) {
      const pulseLog = join(folder, `pulses-${arithmetic}.csv`);
      const run = await composeRun(
        config({ policy: 'proportional', d2d: 0.05, c2c: 0.05, pulseLog }, { arithmetic }),
      );
      let pulses = 0;
      for await (const event of run.trainer.run()) if (event.type === 'epoch') pulses += event.record.pulses;
      const report = run.composition.cells!.report();
      await run.trainer.device.close();
      expect(pulses).toBeGreaterThan(0);
      expect(report.potentiationPulses + report.depressionPulses).toBe(pulses);
      const [header, ...lines] = (await readFile(pulseLog, 'utf8')).trim().split('\n');
      expect(header).toBe('update,group,row,column,polarity,count');
      expect(lines.reduce((sum, line) => sum + Number(line.split(',')[5]), 0)).toBe(pulses);
    }
  });

  it('drift and relaxation take their flags, go by the time between updates and spoil learning', async () => {
    const command = addSettings(new Command().exitOverride());
    command.parse(['--drift', '0.1', '--drift-spread', '0.02', '--relaxation', '--update-seconds', '10'], {
      from: 'user',
    });
    const { cells } = settingsTree(command.opts());
    expect(cells).toMatchObject({
      drift: { exponent: 0.1, spread: 0.02 },
      relaxation: true,
      update_s: 10,
    });
    const conductances = async (tree: object) => {
      const run = await composeRun(config({ policy: 'accumulate', ...tree }));
      for await (const _ of run.trainer.run());
      const { g1 } = await run.trainer.device.readParameters();
      await run.trainer.device.close();
      return Float64Array.from(g1);
    };
    const mean = (values: Float64Array) => values.reduce((a, b) => a + b) / values.length;
    const still = mean(await conductances({}));
    const drifted = mean(await conductances({ drift: { exponent: 0.1 } }));
    const later = mean(await conductances({ drift: { exponent: 0.1 }, update_s: 1000 }));
    expect(drifted).toBeLessThan(still);
    expect(later).toBeLessThan(drifted);
    expect([...(await conductances({ relaxation: true }))]).not.toEqual([...(await conductances({}))]);
    expect(() => config({ drift: { spread: 0.1 } })).toThrow(/drift.exponent/);
  });

  it('warns of a window that was not measured, or was never given', async () => {
    const run = await composeRun(
      config(
        { model: 'ag-asi-jo' },
        { network: { kind: 'resistive', hidden: [8], inputGain: 4, window: 50 } },
      ),
    );
    expect(run.composition.warnings).toEqual([
      expect.stringMatching(/window of 50 is not what was measured \(12.5\)/),
    ]);
    await run.trainer.device.close();
    const assumed = await composeRun(config({ model: 'hfo2-gong' }));
    expect(assumed.composition.warnings).toEqual([expect.stringMatching(/no absolute conductances/)]);
    await assumed.trainer.device.close();
  });

  it.each([
    [{ model: 'taox-tio2-gao' }, [/g_max\/g_min is 2.00, and 10 or more is needed.*--pairing differential/]],
    [{ model: 'taox-tio2-gao', pairing: 'differential' }, []],
    [{ model: 'linear', states: 50, d2d: 0.05, c2c: 5 }, []],
    [{ model: 'ag-asi-jo', states: 50 }, [/cells.states has no effect: cells ag-asi-jo/]],
    [{ deadZone: 1 }, [/cells.deadZone has no effect: policy proportional/]],
    [{ policy: 'exact', c2c: 0.1 }, [/cells.c2c has no effect: policy exact/]],
    [{ d2d: 5, readNoise: 0.01 }, [/cells.d2d is a share: 5 is 500 %; 5 % is 0.05/]],
  ])('warns of what has no effect, or is no share, in %j', async (cells, messages) => {
    const run = await composeRun(config(cells));
    expect(run.composition.warnings).toEqual(messages.map((message) => expect.stringMatching(message)));
    await run.trainer.device.close();
  });

  it('names a bad field', async () => {
    expect(() => config({ c2c: -1 })).toThrow(/c2c/);
    await expect(composeRun(config({ model: 'hfo2-gon' }))).rejects.toThrow(/did you mean hfo2-gong/);
  });
});
