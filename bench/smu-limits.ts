import { OhmpropError, RandomStream } from '../core/index.js';
import { type Limits, type Permit, readLimit_V } from '../devices/limits/index.js';
import { Emulated2400, Emulated2600 } from '../drivers/instruments/emulated-smu/index.js';
import { resistorPort } from '../drivers/instruments/index.js';
import { Smu, SmuCells } from '../drivers/instruments/smu/index.js';
import { InProcessLine, SteppedClock } from '../drivers/serving/index.js';

// Random plans of pulses, reads and sweeps against random limits: what came to the terminals of an emulated instrument is held
// against the limits.
//   npm run bench -- smu-limits [PLANS] [SEED]

/** What a number of plans came to. */
export interface Breaches {
  readonly plans: number;
  /** Plans that were driven, and that were refused. */
  readonly driven: number;
  readonly refused: number;
  /** What exceeded a limit: none. */
  readonly breaches: readonly string[];
}

/** Goes through random plans. */
export async function breaches(plans: number, seed: number): Promise<Breaches> {
  const random = new RandomStream(seed, 'smu/limits');
  const log = (low: number, high: number) => low * (high / low) ** random.uniform();
  const found: string[] = [];
  let [driven, refused] = [0, 0];
  for (let plan = 0; plan < plans; plan++) {
    const limits: Limits = {
      maxVoltage_V: log(0.1, 10),
      compliance_A: log(1e-6, 1e-2),
      maxWidth_s: log(1e-3, 0.3),
      maxPulses: 1 + random.integer(30),
    };
    const formed = limits.maxVoltage_V * random.uniform();
    const permit: Permit = {
      limits: random.uniform() < 0.5 ? limits : { ...limits, formed_V: formed },
      forming: random.uniform() < 0.3,
      noCurrentLimit: false,
    };
    const made = { clock: new SteppedClock(), cell: resistorPort(log(1e2, 1e6)), seed: plan };
    const device = random.uniform() < 0.5 ? new Emulated2400(made) : new Emulated2600(made);
    const smu = await Smu.open(new InProcessLine(device));
    const amplitude_V = log(0.05, 15) * (random.uniform() < 0.5 ? 1 : -1);
    const width_s = log(1e-3, 0.4);
    const count = 1 + random.integer(40);
    try {
      const cells = await SmuCells.open(smu, { permit });
      const kind = random.integer(3);
      if (kind === 0) await cells.read(undefined, { read_V: amplitude_V, averages: 1 + random.integer(3) });
      else if (kind === 1) {
        const shape = { amplitude_V, width_s };
        const plan = {
          counts: Int16Array.of(amplitude_V > 0 ? count : -count),
          potentiation: shape,
          depression: shape,
        };
        await cells.pulse(plan, { id: 1 });
      } else {
        const levels = Array.from({ length: count }, (_, k) => amplitude_V * Math.sin((7 * k) / count));
        await smu.run([...levels, 0], Math.max(smu.least_s, width_s / 10));
      }
      driven++;
    } catch (error) {
      if (!(error instanceof OhmpropError)) throw error;
      refused++;
    } finally {
      await smu.close().catch(() => {});
    }
    const seen = device.terminals.seen();
    const { formed_V, maxVoltage_V } = permit.limits;
    const most_V = permit.forming || formed_V === undefined ? maxVoltage_V : Math.min(maxVoltage_V, formed_V);
    const rest_V = readLimit_V(permit.limits);
    const tell = (what: string) =>
      found.push(`plan ${plan}: ${what}; limits ${JSON.stringify(permit.limits)}`);
    // Levels are sent to nine digits.
    const over = 1 + 1e-8;
    if (seen.most_V > most_V * over) tell(`${seen.most_V} V`);
    if (seen.most_A > limits.compliance_A * over) tell(`${seen.most_A} A`);
    if (seen.longest_seconds(rest_V * over) > limits.maxWidth_s * over)
      tell(`${seen.longest_seconds(rest_V * over)} s`);
    if (seen.stretches(rest_V * over) > limits.maxPulses) tell(`${seen.stretches(rest_V * over)} pulses`);
    if (device.terminals.output) tell('the output stayed on');
  }
  return { plans, driven, refused, breaches: found };
}

/** @param args how many plans (10 000), and the seed (1) */
export async function run([plans = '10000', seed = '1']: readonly string[]): Promise<void> {
  const result = await breaches(Number(plans), Number(seed));
  console.log(
    `${result.plans} plans: ${result.driven} driven, ${result.refused} refused, ${result.breaches.length} breaches`,
  );
  for (const text of result.breaches.slice(0, 20)) console.log(text);
  if (result.breaches.length > 0) process.exitCode = 1;
}
