import type { StudyEvent } from '../../experiments/studies/index.js';
import { type Io, printLine, warn } from '../io.js';
import { WorkBar } from '../work-bar.js';

/** What a person sees of a study while it runs. */
export class StudyProgress {
  private readonly bar: WorkBar;
  private all = 0;
  private done = 0;

  constructor(private readonly io: Io) {
    this.bar = new WorkBar(io);
  }

  tell(event: StudyEvent): void {
    switch (event.type) {
      case 'anew':
        printLine(
          this.io.stderr,
          `${event.trials} ${event.trials === 1 ? 'trial is' : 'trials are'} computed anew: ${event.reason}`,
        );
        break;
      case 'left-out':
        printLine(
          this.io.stderr,
          `${event.trials} ${event.trials === 1 ? 'trial that has' : 'trials that have'} an answer ${event.trials === 1 ? 'is' : 'are'} not asked for any more: kept in trials/, and in no table`,
        );
        break;
      case 'planned':
        this.all = event.trials;
        this.done = event.done + event.failed;
        if (this.done > 0)
          printLine(
            this.io.stderr,
            `${event.done} of ${event.trials} trials have an answer already${event.failed > 0 ? `, ${event.failed} failed (--retry-failed tries them again)` : ''}`,
          );
        break;
      case 'trial-ended':
        if (event.end === 'interrupted') break;
        this.done++;
        this.bar.update(this.done, this.all, 'trials');
        break;
      case 'trial-lost':
        this.bar.stop();
        warn(this.io, `trial ${event.key}: ${event.reason}; it is computed again`);
        break;
      case 'halved':
        this.bar.stop();
        printLine(
          this.io.stderr,
          `after epoch ${event.epoch}, ${event.points} point${event.points === 1 ? ' goes' : 's go'} on; the others are stopped (--halve-after)`,
        );
        break;
      case 'waiting':
        this.bar.stop();
        printLine(this.io.stderr, event.text);
        break;
      default:
    }
  }

  stop(): void {
    this.bar.stop();
  }
}
