import { readFileSync } from 'node:fs';
import { Emulated2400, Emulated2600 } from '../drivers/instruments/emulated-smu/index.js';
import { resistorPort } from '../drivers/instruments/index.js';
import { type LineDevice, SteppedClock } from '../drivers/serving/index.js';

// The emulators of source-measure units against what others have written down: pymeasure's pairs of commands and replies for the 2400
// (its test of the Keithley 2400), and the recorded TSP session of OE-FET/keithley2600
// (its transfer measurement). Neither is part of this repository: the bench is told where they are.
//   npm run bench -- smu-judges PYMEASURE_TEST.py SESSION_LOG.txt

/** A command, and what pymeasure's test has it answered with; nothing where it is not answered. */
type Pair = readonly [command: string, reply: string | undefined];

/** What pymeasure says to every instrument first. */
const INIT: Pair = [':FORMAT:ELEMENTS VOLTAGE, CURRENT, RESISTANCE, TIME, STATUS', undefined];

/** How often an answer is looked for, s. */
const STEP_seconds = 0.002;

/** One instrument with a line to it, by its own time. */
class Line {
  private text = '';
  private readonly end;

  constructor(private readonly device: LineDevice) {
    this.end = device.connect((bytes) => {
      this.text += Buffer.from(bytes).toString('latin1');
    });
  }

  /** What it answers within so long. */
  async say(line: string, seconds = 2): Promise<string | undefined> {
    this.text = '';
    this.end.input(Buffer.from(`${line}\n`, 'latin1'));
    const quiet = !line.includes('?') && !line.includes('print');
    for (let waited = 0; waited < seconds && !this.text.endsWith('\n'); waited += STEP_seconds) {
      await new Promise<void>((resolve) => this.device.clock.after(STEP_seconds, resolve));
      if (quiet && waited > STEP_seconds) break;
    }
    return this.text === '' ? undefined : this.text.replace(/\r?\n$/, '');
  }
}

/** Judges both emulators. @param files pymeasure's test of the 2400, the recorded session */
export async function run([pairsFile, sessionFile]: readonly string[]): Promise<void> {
  if (pairsFile !== undefined) await judgePairs(readFileSync(pairsFile, 'utf8'));
  if (sessionFile !== undefined) await judgeSession(readFileSync(sessionFile, 'utf8'));
}

async function judgePairs(source: string): Promise<void> {
  const tests = source.split(/\ndef (test_\w+)/).slice(1);
  let good = 0;
  let count = 0;
  for (let k = 0; k < tests.length; k += 2) {
    const [name, body] = [tests[k], tests[k + 1]];
    const read = [...body.matchAll(/\(\s*"([^"]+)",\s*(None|b?"[^"]*"|'[^']*'|[\d.]+)\s*\)/g)].map(
      ([, command, reply]): Pair => [
        command,
        reply === 'None' ? undefined : reply.replace(/^b?["']|["']$/g, ''),
      ],
    );
    count++;
    const wrong = await judgeOne([INIT, ...read]);
    if (wrong === undefined) good++;
    else console.log(`${name}: ${wrong}`);
  }
  console.log(`pymeasure: ${good} of ${count} tests`);
}

/** @returns what is wrong; nothing where all of it is as the test has it */
async function judgeOne(pairs: readonly Pair[]): Promise<string | undefined> {
  const line = new Line(new Emulated2400({ clock: new SteppedClock(), cell: resistorPort(1e4), noise: 0 }));
  for (const [command, reply] of pairs) {
    if (reply === undefined) {
      await line.say(command);
      const error = await line.say(':SYST:ERR?');
      if (error !== '0,"No error"') return `${command}: ${error}`;
      continue;
    }
    // What is asked for is set first, where it can be: then the answer has to be the test's.
    const setter = command.replace(/\?$/, '');
    const bare = reply.replace(/\\n$/, '');
    if (/^SYST:ERR|:ERR/.test(command)) await line.say(':NO:SUCH:HEADER');
    else if (!/^\*IDN|READ\?|MEASURE/.test(command)) {
      await line.say(`${setter} ${bare}`);
      const error = await line.say(':SYST:ERR?');
      if (error !== '0,"No error"') return `${setter} ${bare}: ${error}`;
    } else if (command === ':READ?') await line.say(':OUTP ON');
    const answer = await line.say(command);
    if (answer === undefined) return `${command}: no answer`;
    const [got, want] = [answer.split(','), bare.split(',')];
    if (got.length !== want.length) return `${command}: ${answer} for ${bare}`;
    // Measurements and identities differ, as the test's are invented: their form counts.
    if (/^\*IDN|READ\?|MEASURE/.test(command)) continue;
    const same = got.every((one, k) =>
      Number.isNaN(Number(want[k]))
        ? one.replace(/\s/g, '') === want[k].replace(/\s/g, '')
        : Number(one) === Number(want[k]),
    );
    if (!same) return `${command}: ${answer} for ${bare}`;
  }
  return undefined;
}

async function judgeSession(log: string): Promise<void> {
  const cell = resistorPort(1e6);
  const device = new Emulated2600({ clock: new SteppedClock(), cell, cellB: cell, noise: 0 });
  const line = new Line(device);
  const entries = log
    .split('\n')
    .map((text) => /(\d\d):(\d\d):(\d\d),(\d{3}) .*DEBUG - (write|read):\s?(.*)$/.exec(text))
    .filter((match) => match !== null)
    .map(([, h, m, s, ms, way, text]) => ({
      seconds: 3600 * Number(h) + 60 * Number(m) + Number(s) + Number(ms) / 1000,
      way,
      text: text.trim(),
    }));
  const { clock } = device;
  // The log leaves out what was asked again and again while a sweep went on; its times are kept.
  const start = (entries[0]?.seconds ?? 0) - clock.now_seconds();
  let [asked, exact, form] = [0, 0, 0];
  const different: string[] = [];
  const number = /^-?\d\.\d{5}e[+-]\d\d$/;
  for (const [k, { way, text, seconds }] of entries.entries()) {
    if (way !== 'write') continue;
    const early = seconds - start - clock.now_seconds();
    if (early > 0) await new Promise<void>((resolve) => clock.after(early, resolve));
    const next = entries[k + 1];
    const answer = await line.say(text, 1);
    if (next?.way !== 'read') {
      if (answer !== undefined) different.push(`${text}: said ${answer}, the instrument nothing`);
      continue;
    }
    asked++;
    const said = answer ?? '(nothing)';
    if (said === next.text) exact++;
    else {
      if (number.test(said) && number.test(next.text)) form++;
      different.push(`${text}: ${said}, the instrument ${next.text}`);
    }
  }
  const errors = await line.say('print(errorqueue.count)');
  console.log(different.slice(0, 40).join('\n'));
  console.log(
    `TSP session: ${entries.filter(({ way }) => way === 'write').length} lines, ${asked} answered; ${exact} to the letter, ${form} in form (readings of another device, lists that the log cuts); errors at the end ${errors}`,
  );
}
