import { formatQuantity } from '../core/index.js';
import type { DataSet } from './data/index.js';
import type { EpochRecord } from './training-events.js';

/** An output that answers less often than this share of its class's samples is taken to be dead. */
const DEAD_SHARE = 0.01;
/** Outputs are given so many epochs, and so many samples, to begin to answer before anything is said; epochs fewer if the run ends. */
const EPOCHS_TO_WAKE = 3;
const SAMPLES_TO_WAKE = 500;
/** A nudge should push this much harder than what settling leaves unbalanced. */
const LEAST_CONTRAST = 3;
/**
 * Below this share of what a read is off by, the random walk of conductances that reading makes outweighs what is learned: on `drn-xs` .4
 * costs two points in an epoch and .08 eighteen (`docs/results/learning.md`).
 */
const LEAST_READ = 0.2;
/** Estimates whose cosine to the exact gradient is below this in some group say hardly anything of that … */
const LEAST_COSINE = 0.2;
/** … which is said where the error is at least this much of what naming one class always has. */
const NEAR_CHANCE = 0.9;

/** Watches a training for what a person should know and no error tells. Each thing is said once, and taken back where it ends. */
export class TrainingRemarks {
  private readonly said = new Set<string>();
  /** Outputs of which the last word was that they never answer. */
  private readonly dead = new Set<number>();

  constructor(
    private readonly dataSet: DataSet,
    private readonly unit: string,
    private readonly nodeUnit = 'V',
  ) {}

  /** Sentences on an epoch that has ended. */
  of(record: EpochRecord, last: boolean): string[] {
    return [
      ...this.deadOutputs(record, last),
      ...this.lostContrast(record),
      ...this.drowned(record),
      ...this.outOfRange(record),
      ...(last ? this.astray(record) : []),
    ];
  }

  private deadOutputs({ epoch, confusion }: EpochRecord, last: boolean): string[] {
    const { classes, train } = this.dataSet;
    if ((epoch < EPOCHS_TO_WAKE && !last) || epoch * train.count < SAMPLES_TO_WAKE) return [];
    const dead: number[] = [];
    for (let k = 0; k < classes; k++) {
      let answers = 0;
      let asked = 0;
      for (let other = 0; other < classes; other++) {
        answers += confusion[other * classes + k];
        asked += confusion[k * classes + other];
      }
      if (asked > 0 && answers < Math.max(1, DEAD_SHARE * asked)) dead.push(k);
    }
    return [...this.awakened(dead, epoch), ...this.died(dead, epoch, last)];
  }

  /** Takes back what was said of outputs that answer by now. */
  private awakened(dead: readonly number[], epoch: number): string[] {
    const awake = [...this.dead].filter((k) => !dead.includes(k));
    if (awake.length === 0) return [];
    for (const k of awake) this.dead.delete(k);
    const [outputs, answer, it] =
      awake.length === 1 ? ['output', 'answers', 'it'] : ['outputs', 'answer', 'them'];
    return [
      `${outputs} ${this.namesOf(awake)} ${answer} by now: after epoch ${epoch} test samples are taken for ${it}; what was said of ${it} no longer holds`,
    ];
  }

  /** One that has answered in between is told again only if it is dead in the end: rare classes come and go. */
  private died(allDead: readonly number[], epoch: number, last: boolean): string[] {
    const dead = allDead.filter((k) => !this.dead.has(k) && (last || !this.said.has(`dead ${k}`)));
    if (dead.length === 0) return [];
    for (const k of dead) {
      this.dead.add(k);
      this.said.add(`dead ${k}`);
    }
    const { classes, train } = this.dataSet;
    const samplesOf = new Uint32Array(classes);
    for (const label of train.labels) samplesOf[label]++;
    const rarest = Math.min(...dead.map((k) => samplesOf[k]));
    const few =
      rarest < 0.2 * (train.count / classes) ? ` Of one there are only ${rarest} training samples.` : '';
    const [outputs, answers, those, it] =
      dead.length === 1
        ? ['output', 'answers', 'that class', 'it']
        : ['outputs', 'answer', 'those classes', 'them'];
    return [
      `${outputs} ${this.namesOf(dead)} never ${answers}: after epoch ${epoch} no test sample is taken for ${those}.${few} More epochs, lower rates, a smaller --beta, --estimator positive or another --seed may bring ${it} back`,
    ];
  }

  private namesOf(outputs: readonly number[]): string {
    const { classNames } = this.dataSet;
    return outputs.map((k) => (classNames[k] === String(k) ? `${k}` : `${k} (${classNames[k]})`)).join(', ');
  }

  private lostContrast({ nudge, nudgedResidual }: EpochRecord): string[] {
    if (nudge === undefined || nudgedResidual === undefined) return [];
    if (nudge >= LEAST_CONTRAST * nudgedResidual) return [];
    const amount = (force: number) =>
      this.unit === 'S' ? formatQuantity(force, 'A') : `${Number(force.toPrecision(3))}`;
    return this.once(
      'contrast',
      `the contrast is below the residual: a nudge pushes an output by ${amount(nudge)}, and settling leaves ${amount(nudgedResidual)} unbalanced, so that mostly that is learned from. Use a larger --beta or a smaller --tolerance`,
    );
  }

  /** Where nodes are read too coarsely for what they tell. */
  private drowned({ gradient }: EpochRecord): string[] {
    const layers = (gradient?.layers ?? []).map((layer, l) => ({ ...layer, l: l + 1 }));
    const worst = layers
      .filter(({ contrast, resolution = 0 }) => contrast < LEAST_READ * resolution)
      .sort((a, b) => a.contrast / (a.resolution ?? 1) - b.contrast / (b.resolution ?? 1))[0];
    if (worst === undefined) return [];
    // units without volts are moved by β alone
    const push =
      this.nodeUnit === '1'
        ? 'Use a larger --beta'
        : 'Nudge by a held current and a larger --beta (--nudge current-held)';
    return this.once(
      'read',
      `nodes of layer ${worst.l} differ by ${this.amount(worst.contrast)} (r.m.s.) between the phases, and reading that is off by ${this.amount(worst.resolution)}: mostly what reads add is learned from. ${push}, or take more --node-reads, less --node-noise or more --node-bits`,
    );
  }

  /** Few nodes cost much: on `drn-xs` 3 of 10,000 beyond ±10 mV cost .4 point in ten epochs (`docs/results/specification.md`). */
  private outOfRange({ epoch, beyondRange }: EpochRecord): string[] {
    if (beyondRange === undefined) return [];
    const { layer, share, end, largest } = beyondRange;
    return this.once(
      'range',
      `after epoch ${epoch} ${Number((100 * share).toPrecision(2))} % of the states of layer ${layer} lie beyond the ±${this.amount(end)} that they are read over, the furthest at ${this.amount(largest)}: both phases are read alike there, and nothing is learned from them. Say a larger --node-full-scale, of more --node-bits where codes then are too coarse`,
    );
  }

  private amount(value: number | undefined = 0): string {
    return this.nodeUnit === '1' ? `${Number(value.toPrecision(3))}` : formatQuantity(value, this.nodeUnit);
  }

  /** A training that ended where it began, as what it learned from was no gradient: offsets, noise, wrong gains of a read-out. */
  private astray({ trainError, gradient }: EpochRecord): string[] {
    const { classes, train } = this.dataSet;
    const lost = Object.entries(gradient?.groups ?? {}).flatMap(([name, { cosine = 1 }]) =>
      cosine < LEAST_COSINE ? [`${name} ${cosine.toFixed(2)}`] : [],
    );
    if (classes < 2 || lost.length === 0) return [];
    const samplesOf = new Float64Array(classes);
    for (const label of train.labels) samplesOf[label]++;
    if (trainError < NEAR_CHANCE * (1 - Math.max(...samplesOf) / train.count)) return [];
    return [
      `the network has learned next to nothing: its train error of ${(100 * trainError).toFixed(1)} % is that of naming one class always, and what it learns from has little of the gradient (cosine of ${lost.join(', ')}; 1 is exact). Where nodes are read with --node-offset, --node-noise or --node-gain, make these smaller; else another --beta, --nudge or a smaller --tolerance`,
    ];
  }

  private once(key: string, text: string): string[] {
    if (this.said.has(key)) return [];
    this.said.add(key);
    return [text];
  }
}
