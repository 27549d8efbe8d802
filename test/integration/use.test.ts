import { appendFileSync, cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { usedModules } from '../../experiments/modules/index.js';
import { scratch } from '../scratch.js';
import { ohmprop, ohmpropProcess } from './command-line.js';

// A user's own code as the examples have it, copied outside of the repository and named with --use.

const examples = fileURLToPath(new URL('../../examples/use/', import.meta.url));
let cwd: string;
beforeAll(() => {
  cwd = scratch('use');
  cpSync(examples, cwd, { recursive: true });
});

const run = (line: string) => ohmprop(line.split(' '), { cwd });
async function json(line: string) {
  const { code, stdout, stderr } = await run(`${line} --json`);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}
const epochsOf = ({ epochs }: { epochs: { seconds: number; samplesPerSecond: number }[] }) =>
  epochs.map(({ seconds: _, samplesPerSecond: __, ...numbers }) => numbers);
const metricsOf = (run: string) =>
  readFileSync(join(cwd, run, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text));

/** What is trained on each module, beside `train --use MODULE`. */
const lines: Readonly<Record<string, string>> = {
  policy: '--preset iris --cells linear --policy patient',
  cost: '--preset iris --cost tolerant --nudge current-held',
  cell: '--preset iris --cells leaky-oxide --policy accumulate',
  device: '--device averaging --data iris',
  data: '--data rings:100',
};

describe('a module of a user', () => {
  it('has at most 40 lines in each example', () => {
    for (const file of readdirSync(examples).filter((name) => name.endsWith('.mjs'))) {
      expect(
        readFileSync(join(examples, file), 'utf8').trimEnd().split('\n').length,
        file,
      ).toBeLessThanOrEqual(40);
    }
  });

  it.each(Object.entries(lines))(
    '%s: trains, goes on bit for bit, is asked for again, and is gone then',
    async (name, line) => {
      const use = `--use ./${name}.mjs`;
      const whole = await json(`train ${use} ${line} --epochs 3 --without-report -o ${name}-whole/`);
      await json(`train ${use} ${line} --epochs 2 --without-report -o ${name}/`);
      const unnamed = await run(`resume ${name} --epochs 3`);
      expect(unnamed.code).toBe(2);
      expect(unnamed.stderr).toMatch(
        new RegExp(`made with a module of its user, .*--use ".*/${name}.mjs" \\(SHA-256 [0-9a-f]{64}\\)`),
      );
      const resumed = await json(`resume ${name} --epochs 3 --without-report ${use}`);
      expect(epochsOf(resumed)).toEqual(epochsOf(whole));
      const { modules } = JSON.parse(readFileSync(join(cwd, name, 'manifest.json'), 'utf8'));
      expect(modules).toMatchObject([
        { file: join(cwd, `${name}.mjs`), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      ]);
      expect((await json(`eval ${name} ${use}`)).testError).toBe(resumed.epochs[2].testError);
      expect(usedModules()).toEqual([]);
      expect((await run(`train ${line} --dry-run`)).code).toBe(2);
    },
  );

  it('is refused where it changed, unless that is agreed to', async () => {
    await json(
      'train --use policy.mjs --preset xor --cells linear --policy patient --epochs 1 --without-report -o changed/',
    );
    cpSync(join(cwd, 'policy.mjs'), join(cwd, 'other.mjs'));
    appendFileSync(join(cwd, 'other.mjs'), '// another\n');
    const refused = await run('resume changed --epochs 2 --use other.mjs');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(
      /other\.mjs is not what .*changed was made with.*--changed-module takes it/,
    );
    const agreed = await run('resume changed --epochs 2 --use other.mjs --changed-module --without-report');
    expect(agreed.code, agreed.stderr).toBe(0);
    expect(agreed.stderr).toContain('is not what');
  });

  it('is in lists, help, sweeps, trains of pulses and a schema for editors', async () => {
    expect((await run('cell list --use cell.mjs')).stdout).toMatch(/leaky-oxide[\s\S]*slow-oxide/);
    expect((await json('cell pulse leaky-oxide --use cell.mjs')).name ?? 'leaky-oxide').toContain(
      'leaky-oxide',
    );
    expect((await run('cell sweep slow-oxide --use cell.mjs')).stdout).toContain('made up');
    const help = (await run('train --help --use policy.mjs --use cost.mjs --use device.mjs --use data.mjs'))
      .stdout;
    for (const name of ['patient', 'tolerant', 'averaging', 'rings']) expect(help).toContain(name);
    expect((await run('train --help')).stdout).not.toContain('patient');
    const schema = JSON.stringify(await json('train --json-schema --use policy.mjs'));
    expect(schema).toContain('"patient"');
    expect(schema).not.toContain('"use"');
    writeFileSync(
      join(cwd, 'run.yaml'),
      'preset: xor\ncells: { policy: patient }\ntraining: { epochs: 1 }\n',
    );
    await json('train run.yaml --use policy.mjs --without-report');
    // As a study writes down what --device said.
    writeFileSync(join(cwd, 'device.yaml'), 'data: xor\nnetwork: { kind: board, device: averaging }\n');
    expect((await json('train device.yaml --use device.mjs --dry-run')).device).toContain('averaging');
  });

  it('is checked by gradcheck: a device by its energy, a cost by its value', async () => {
    const right = await json('gradcheck averaging --use device.mjs --data iris --samples 4');
    expect(right.verdict).toBe('right');
    const source = readFileSync(join(cwd, 'device.mjs'), 'utf8');
    writeFileSync(
      join(cwd, 'wrong-device.mjs'),
      source.replace('(zi - v[k]) ** 2 / 2', '(zi + v[k]) ** 2 / 2'),
    );
    const wrong = await json('gradcheck averaging --use wrong-device.mjs --data iris --samples 4');
    expect(wrong.verdict).toBe('biased');
    const cost = '--preset iris --cost tolerant --nudge current-held --beta 1nS --samples 4';
    expect((await json(`gradcheck --use cost.mjs ${cost}`)).verdict).toBe('right');
    const told = readFileSync(join(cwd, 'cost.mjs'), 'utf8').replace('** 2 / 2, 0)', '** 2, 0)');
    writeFileSync(join(cwd, 'wrong-cost.mjs'), told);
    expect(await json(`gradcheck --use wrong-cost.mjs ${cost}`)).toMatchObject({
      verdict: 'wrong',
      verdictText: expect.stringContaining('the cost tolerant says'),
    });
  });

  it('goes with a study, whose trials other processes compute', async () => {
    const study = 'study --use policy.mjs --workers 1 --axis cells.policy=patient,sign -o studied/';
    const base = '-- train --preset xor --cells linear --epochs 1';
    const { done, trials } = await json(`${study} --json ${base}`.replace(' --json', '')).catch(async () =>
      JSON.parse((await run(`${study} --json ${base}`)).stdout),
    );
    expect([done, trials.length]).toEqual([2, 2]);
    const packed = await json('runs pack studied --use policy.mjs -o study.zip');
    expect(packed.runs.map(({ folder }: { folder: string }) => folder)).toEqual(
      ['a', 'b'].map(() => expect.stringMatching(/^runs\/studied_[0-9a-f]{16}$/)),
    );
    const again = await run('runs reproduce study.zip --use policy.mjs -o study-again/');
    expect(again.stdout.match(/same bits/g)).toHaveLength(2);
    expect(readFileSync(join(cwd, 'studied/study.yaml'), 'utf8')).not.toContain('policy.mjs');
    const after = await run(`${study.replace('--use policy.mjs ', '')} ${base}`);
    expect(after.code).toBe(2);
    const inside = await run(`study --axis seed=1,2 -- train --use policy.mjs --preset xor --policy patient`);
    expect(inside.stderr).toContain('--use stands before the --');
  });

  it('is asked for, and not found, in a pack', async () => {
    await json('train --use data.mjs --data rings:50 --epochs 1 --without-report -o packed/');
    const packed = await run('runs pack packed --use data.mjs -o paper.zip');
    expect(packed.stderr).toMatch(/data\.mjs, a module of its user, is not in the pack/);
    const without = await run('runs reproduce paper.zip -o again/');
    expect(without.code).toBe(2);
    expect(without.stderr).toMatch(/packed of paper\.zip was made with a module.*--use "data\.mjs"/);
    const again = await run('runs reproduce paper.zip --use data.mjs -o again/');
    expect([again.code, again.stdout], again.stderr).toEqual([0, expect.stringContaining('same bits')]);
  });

  it('is named by whoever types, and by no file', async () => {
    writeFileSync(join(cwd, 'use.yaml'), 'preset: xor\nuse: [./policy.mjs]\n');
    const { code, stderr } = await run('train use.yaml --dry-run');
    expect([code, stderr]).toEqual([2, expect.stringContaining('names no code to run')]);
  });

  it.each([
    ['nothing at that path', undefined, /there is no such file; looked for/],
    ['an error while it is loaded', '\n\nthrow new Error("boom");', /while it is loaded, at line 3: boom/],
    ['no module', 'export default {', /while it is loaded/],
    ['nothing in it', 'export default {};', /brings nothing; needs export default/],
    [
      'a kind that there is not',
      'export default { policy: { a: { plan() {} } } };',
      /"policy" is nothing that a module brings/,
    ],
    [
      'a name that is taken',
      'export default { policies: { sign: { plan() {} } } };',
      /policies\.sign: policy "sign" exists already/,
    ],
    [
      'a policy without its plan',
      'export default { policies: { mine: {} } };',
      /policies\.mine:\n {2}plan: needs a function; got nothing/,
    ],
    [
      'a key that there is not',
      'export default { policies: { mine: { plann() {} } } };',
      /did you mean "plan"/,
    ],
    [
      'a cell that goes the wrong way',
      'export default { cells: { mine: { g_min_S: 0, g_max_S: 1, up: () => -1, down: () => -1 } } };',
      /cells\.mine: .*points the wrong way/,
    ],
    [
      'a name that is none',
      'export default { costs: { "my cost": { value() {}, slope() {} } } };',
      /a name has letters, digits and hyphens/,
    ],
  ])('%s', async (_, text, message) => {
    if (text !== undefined) writeFileSync(join(cwd, 'bad.mjs'), text);
    const { code, stderr } = await run(
      `train --use ${text === undefined ? 'gone' : 'bad'}.mjs --preset xor --dry-run`,
    );
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  it.each([
    [
      'a policy that gives no number',
      'policies: { mine: { plan({ pulses }) { pulses[0] = NaN; } } }',
      '--cells linear --policy mine',
      /cell 0 NaN pulses/,
    ],
    [
      'a policy that plans later',
      'policies: { mine: { async plan({ pulses }) { pulses.fill(1); } } }',
      '--cells linear --policy mine',
      /policy mine: plan is asynchronous; plan is to fill cells\.pulses before it returns/,
    ],
    [
      'a policy that gives its pulses back',
      'policies: { mine: { plan: ({ count }) => new Float64Array(count).fill(1) } }',
      '--cells linear --policy mine',
      /policy mine: plan returns something \(Float64Array\)/,
    ],
    [
      'a policy that puts other pulses there',
      'policies: { mine: { plan(cells) { cells.pulses = new Float64Array(cells.count).fill(1); } } }',
      '--cells linear --policy mine',
      /policy mine: plan puts another array in the place of cells\.pulses/,
    ],
    [
      'a policy with a mistake in it',
      'policies: { mine: { plan() {\n  undefined.pulses; } } }',
      '--cells linear --policy mine',
      /bad\.mjs, line 2: policies\.mine\.plan ends with an error: Cannot read/,
    ],
    [
      'a cost without a slope',
      'costs: { mine: { value: (v, y) => v.reduce((sum, vk, k) => sum + (vk - y[k]) ** 2, 0), slope() {} } }',
      '--cost mine --nudge current-held',
      /cost mine: its slope is not that of its value: .* slope says 0 and value rises by/,
    ],
    [
      'a cost that is climbed',
      'costs: { mine: { value: (v) => v[0] ** 2 / 2, slope(v, y, numbers, out) { out[0] = -v[0]; } } }',
      '--cost mine --nudge current-held',
      /cost mine: its slope is not that of its value/,
    ],
    [
      'data that it cannot make',
      'data: { mine: { load() { throw new Error("no such rows"); } } }',
      '--data mine',
      /bad\.mjs, line 1: data\.mine\.load ends with an error: no such rows/,
    ],
    [
      'a cost that gives none',
      'costs: { mine: { value: () => NaN, slope() {} } }',
      '--cost mine --nudge current-held',
      /cost mine: value gives NaN/,
    ],
    [
      'a device that is none',
      'devices: { mine: { training: { beta: 1, conductanceRates: 1 }, open: () => ({ info: {} }) } }',
      '--device mine',
      /has no initialise\(\); it has to be an AnalogDevice/,
    ],
    [
      'data that are none',
      'data: { mine: { load: () => ({ values: [[1], [NaN]], classes: [0, 1] }) } }',
      '--data mine',
      /row 1, value 0: NaN; needs a number/,
    ],
  ])('%s', async (_, text, line, message) => {
    writeFileSync(join(cwd, 'bad.mjs'), `export default { ${text} };`);
    const preset = line.includes('--d') ? '--data xor' : '--preset xor';
    const { code, stderr } = await run(
      `train --use bad.mjs ${line.includes('--data') ? '' : `${preset} `}${line} --epochs 1 --without-report`.replace(
        / +/g,
        ' ',
      ),
    );
    expect(code).toBeGreaterThan(0);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('a defect of ohmprop');
  });

  it('cannot move cells but by pulses, and hears of pulses that are too many', async () => {
    const policy = (more: string) =>
      `export default { policies: { mine: { plan({ pulses, wanted, states }) {
        for (const c of pulses.keys()) pulses[c] = Math.sign(wanted[c]) * 1e9;
        ${more}
      } } } };`;
    writeFileSync(join(cwd, 'many.mjs'), policy(''));
    writeFileSync(join(cwd, 'writes.mjs'), policy('states.fill(7); wanted.fill(7);'));
    const line = '--preset xor --cells linear --policy mine --epochs 2 --without-report';
    const plain = await run(`train --use many.mjs ${line} -o many/`);
    expect(
      plain.stderr.match(/policy mine asked for more pulses than a cell gets in one round/g),
    ).toHaveLength(1);
    const [first, second] = metricsOf('many').map(({ cutCountsSoFar }) => cutCountsSoFar);
    expect(first).toBeGreaterThan(0);
    expect(second).toBeGreaterThan(first);
    await run(`train --use writes.mjs ${line} -o writes/`);
    expect(epochsOf({ epochs: metricsOf('writes') })).toEqual(epochsOf({ epochs: metricsOf('many') }));
    // Counted on where the run goes on.
    await run('resume many --use many.mjs --epochs 3 --without-report');
    expect(metricsOf('many')[2].cutCountsSoFar).toBeGreaterThan(second);
  });

  it('takes what network.settings says to its device', async () => {
    const open = readFileSync(join(cwd, 'device.mjs'), 'utf8')
      .replace('({ inputs, outputs })', '({ inputs, outputs, settings })')
      .replace('start: [1e-4', 'start: [settings.least ?? 1e-4');
    writeFileSync(join(cwd, 'settings.mjs'), open);
    const costOf = async (out: string, settings = '') => {
      const line = 'train --use settings.mjs --device averaging --data xor --epochs 1 --without-report';
      await json(`${line} -o ${out}/${settings}`);
      return metricsOf(out)[0].cost_V2;
    };
    const plain = await costOf('unset');
    expect(await costOf('same', ' --set network.settings.least=1e-4')).toBe(plain);
    expect(await costOf('set', ' --set network.settings.least=1.9e-4')).not.toBe(plain);
    const { code, stderr } = await run(
      'train --use settings.mjs --device averaging --data xor --dry-run --set network.settings.least=[1]',
    );
    expect([code, stderr]).toEqual([2, expect.stringContaining('needs a number, a text, true or false')]);
  });

  it.each([
    [
      'ends the process while it is loaded',
      'process.exit(0);',
      '--dry-run',
      2,
      /ends\.mjs": it ended the process \(exit code 0\)/,
    ],
    [
      'waits for ever while it is loaded',
      'await new Promise(() => {});',
      '--dry-run',
      2,
      /ends\.mjs": it waits for what never comes/,
    ],
    [
      'ends the process later',
      'export default { policies: { mine: { plan() { process.exit(0); } } } };',
      '--cells linear --policy mine --epochs 1',
      1,
      /ends\.mjs"\) ended the process \(exit code 0\) in the middle of the command/,
    ],
  ])('never ends a command without a word: %s', async (_, text, line, exit, message) => {
    const own = scratch('ends');
    writeFileSync(join(own, 'ends.mjs'), text);
    const words = `train --use ends.mjs --preset xor ${line} --json`.split(' ');
    const { code, stdout, stderr } = await ohmpropProcess(words, { cwd: own });
    expect([code, stderr]).toEqual([exit, expect.stringMatching(message)]);
    expect(JSON.parse(stdout).error.code).toBe('use.ended');
  });
});
