import { inputError } from '../../core/index.js';
import type { Batch, PreparedBatch } from './step.js';

/** A minibatch announced to one device. Used once, by its own device. */
export class Announcement implements PreparedBatch {
  private used = false;

  constructor(
    readonly prepared: Batch,
    private readonly owner: object,
  ) {}

  /** Throws `step.foreign` where another device was told, `step.used` the second time. */
  check(device: object, name: string): void {
    if (this.owner !== device) {
      throw inputError('step.foreign', `step: this minibatch was prepared by another device than ${name}`);
    }
    if (this.used) {
      throw inputError(
        'step.used',
        'step: this prepared minibatch was stepped on already; prepare it again, or step on the minibatch itself',
      );
    }
  }

  use(): void {
    this.used = true;
  }
}

/** The announcement behind a handle; nothing where it is a plain minibatch. Throws `step.foreign` for what no device made. */
export function announcementOf(batch: Batch | PreparedBatch): Announcement | undefined {
  if (!('prepared' in batch)) return undefined;
  if (batch instanceof Announcement) return batch;
  throw inputError('step.foreign', 'step: this prepared minibatch was made by no device; call prepare');
}
