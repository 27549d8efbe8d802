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

/** Watches a training for what a person should know and no error tells. Each thing is said once, and taken back where it ends. */
export class TrainingRemarks {
  private readonly said = new Set<string>();
  /** Outputs of which the last word was that they never answer. */
  private readonly dead = new Set<number>();

  constructor(
    private readonly dataSet: DataSet,
    private readonly unit: string,
  ) {}

  /** Sentences on an epoch that has ended. */
  of(record: EpochRecord, last: boolean): string[] {
    return [...this.deadOutputs(record, last), ...this.lostContrast(record)];
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

  private once(key: string, text: string): string[] {
    if (this.said.has(key)) return [];
    this.said.add(key);
    return [text];
  }
}
