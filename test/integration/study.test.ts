import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TrialStore } from '../../experiments/studies/index.js';
import { scratch } from '../scratch.js';
import { ohmprop, startOhmprop } from './command-line.js';

// Studies as a person runs them: each trial in a process of `ohmprop study worker` (the built program).

const report = ['crossbar', 'report', '--random', '8x8', '--inputs', '1V'];
const wires = [
  'study',
  '--name',
  'wires',
  '--axis',
  'wireOhm=1,10',
  '--seeds',
  '2',
  '--keep',
  'relativeError',
];

describe('ohmprop study', () => {
  it('stops the worse half of the points with --halve-after, at the same epochs, and changes no number of the others', async () => {
    const cwd = scratch();
    const line = (name: string, ...more: string[]) => [
      ...['study', '--name', name, '--workers', '1', '--seeds', '2', '--json', ...more],
      ...['--axis', 'training.conductanceRates=1e-4,1%,1e-3,2%,1e-5', '--keep', 'testError'],
      ...['--', 'train', '--preset', 'iris', '--epochs', '4'],
    ];
    const numbersOf = (stdout: string) => {
      const { trials } = JSON.parse(stdout) as {
        trials: { values: Record<string, number>; seed: number; numbers: Record<string, number> }[];
      };
      return trials.map(({ values, seed, numbers }) => [values, seed, numbers.testError]);
    };
    const whole = await ohmprop(line('whole'), { cwd });
    const all = numbersOf(whole.stdout);
    expect(all).toHaveLength(10);
    const halved = await ohmprop(line('halved', '--halve-after', '1'), { cwd });
    expect(halved.code).toBe(0);
    expect(halved.stderr).toMatch(/after epoch 1, 3 points go on[\s\S]*after epoch 2, 2 points go on/);
    const left = numbersOf(halved.stdout);
    expect(left).toHaveLength(4);
    for (const one of left) expect(all).toContainEqual(one);
    const errors = (some: typeof all) => some.map(([, , error]) => Number(error));
    expect(Math.min(...errors(left))).toBe(Math.min(...errors(all)));
    expect(Math.max(...errors(left))).toBeLessThan(Math.max(...errors(all)));
    const { failures } = JSON.parse(halved.stdout);
    expect(failures.map(({ message }: { message: string }) => message.slice(0, 21)).sort()).toEqual([
      ...Array(4).fill('stopped after epoch 1'),
      ...Array(2).fill('stopped after epoch 2'),
    ]);

    // Given again it computes nothing; what was stopped is computed whole where nothing stops it.
    const again = await ohmprop(line('halved', '--halve-after', '1'), { cwd });
    expect(numbersOf(again.stdout)).toEqual(left);
    const retried = await ohmprop(line('halved', '--retry-failed'), { cwd });
    expect(numbersOf(retried.stdout)).toEqual(all);

    for (const [words, why] of [
      [['--halve-after', '4'], /needs fewer epochs than a training has, which are 4/],
      [['--halve-after', '1', '--redis', 'redis://127.0.0.1:1'], /leave out --redis and --slurm/],
      [['--halve-after', '1', '--axis', 'training.patience=3'], /training.patience is not the same/],
    ] as const)
      expect((await ohmprop(line('refused', ...words), { cwd })).stderr).toMatch(why);
  });

  it('computes every point under every seed, once, and gives the numbers of the command itself', async () => {
    const cwd = scratch();
    const { code, stdout } = await ohmprop([...wires, '--json', '--', ...report], { cwd });
    expect(code).toBe(0);
    const answer = JSON.parse(stdout);
    expect(answer).toMatchObject({
      study: 'wires',
      done: 4,
      failed: 0,
      open: 0,
      axes: ['wireOhm'],
      metrics: ['relativeError'],
    });
    const [trial] = answer.trials as { values: object; seed: number; numbers: Record<string, number> }[];
    expect(trial).toMatchObject({ values: { wireOhm: 1 }, seed: 1 });
    const alone = await ohmprop([...report, '--wire-ohm', '1', '--seed', '1', '--json'], { cwd });
    expect(trial.numbers.relativeError).toBe(JSON.parse(alone.stdout).relativeError);
    for (const file of ['report.html', 'trials.csv', 'points.csv', 'study.yaml', 'figures/1.svg'])
      expect(existsSync(join(cwd, 'runs/study_wires', file))).toBe(true);

    const again = await ohmprop([...wires, '--', ...report], { cwd });
    expect(again.stderr).toContain('4 of 4 trials have an answer already');

    // one value more: only its trials are computed; the file that was written is the same study
    writeFileSync(
      join(cwd, 'wires.yaml'),
      readFileSync(join(cwd, 'runs/study_wires/study.yaml'), 'utf8').replace('- 10', '- 10\n    - 30'),
    );
    const dry = await ohmprop(['study', 'wires.yaml', '--dry-run', '--json'], { cwd });
    expect(JSON.parse(dry.stdout)).toMatchObject({ trials: 6, done: 4, open: 2 });

    const shown = await ohmprop(
      ['study', 'report', 'runs/study_wires', '--good', 'relativeError<=1%', '-o', 't.csv'],
      { cwd },
    );
    expect(shown.stdout).toContain('yield');
    expect(readFileSync(join(cwd, 't.csv'), 'utf8').split('\n')[0]).toBe(
      'wireOhm,seed,relativeError,seconds,trial',
    );
  });

  it('draws pieces of hardware: everything else alike, the yield, and the worst of them again', async () => {
    const cwd = scratch();
    await ohmprop(['train', '--preset', 'xor', '--epochs', '4', '-o', 'runs/xor/'], { cwd });
    const line = (...more: string[]) => ['study', '--name', 'yield', '--workers', '1', '--json', ...more];
    const run = ['--', 'eval', 'xor', '--cells', 'linear', '--stuck', '20%'];
    const { stdout, stderr, code } = await ohmprop(line('--draws', '5', '--good', 'cost_V2<1e-7', ...run), {
      cwd,
    });
    expect(stderr).not.toContain('same');
    expect(code).toBe(0);
    const answer = JSON.parse(stdout);
    const costs = answer.trials.map(({ numbers }: { numbers: { cost_V2: number } }) => numbers.cost_V2);
    expect(new Set(costs).size).toBe(5);
    const [{ worst, most, n }] = answer.distributions;
    expect([worst, most.value, n]).toEqual(['most', Math.max(...costs), 5]);
    const good = costs.filter((cost: number) => cost < 1e-7).length;
    expect(answer.points[0].yield).toMatchObject({ good, n: 5 });

    // The command that the report gives computes that very draw.
    const shown = await ohmprop(['study', 'report', 'runs/study_yield'], { cwd });
    const [, again] = /worst .*: ohmprop (.*)/.exec(shown.stdout) ?? [];
    expect(JSON.parse((await ohmprop([...again.split(' '), '--json'], { cwd })).stdout).cost_V2).toBe(
      Math.max(...costs),
    );
    expect(readFileSync(join(cwd, 'runs/study_yield/report.html'), 'utf8')).toContain(
      'Over the hardware drawn',
    );
    expect(readFileSync(join(cwd, 'runs/study_yield/study.yaml'), 'utf8')).toMatch(
      /run: runs\/xor[\s\S]*draws: 5/,
    );

    // A wrong number is said after the first trial, where all answer alike.
    const wrong = await ohmprop(line('--draws', '5', '-o', 'w/', '--good', 'tstError<1', ...run), { cwd });
    expect(wrong.stderr).toContain('did you mean testError?');
    expect(wrong.code).toBe(2);
    expect(readdirSync(join(cwd, 'w/trials')).length).toBeLessThan(5);
  });

  it('computes anew what a changed input file has changed, and says so', async () => {
    const cwd = scratch();
    writeFileSync(join(cwd, 'g.csv'), '1e-3,2e-3\n3e-3,4e-3\n');
    const line = [
      'study',
      '--workers',
      '1',
      '--axis',
      'wireOhm=1,2',
      '--',
      'crossbar',
      'report',
      '--conductances',
      'g.csv',
      '--inputs',
      '1V',
    ];
    await ohmprop(line, { cwd });
    writeFileSync(join(cwd, 'g.csv'), '1e-3,2e-3\n3e-3,5e-3\n');
    const { stderr, code } = await ohmprop(line, { cwd });
    expect(code).toBe(0);
    expect(stderr).toContain('2 trials are computed anew: g.csv changed');
  });

  it('keeps failed trials with their reason, and tries them again when asked', async () => {
    const cwd = scratch();
    writeFileSync(join(cwd, 'a.csv'), '1e-3,2e-3\n3e-3,4e-3\n');
    const line = [
      'study',
      '--workers',
      '1',
      '--axis',
      'conductances=a.csv,b.csv',
      '--',
      'crossbar',
      'report',
      '--inputs',
      '1V',
    ];
    const { stdout, stderr, code } = await ohmprop(line, { cwd });
    expect(code).toBe(1);
    expect(stderr).toContain('1 of 2 trials failed; --retry-failed tries them again');
    expect(stdout).toContain('failed at conductances b.csv');
    expect((await ohmprop(line, { cwd })).stderr).toContain('1 failed (--retry-failed tries them again)');
    writeFileSync(join(cwd, 'b.csv'), '1e-3,2e-3\n3e-3,4e-3\n');
    const again = await ohmprop(['study', '--retry-failed', '--json', ...line.slice(1)], { cwd });
    expect(again.stdout).toContain('"failed":0');
    expect(again.code).toBe(0);
    const fewer = line.map((word) => (word === 'conductances=a.csv,b.csv' ? 'conductances=a.csv' : word));
    expect((await ohmprop(fewer, { cwd })).stderr).toContain(
      '1 trial that has an answer is not asked for any more: kept in trials/, and in no table',
    );
  });

  it('says where the files of two studies, or the programs that computed them, differ', async () => {
    const cwd = scratch();
    const study = (name: string) =>
      ohmprop(
        ['study', '--name', name, '--', 'crossbar', 'report', '--conductances', 'g.csv', '--inputs', '1V'],
        { cwd },
      );
    writeFileSync(join(cwd, 'g.csv'), '1e-3,2e-3\n3e-3,4e-3\n');
    await study('a');
    writeFileSync(join(cwd, 'g.csv'), '1e-3,2e-3\n3e-3,5e-3\n');
    await study('b');
    const list = join(cwd, 'runs/study_b/trials.jsonl');
    writeFileSync(list, readFileSync(list, 'utf8').replace(/"version":"[^"]*"/, '"version":"0.0.7"'));
    const { stdout } = await ohmprop(['study', 'compare', 'runs/study_a', 'runs/study_b'], { cwd });
    expect(stdout).toMatch(/what is in g\.csv differs: SHA-256 [0-9a-f]{12}… in runs\/study_a, SHA-256 /);
    expect(stdout).toMatch(/the program differs: ohmprop .* in runs\/study_a, ohmprop 0\.0\.7/);
    await ohmprop(['study', 'report', 'runs/study_b'], { cwd });
    expect(readFileSync(join(cwd, 'runs/study_b/report.html'), 'utf8')).toContain('ohmprop 0.0.7');
  });

  it.each([
    [['study', '--axis', 'seeds=1,2', '--', 'train'], 'give --seeds, or --axis seed=1,2,3'],
    [['study', '--axis', 'hardware-seed=1,2', '--draws', '2', '--', 'train'], '--draws counts pieces'],
    [['study', '--axis', 'training.epoch=1', '--', 'train'], 'did you mean "epochs"?'],
    [['study', '--axis', 'wireOm=1', '--', ...report], 'did you mean "wireOhm"?'],
    [['study', '--', 'trian'], 'did you mean train?'],
    [['study', '--', 'crossbar'], 'is a group of commands'],
    [['study', '--', 'train', '--seeds', '3'], '--seeds before the --'],
    [['study', '--', 'study', 'x.yaml'], 'a study of studies'],
    [['study', '--', 'train', '--json'], '--json stands before the --'],
    [['study', '--axis', 'threads=1,2', '--', 'train'], 'no answer depends on it'],
    [['study'], 'name what is varied'],
    [['study', '--seeds', '2', '--', 'cell', 'list'], 'draws nothing at random'],
    [['study', '--draws', '2', '--', 'cell', 'list'], 'has no hardware that is drawn'],
    [['study', '--draws', '0', '--', ...report], 'needs 1 or more'],
    [['study', '--draws', '2', '--', ...report], '--hardware-seed: every cell is what it is'],
    [['study', '--draws', '2', '--', 'train'], 'nothing of this hardware is drawn'],
    [['study', '--draws', '2', '--seeds', '2', '--', 'train', '--cells', 'linear'], 'make the seed an axis'],
    [['study', '--draws', '2', '--good', 'power_W<1mV', '--', ...report], 'V is another unit'],
    [['study', '--axis', 'seed=1,2', '--seeds', '2', '--', 'train'], '--seeds counts seeds up already'],
    [['study', '--sampling', 'latin', '--axis', 'wireOhm=1:10', '--', ...report], 'needs --count'],
    [['study', '--count', '3', '--', ...report], '--count is of --sampling'],
    [['study', '--axis', 'wireOhm=1', '--axis', 'wireOhm=2', '--', ...report], 'given twice'],
    [['study', '--max-trials', '3', '--axis', 'wireOhm=1:4:4', '--', ...report], 'more than --max-trials 3'],
    [['study', 'report', '.'], 'is no directory of a study'],
    [['study', 'worker'], 'is started by ohmprop study'],
  ])('refuses %j', async (line, why) => {
    const { code, stderr } = await ohmprop(line as string[]);
    expect(stderr).toContain(why);
    expect(code).toBe(2);
  });

  it('refuses a range in another unit, and one whose plain numbers mean something else', async () => {
    const study = async (axis: string) =>
      (await ohmprop(['study', '--dry-run', '--axis', axis, '--', 'train', '--preset', 'iris'])).stderr;
    expect(await study('readout.noise_V=log:1mohm:10ohm:3')).toMatch(/not a quantity in V: .* another unit/);
    expect(await study('training.beta=1uS:2uS:2')).toContain('list values with their unit: training.beta=');
  });

  it('refuses draws of arrays that do not differ before any is computed', async () => {
    const cwd = scratch();
    const { stderr } = await ohmprop(['study', '--draws', '3', '--', ...report], { cwd });
    expect(stderr).toContain('--cell-spread 5% says how much they do');
    expect(existsSync(join(cwd, 'runs'))).toBe(false);
  });

  it('compares only what two studies both have, and says what they lack and where their commands differ', async () => {
    const cwd = scratch();
    const of = (name: string, values: string, more: readonly string[] = []) =>
      ohmprop(
        [
          'study',
          '--name',
          name,
          '--axis',
          `wireOhm=${values}`,
          '--keep',
          'relativeError',
          '--',
          ...report,
          ...more,
        ],
        { cwd },
      );
    await of('a', '1,2');
    await of('b', '2,3', ['--cell-spread', '5%']);
    const compared = await ohmprop(['study', 'compare', 'runs/study_a', 'runs/study_b'], { cwd });
    expect(compared.stdout).toContain(
      'not compared, of runs/study_a alone or without an answer: wireOhm 1\n',
    );
    expect(compared.stdout).toContain('of runs/study_b alone or without an answer: wireOhm 3\n');
    expect(compared.stdout).toContain(
      'apart from the points, cellSpread differs: not given in runs/study_a, ',
    );
    expect(compared.stdout).not.toContain('wireOhm differs');
  });

  it('refuses a directory that another study has, and a number that no trial has', async () => {
    const cwd = scratch();
    const one = ['--axis', 'wireOhm=1', '--keep', 'relativeError'];
    await ohmprop(['study', '--name', 'wires', ...one, '-o', 's/', '--', ...report], { cwd });
    const other = await ohmprop(['study', '--name', 'b', '-o', 's/', '--', ...report], { cwd });
    expect(other.stderr).toContain('holds the study "wires", not "b"');
    const trainings = await ohmprop(
      ['study', '--name', 'wires', '-o', 's/', '--', 'train', '--preset', 'xor'],
      {
        cwd,
      },
    );
    expect(trainings.stderr).toContain('holds a study of ohmprop crossbar report, not of ohmprop train');
    const { stderr } = await ohmprop(['study', 'report', 's', '--keep', 'relativeEror'], { cwd });
    expect(stderr).toContain('did you mean relativeError?');
  });

  it('loses no trial when its workers are killed, and goes on with trainings from their checkpoints', async () => {
    const cwd = scratch();
    const line = [
      'study',
      '--workers',
      '1',
      '--seeds',
      '2',
      '--',
      'train',
      '--preset',
      'xor',
      '--epochs',
      '8',
    ];
    // beside it, undisturbed
    const undisturbed = ohmprop(['study', '--json', ...line.slice(1)], { cwd: scratch() });
    const study = startOhmprop(['study', '--json', ...line.slice(1)], { cwd });
    let said = '';
    study.stdout.on('data', (chunk) => {
      said += chunk;
    });
    const ended = new Promise((done) => study.once('exit', done));
    const trials = join(cwd, 'runs/study_study/trials');
    const killed = new Set<number>();
    const isAlive = () => study.exitCode === null && study.signalCode === null;
    while (isAlive() && killed.size < 2) {
      for (const key of existsSync(trials) ? readdirSync(trials) : []) {
        const lock = join(trials, key, 'run.lock');
        if (!existsSync(lock)) continue;
        const { pid } = JSON.parse(readFileSync(lock, 'utf8') || '{}') as { pid?: number };
        if (pid !== undefined && !killed.has(pid)) {
          killed.add(pid);
          process.kill(pid, 'SIGKILL');
        }
      }
      await new Promise((go) => setTimeout(go, 30));
    }
    await ended;
    expect(killed.size).toBe(2);
    const whole = JSON.parse((await undisturbed).stdout);
    const errors = (answer: typeof whole) =>
      answer.trials.map(({ numbers }: { numbers: object }) => ({
        ...numbers,
        seconds: 0,
        'epochs.last.seconds': 0,
        'epochs.last.samplesPerSecond': 0,
      }));
    expect(errors(JSON.parse(said))).toEqual(errors(whole));
    expect(new TrialStore(join(cwd, 'runs/study_study')).isDone(whole.trials[0].key)).toBe(true);
  });
});
