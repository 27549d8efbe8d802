import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readRaw } from '../../circuits/spice/index.js';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';

const diode = `diode curve
V1 in 0 1
R1 in a 1k
D1 a 0 dd
.model dd d(is=1e-12 n=1.2)
.op
.dc V1 -1 2 0.5
.end
`;

function withFile(text: string): string {
  const cwd = scratch();
  writeFileSync(join(cwd, 'c.cir'), text);
  return cwd;
}

it('runs a SPICE file into JSON, raw, CSV and a figure', async () => {
  const cwd = withFile(diode);
  const files = ['-o', 'c.raw', '-o', 'c.csv', '-o', 'c.svg', '-o', 'c.html'];
  const { code, stdout } = await ohmprop(['circuit', 'run', 'c.cir', '--json', ...files], { cwd });
  expect(code).toBe(0);
  const result = JSON.parse(stdout);
  expect(result.title).toBe('diode curve');
  expect(result.op.status).toBe('settled');
  // ngspice 45.2, default tolerances: 0.61368661.
  expect(result.op.voltages_V.a).toBeCloseTo(0.613687, 5);
  expect(result.dc[0].voltages_V.in).toEqual([-1, -0.5, 0, 0.5, 1, 1.5, 2]);
  expect(result.stats.unknowns).toBe(1);
  const raw = readRaw(readFileSync(join(cwd, 'c.raw')));
  expect(raw.variables.map((v) => v.name)).toEqual(['v1-sweep', 'v(in)', 'v(a)', 'i(v1)']);
  expect(readFileSync(join(cwd, 'c.csv'), 'utf8').split('\n')).toHaveLength(9);
  expect(readFileSync(join(cwd, 'c.svg'), 'utf8')).toMatch(/<svg[\s\S]*voltage \(V\)/);
});

it('prints an operating point on stdout, takes the old names of -o once, and replaces nothing', async () => {
  const cwd = withFile('divider\nV1 in 0 1\nR1 in a 1k\nR2 a 0 1k\n.end\n');
  const old = await ohmprop(['circuit', 'run', 'c.cir', '--csv', 'c.csv', '--raw', 'c.raw'], { cwd });
  expect([old.code, old.stdout]).toEqual([
    0,
    expect.stringMatching(/operating point: settled.*\n.*\n +a +500 mV/),
  ]);
  expect(old.stderr).toMatch(/^warning: --csv is now --out, --raw is now --out; the old names go/);
  expect(old.stderr.match(/warning/g)).toHaveLength(1);
  const again = await ohmprop(['circuit', 'run', 'c.cir', '-o', 'c.csv', '--json'], { cwd });
  expect([again.code, JSON.parse(again.stdout)]).toMatchObject([2, { error: {}, files: [] }]);
});

it.each([
  [['--deadline', '60s'], /--deadline is for --engine ngspice/],
  [['--raw-text'], /--raw-text: there is no raw file to write/],
])('refuses %j, which would change nothing', async (flags, message) => {
  const { code, stderr } = await ohmprop(['circuit', 'run', 'c.cir', ...flags], { cwd: withFile(diode) });
  expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
});

it('exits with 2 and a place on a mistake, with 1 when nothing settles', async () => {
  const wrong = await ohmprop(['circuit', 'run', 'c.cir'], { cwd: withFile('t\nV1 a 0 1\nR1 a 0 4k7\n') });
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toMatch(/c\.cir:3:8: .*4\.7k/);
  const cancelled = withFile('t\nV1 in 0 1\nR1 in a 1k\nR2 a 0 -1k\n');
  const singular = await ohmprop(['circuit', 'run', 'c.cir', '--json'], { cwd: cancelled });
  expect(singular.code).toBe(1);
  expect(singular.stderr).toMatch(/"singular" at node a/);
  expect(JSON.parse(singular.stdout).op.status).toBe('singular');
});

it('checks a file without solving it', async () => {
  const cwd = withFile('t\nV1 a 0 1\nV2 a 0 1\nR1 b c 4k\nQ1 a b c mm\n');
  const { code, stdout } = await ohmprop(['circuit', 'check', 'c.cir', '--json'], { cwd });
  expect(code).toBe(2);
  const report = JSON.parse(stdout);
  expect(report.floatingNodes).toEqual([['b', 'c']]);
  expect(report.voltageLoops[0].element).toBe('v2');
  expect(report.unsupported[0].place).toBe('c.cir:5:1');
});

const divider = 'divider\nV1 in 0 dc 1 ac 1 pulse(0 1 0 1u 1u 1m 2m)\nR1 in a 1k\nR2 a 0 1k\n';

it.each([
  ['.ac dec 3 10 1k\n', /c\.cir:5:1: \.ac is not carried out.*--engine ngspice/],
  ['.noise v(a) V1 dec 2 10 1k\n', /c\.cir:5:1: \.noise is not carried out.*--engine ngspice/],
  [
    '.control\nalter r1 2k\ntran 0.1m 1m\n.endc\n',
    /c\.cir:5:1: what the \.control section asks for is not carried out/,
  ],
])('answers no %j by an operating point', async (cards, message) => {
  const cwd = withFile(`${divider}${cards}.end\n`);
  const run = await ohmprop(['circuit', 'run', 'c.cir', '--json'], { cwd });
  expect([run.code, run.stderr]).toEqual([2, expect.stringMatching(message)]);
  expect(JSON.parse(run.stdout)).toMatchObject({ error: { code: 'spice.unsupported' } });
  const check = await ohmprop(['circuit', 'check', 'c.cir', '--json'], { cwd });
  expect(check.code).toBe(2);
  expect(JSON.parse(check.stdout).unsupported.length).toBeGreaterThan(0);
});

it('carries out the analyses of a .control section, and says what it skips', async () => {
  const control = '.control\nlet x = 3\ntran 10u $&stop\nmeas tran most MAX v(a)\nplot v(a)\n.endc\n';
  const cwd = withFile(`${divider}.param stop=1m\n.csparam stop={stop}\n${control}.end\n`);
  const { code, stdout, stderr } = await ohmprop(['circuit', 'run', 'c.cir', '--json'], { cwd });
  expect([code, stderr]).toEqual([
    0,
    expect.stringMatching(/c\.cir:7:1: \.control section: tran, meas as cards/),
  ]);
  const [{ reached_s, measured }] = JSON.parse(stdout).transient;
  expect(reached_s).toBe(1e-3);
  expect(measured.most).toBeCloseTo(0.5, 12);
});

it('runs a transient into JSON, raw, CSV and a figure over time', async () => {
  const text = 'rc\nV1 in 0 PULSE(0 1 0 1n 1n 1 2)\nR1 in out 10k\nC1 out 0 10n\n.op\n.tran 5u 500u\n.end\n';
  const cwd = withFile(text);
  const files = ['-o', 'c.raw', '-o', 'c.csv', '-o', 'c.svg'];
  const { code, stdout, stderr } = await ohmprop(['circuit', 'run', 'c.cir', '--json', ...files], { cwd });
  expect(code, stderr).toBe(0);
  const { op, transient } = JSON.parse(stdout);
  expect(op.voltages_V.out).toBe(0);
  expect(transient[0]).toMatchObject({ status: 'completed', reached_s: 500e-6 });
  const { time_s, voltages_V, currents_A } = transient[0];
  time_s.forEach((t: number, k: number) => {
    expect(Math.abs(voltages_V.out[k] - (1 - Math.exp(-Math.max(0, t - 0.5e-9) / 1e-4)))).toBeLessThan(1e-3);
  });
  expect(currents_A.v1.length).toBe(time_s.length);
  const raw = readRaw(readFileSync(join(cwd, 'c.raw')));
  expect(raw.variables.map(({ name, type }) => [name, type])).toEqual([
    ['time', 'time'],
    ['v(in)', 'voltage'],
    ['v(out)', 'voltage'],
    ['i(v1)', 'current'],
  ]);
  expect(Array.from(raw.variables[2].values)).toEqual(voltages_V.out);
  expect(readFileSync(join(cwd, 'c.svg'), 'utf8')).toMatch(/time/);
  const told = await ohmprop(['circuit', 'run', 'c.cir'], { cwd });
  expect(told.stdout).toMatch(/transient: completed at 500 µs, .* points[\s\S]*at 500 µs:\n +in +1\.00 V/);
});

it('reads what .meas asks for: cases 22', async () => {
  const cards = [
    '.meas tran v100 FIND v(out) AT=100u',
    '.meas tran t50 WHEN v(out)=0.5',
    ".meas tran rise TRIG v(out) VAL=0.1 RISE=1 TARG v(out) VAL='0.5+0.4' RISE=1",
    '.meas tran charge INTEG i(vp) FROM=0 TO=500u',
    '.meas tran most MAX v(in,out)',
    '.meas tran never WHEN v(out)=2',
    ".meas tran odd PARAM='v(out)*2'",
    ".meas tran twice PARAM='t50*2'",
  ];
  const text = `rc\nVp in 0 PULSE(0 1 0 1n 1n 1 2)\nR1 in out 10k\nC1 out 0 10n\n.options reltol=1e-6\n.tran 1u 500u\n${cards.join('\n')}\n.end\n`;
  const { code, stdout, stderr } = await ohmprop(['circuit', 'run', 'c.cir', '--json'], {
    cwd: withFile(text),
  });
  expect([code, stderr]).toEqual([0, expect.stringMatching(/c\.cir:13:1: \.meas odd skipped: /)]);
  const { v100, t50, rise, charge, most, never, twice } = JSON.parse(stdout).transient[0].measured;
  expect(v100 / 0.6321187194287896).toBeCloseTo(1, 5);
  expect(t50 / 6.931521805544104e-5).toBeCloseTo(1, 5);
  expect(twice).toBe(2 * t50);
  expect(rise / (1e-4 * Math.log(9))).toBeCloseTo(1, 5);
  expect(charge / (-1e-8 * 0.9932620193111326)).toBeCloseTo(1, 4);
  expect(most).toBeCloseTo(1, 4);
  expect(never).toBe(null);
});

it('exits with 1 where a transient does not come to its end, and hands out what there is', async () => {
  const cwd = withFile('run away\nV1 a 0 1\nR1 a b -1k\nR2 b 0 2k\nC1 b 0 1n\n.tran 1u 1 uic\n.end\n');
  const { code, stdout, stderr } = await ohmprop(['circuit', 'run', 'c.cir', '--json', '-o', 'c.csv'], {
    cwd,
  });
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/the transient ended as "unstable" at .* µs, node b\. A voltage or current grows/),
  ]);
  expect(JSON.parse(stdout).transient[0].time_s.length).toBeGreaterThan(10);
  expect(readFileSync(join(cwd, 'c.csv'), 'utf8')).toMatch(/^time \[s\],v\(a\) \[V\]/);
});

it('says which analyses ngspice hands nothing back of', async () => {
  const engine = ['circuit', 'run', 'c.cir', '--engine', 'ngspice', '--json'];
  const both = await ohmprop(engine, { cwd: withFile(`${divider}.op\n.dc V1 0 1 0.5\n.end\n`) });
  expect([both.code, both.stderr]).toEqual([
    0,
    expect.stringMatching(/asks for \.op, \.dc; .*one of them alone/),
  ]);
  const none = await ohmprop(engine, { cwd: withFile(`${divider}.control\ndc V1 0 1 0.5\n.endc\n.end\n`) });
  expect([none.code, none.stderr]).toEqual([2, expect.stringMatching(/asks ngspice for no analysis/)]);
});

it('writes the complex results of ngspice as two numbers', async () => {
  const cwd = withFile('rc\nV1 in 0 ac 1\nR1 in a 1k\nC1 a 0 1u\n.ac dec 3 10 1k\n.end\n');
  const args = ['circuit', 'run', 'c.cir', '--engine', 'ngspice', '--json', '-o', 'c.csv'];
  const { code, stdout } = await ohmprop(args, { cwd });
  expect(code).toBe(0);
  const { vectors } = JSON.parse(stdout);
  // 1/(1 + jωRC) at 10 Hz.
  const w = 2 * Math.PI * 10 * 1e-3;
  expect(vectors['re(v(a))'][0]).toBeCloseTo(1 / (1 + w * w), 6);
  expect(vectors['im(v(a))'][0]).toBeCloseTo(-w / (1 + w * w), 6);
  expect(readFileSync(join(cwd, 'c.csv'), 'utf8')).toMatch(
    /^frequency \[Hz\],re\(v\(a\)\) \[V\],.*re\(i\(v1\)\) \[A\].*\n10,[-\d.e,]+\n/,
  );
});

it('hands cards it does not know to ngspice', async () => {
  const cwd = withFile('follower\nV1 c 0 5\nV2 b 0 2\nQ1 c b e npn\nR1 e 0 1k\n.model npn npn\n.op\n.end\n');
  expect((await ohmprop(['circuit', 'run', 'c.cir'], { cwd })).code).toBe(2);
  const { code, stdout } = await ohmprop(['circuit', 'run', 'c.cir', '--engine', 'ngspice', '--json'], {
    cwd,
  });
  expect(code).toBe(0);
  // ngspice 39.3, natively.
  expect(JSON.parse(stdout).op.voltages_V.e).toBeCloseTo(1.220866, 4);
});

it('gives ngspice included files, draws what it finds and refuses what it would hang on', async () => {
  const cwd = withFile(
    'follower\nV1 c 0 5\nV2 b 0 0\nQ1 c b e npn\n.include rest.inc\n.options reltol=1e-9\n.dc V2 1 2 0.5\n.end\n',
  );
  writeFileSync(join(cwd, 'rest.inc'), 'R1 e 0 1k\n.model npn npn\n');
  const engine = ['circuit', 'run', 'c.cir', '--engine', 'ngspice'];
  const { code, stdout } = await ohmprop([...engine, '--json', '-o', 'c.svg'], { cwd });
  expect(code).toBe(0);
  // ngspice 39.3, natively.
  expect(JSON.parse(stdout).vectors['v(e)'][2]).toBeCloseTo(1.220866, 4);
  expect(readFileSync(join(cwd, 'c.svg'), 'utf8')).toMatch(/<svg[\s\S]*voltage \(V\)/);
  const open = await ohmprop(engine, { cwd: withFile('t\nR1 a 0 {1k\nQ1 a b 0 q\n') });
  expect(open.code).toBe(2);
  expect(open.stderr).toMatch(/c\.cir:2:8: \{ is never closed/);
});

it('writes a preset as a circuit that can be run', async () => {
  const cwd = scratch();
  const set = ['--set', 'network.hidden=[6]'];
  const written = await ohmprop(['circuit', 'export', 'xor', ...set, '-o', 'x.cir', '--json'], { cwd });
  expect(JSON.parse(written.stdout)).toMatchObject({ run: 'xor', sample: 0, files: ['x.cir'] });
  const { code, stdout } = await ohmprop(['circuit', 'run', 'x.cir', '--json'], { cwd });
  expect(code).toBe(0);
  expect(Object.keys(JSON.parse(stdout).op.voltages_V)).toContain('h1_5');
  const shown = await ohmprop(['circuit', 'export', 'xor', ...set], { cwd });
  expect(shown.stdout).toBe(readFileSync(join(cwd, 'x.cir'), 'utf8'));
  expect(await ohmprop(['circuit', 'export', 'xor', '-o', 'x.cir'], { cwd })).toMatchObject({ code: 2 });
  const beyond = await ohmprop(['circuit', 'export', 'xor', '--sample', '4'], { cwd });
  expect([beyond.code, beyond.stderr]).toEqual([2, expect.stringMatching(/--sample must be 0 to 3, got 4/)]);
  const typo = await ohmprop(['circuit', 'export', 'xorr'], { cwd });
  expect([typo.code, typo.stderr]).toEqual([2, expect.stringMatching(/did you mean .*xor/)]);
});
