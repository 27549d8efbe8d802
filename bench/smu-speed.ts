import { Emulated2400, Emulated2600 } from '../drivers/instruments/emulated-smu/index.js';
import { resistorPort } from '../drivers/instruments/index.js';
import { Smu, SmuCells } from '../drivers/instruments/smu/index.js';
import { InProcessLine, SteppedClock } from '../drivers/serving/index.js';
import { PulseJournal } from '../records/index.js';

/**
 * Reads and pulses a second of an emulated source-measure unit by its own time, bytes taking none (LAN), beside what the levels
 * alone take: a read is 30 ms at its voltage and 30 ms at 0 V, a pulse its width and as long at 0 V. Simulated time: no load counts.
 * `npm run bench -- smu-speed [operations]`
 */
export async function run([count = '100']: readonly string[]): Promise<void> {
  for (const [family, Emulated] of Object.entries({ '2400': Emulated2400, '2600': Emulated2600 })) {
    for (const width_s of [0.005, 0.02]) {
      await measure(family, Emulated, width_s, Number(count));
    }
  }
}

async function measure(
  family: string,
  Emulated: typeof Emulated2400 | typeof Emulated2600,
  width_s: number,
  count: number,
): Promise<void> {
  const permit = {
    limits: { maxVoltage_V: 1, compliance_A: 1e-3, maxWidth_s: 0.1, maxPulses: 1000 },
    forming: false,
    noCurrentLimit: false,
  };
  const shape = { potentiation: { amplitude_V: 0.9, width_s }, depression: { amplitude_V: -0.9, width_s } };
  const open = async (journaled: boolean) => {
    const clock = new SteppedClock();
    const smu = await Smu.open(new InProcessLine(new Emulated({ clock, cell: resistorPort(2e4) })));
    const array = await SmuCells.open(smu, { permit, pulse: shape });
    if (journaled) array.keep(PulseJournal.inMemory({ rows: 1, columns: 1 }));
    await array.requirePolarity(0);
    return { array, now_s: () => clock.now_seconds() };
  };
  const say = (what: string, took_s: number, levels_s: number) =>
    console.log(
      JSON.stringify({
        family,
        what,
        per_s: count / took_s,
        limit_per_s: count / levels_s,
        share: levels_s / took_s,
      }),
    );
  const plain = await open(false);
  let began_s = plain.now_s();
  for (let n = 0; n < count; n++) await plain.array.read();
  say('read', plain.now_s() - began_s, count * 0.06);
  began_s = plain.now_s();
  await plain.array.pulse({ counts: Int16Array.of(count) }, { id: 1 });
  say(`pulse of ${width_s} s, in one run`, plain.now_s() - began_s, count * 2 * width_s);
  await plain.array.close();
  const kept = await open(true);
  began_s = kept.now_s();
  await kept.array.pulse({ counts: Int16Array.of(count) }, { id: 1 });
  say(
    `pulse of ${width_s} s, in the journal, each with a read`,
    kept.now_s() - began_s,
    count * (0.06 + 2 * width_s),
  );
  await kept.array.close();
}
