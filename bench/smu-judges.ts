import { readFileSync } from 'node:fs';
import { Emulated2400, Emulated2600 } from '../drivers/instruments/emulated-smu/index.js';
import { resistorPort } from '../drivers/instruments/index.js';
import { type LineDevice, SteppedClock } from '../drivers/serving/index.js';

// The emulators of source-measure units against what others have written down: pymeasure's pairs of commands and replies for the 2400
// (tests/instruments/keithley/test_keithley2400.py), and the recorded TSP session of OE-FET/keithley2600
// (docs/transferMeasurement_log.txt). Neither is part of this repository: the bench is told where they are.
//   npm run bench -- smu-judges PYMEASURE_TEST.py SESSION_LOG.txt

/** A command, and what pymeasure's test has it answered with; nothing where it is not answered. */
type Pair = readonly [command: string, reply: string | undefined];

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
  async say(line: string, seconds = 20): Promise<string | undefined> {
    this.text = '';
    this.end.input(Buffer.from(`${line}\n`, 'latin1'));
    for (let waited = 0; waited < seconds && !this.text.endsWith('\n'); waited += 0.5) {
      await new Promise<void>((resolve) => this.device.clock.after(0.5, resolve));
      if (waited > 0.5 && !line.includes('?') && !line.includes('print')) break;
    }
    return this.text === '' ? undefined : this.text.replace(/\r?\n$/, '');
  }
}

export async function smuJudges([pairsFile, sessionFile]: readonly string[]): Promise<void> {
  if (pairsFile !== undefined) await judgePairs(readFileSync(pairsFile, 'utf8'));
  if (sessionFile !== undefined) await judgeSession(readFileSync(sessionFile, 'utf8'));
}

async function judgePairs(source: string): Promise<void> {
  const tests = source.split(/\ndef (test_\w+)/).slice(1);
  let good = 0;
  let count = 0;
  for (let k = 0; k < tests.length; k += 2) {
    const [name, body] = [tests[k], tests[k + 1]];
    const pairs: Pair[] = [[':FORMAT:ELEMENTS VOLTAGE, CURRENT, RESISTANCE, TIME, STATUS', undefined]];
    for (const [, command, , quoted, number] of body.matchAll(
      /\(\s*"([^"]+)",\s*(b?(?:"([^"]*)"|'([^']*)')|None|[\d.]+)\s*,?\s*\)/g,
    )) {
      void quoted;
      void number;
      const [, , said] = /\(\s*"([^"]+)",\s*(.*)\)$/s.exec('') ?? [];
      void said;
      pairs.push([command, undefined]);
    }
    const read = [...body.matchAll(/\(\s*"([^"]+)",\s*(None|b?"[^"]*"|'[^']*'|[\d.]+)\s*\)/g)].map(
      ([, command, reply]): Pair => [command, reply === 'None' ? undefined : reply.replace(/^b?["']|["']$/g, '')],
    );
    count++;
    const wrong = await judgeOne([pairs[0], ...read]);
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
      Number.isNaN(Number(want[k])) ? one.replace(/\s/g, '') === want[k].replace(/\s/g, '') : Number(one) === Number(want[k]),
    );
    if (!same) return `${command}: ${answer} for ${bare}`;
  }
  return undefined;
}

async function judgeSession(log: string): Promise<void> {
  const device = new Emulated2600({ clock: new SteppedClock(), cell: resistorPort(1e6), cellB: resistorPort(1e6), noise: 0 });
  const line = new Line(device);
  const entries = log
    .split('\n')
    .map((text) => /DEBUG - (write|read):\s?(.*)$/.exec(text))
    .filter((match) => match !== null)
    .map(([, way, text]) => ({ way, text: text.replace(/\r$/, '') }));
  let asked = 0;
  let exact = 0;
  let form = 0;
  const different: string[] = [];
  for (const [k, { way, text }] of entries.entries()) {
    if (way !== 'write') continue;
    const next = entries[k + 1];
    const answer = await line.say(text, 400);
    if (next?.way !== 'read') {
      if (answer !== undefined) different.push(`${text}: said ${answer}, the instrument nothing`);
      continue;
    }
    asked++;
    const said = answer ?? '(nothing)';
    if (said === next.text.trim()) exact++;
    else if (/^-?\d\.\d{5}e[+-]\d\d$/.test(said) && /^-?\d\.\d{5}e[+-]\d\d$/.test(next.text.trim())) {
      form++;
      different.push(`${text}: ${said}, the instrument ${next.text.trim()}`);
    } else different.push(`${text}: ${said}, the instrument ${next.text.trim()}`);
  }
  const errors = await line.say('print(errorqueue.count)');
  console.log(different.slice(0, 40).join('\n'));
  console.log(
    `TSP session: ${entries.filter(({ way }) => way === 'write').length} lines, ${asked} answered; ${exact} to the letter, ${form} in form (readings, counts of lines that the log leaves out); errors at the end ${errors}`,
  );
}
