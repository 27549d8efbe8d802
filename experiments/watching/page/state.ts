import type { Columns, HeldTold, RunFacts, Told } from '../told.js';

/** A run as the page knows it. */
export interface Run {
  readonly id: string;
  facts: RunFacts;
  columns: Record<string, (number | null)[]>;
  /** Its place among all that were seen: its colour and dash. */
  readonly place: number;
  /** Drawn among the curves. */
  drawn: boolean;
  /** Counts changes of epochs, and of facts. */
  epochsVersion: number;
  factsVersion: number;
}

/** What the stream says besides. */
export type Event = Told | { readonly type: 'begin'; readonly folder: string } | { readonly type: 'all' };

/** Runs drawn without being asked for. */
const DRAWN_AT_FIRST = 8;

/** Everything that the page knows, and what the person has chosen of it. */
export class State {
  readonly runs = new Map<string, Run>();
  folder = '';
  held: readonly HeldTold[] = [];
  focus: string | undefined;
  /** Somebody has said which runs are drawn: new ones do not change that but by being there. */
  private chosen = false;
  private places = 0;
  private named: Set<string> | undefined;

  take(event: Event): void {
    if (event.type === 'begin') {
      this.folder = event.folder;
      this.named = new Set();
    } else if (event.type === 'all') this.endOfAll();
    else if (event.type === 'run') this.takeRun(event);
    else if (event.type === 'epochs') this.takeEpochs(event.id, event.columns);
    else if (event.type === 'facts') this.takeFacts(event.id, event.facts);
    else if (event.type === 'gone') this.drop(event.id);
    else this.held = event.lines;
  }

  /** In the order of the list: what runs first, then the newest. */
  list(filter: string): Run[] {
    const asked = filter.trim().toLowerCase();
    const text = ({ facts }: Run) =>
      [facts.path, facts.kind, facts.title, facts.standing, facts.data, ...facts.tags]
        .join(' ')
        .toLowerCase();
    const rank = ({ facts }: Run) =>
      `${facts.standing === 'running' ? 1 : 0}${facts.began ?? facts.written ?? ''}${facts.path}`;
    return [...this.runs.values()]
      .filter((run) => asked === '' || text(run).includes(asked))
      .sort((a, b) => (rank(a) < rank(b) ? 1 : -1));
  }

  drawn(): Run[] {
    return [...this.runs.values()].filter((run) => run.drawn);
  }

  choose(runs: Iterable<Run>, drawn: boolean): void {
    this.chosen = true;
    for (const run of runs) run.drawn = drawn;
  }

  private takeRun({ id, facts, columns }: Extract<Told, { type: 'run' }>): void {
    this.named?.add(id);
    const own = Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, [...column]]));
    const known = this.runs.get(id);
    if (known !== undefined) {
      known.facts = facts;
      known.columns = own;
      known.epochsVersion++;
      known.factsVersion++;
      return;
    }
    const place = this.places++;
    const drawn = facts.standing === 'running';
    this.runs.set(id, { id, facts, columns: own, place, drawn, epochsVersion: 0, factsVersion: 0 });
  }

  private takeEpochs(id: string, columns: Columns): void {
    const run = this.runs.get(id);
    if (run === undefined) return;
    const before = run.columns.epoch?.length ?? 0;
    const more = columns.epoch?.length ?? 0;
    for (const name of new Set([...Object.keys(run.columns), ...Object.keys(columns)])) {
      run.columns[name] ??= new Array<null>(before).fill(null);
      const added = columns[name];
      for (let k = 0; k < more; k++) run.columns[name].push(added?.[k] ?? null);
    }
    run.epochsVersion++;
  }

  private takeFacts(id: string, changed: Readonly<Record<string, unknown>>): void {
    const run = this.runs.get(id);
    if (run === undefined) return;
    const facts: Record<string, unknown> = { ...run.facts, ...changed };
    for (const [name, value] of Object.entries(changed)) if (value === null) delete facts[name];
    run.facts = facts as unknown as RunFacts;
    run.factsVersion++;
  }

  private drop(id: string): void {
    this.runs.delete(id);
    if (this.focus === id) this.focus = undefined;
  }

  /** What was not named is not there any more. */
  private endOfAll(): void {
    for (const id of this.runs.keys()) if (this.named?.has(id) === false) this.drop(id);
    this.named = undefined;
    const list = this.list('');
    if (!this.chosen && list.every((run) => !run.drawn)) {
      const learned = list.filter((run) => (run.columns.epoch?.length ?? 0) > 0);
      for (const run of learned.slice(0, DRAWN_AT_FIRST)) run.drawn = true;
    }
    this.focus ??= list[0]?.id;
  }
}
