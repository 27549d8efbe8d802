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

/** Watches a training for what a person should know and no error tells. Each thing is said once. */
export class TrainingRemarks {
  private readonly said = new Set<string>();

  constructor(
    private readonly dataSet: DataSet,
    private readonly unit: string,
  ) {}

  /** Sentences on an epoch that has ended. */
  of(record: EpochRecord, last: boolean): string[] {
    return [...this.deadOutputs(record, last), ...this.lostContrast(record)];
  }

  private deadOutputs({ epoch, confusion }: EpochRecord, last: boolean): string[] {
    const { classes, classNames, train } = this.dataSet;
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
    if (dead.length === 0) return [];
    const names = dead.map((k) => (classNames[k] === String(k) ? `${k}` : `${k} (${classNames[k]})`));
    const samplesOf = new Uint32Array(classes);
    for (const label of train.labels) samplesOf[label]++;
    const rarest = Math.min(...dead.map((k) => samplesOf[k]));
    const few =
      rarest < 0.2 * (train.count / classes) ? ` Of one there are only ${rarest} training samples.` : '';
    return this.once(
      `dead ${dead.join()}`,
      `${dead.length === 1 ? 'output' : 'outputs'} ${names.join(', ')} never ${dead.length === 1 ? 'answers' : 'answer'}: after epoch ${epoch} no test sample is taken for ${dead.length === 1 ? 'that class' : 'those classes'}.${few} More epochs, lower rates, a smaller --beta, --estimator positive or another --seed may bring ${dead.length === 1 ? 'it' : 'them'} back`,
    );
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
