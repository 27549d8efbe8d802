import { lstatSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readRegularFile } from '../../core/input/index.js';
import { type Manifest, readManifest } from '../../records/index.js';
import { isKept, readLabels, readTree, type Standing, standingOf } from '../kept/index.js';
import type { Tree } from '../schema/index.js';
import { EpochTable } from './epoch-table.js';
import { logTail, picturesIn } from './files-of-run.js';
import { JournalAccount } from './journal-account.js';
import { LineFollower } from './line-follower.js';
import { type Maps, mapsOfRun, programmedFiles } from './maps-of-run.js';
import type { OutputsTold, RunFacts, Told } from './told.js';

/** Facts are looked at so often, ms: while a run goes on, and once it does not. */
const FACTS_ms = { going: 400, resting: 3000 };
/** A run whose files have not changed for so long is looked at seldom, ms. */
const QUIET_ms = 5000;
const QUIET_LOOK_ms = 1000;
const MOST_CONFIG_CHARACTERS = 20_000;
const MOST_BYTES = 2 ** 22;

/** Whether a directory is one that a page can show: what a command made, or what programming leaves. */
export function isFollowed(path: string): boolean {
  if (isKept(path)) return true;
  return ['metrics.jsonl', ...programmedFiles].some((file) => isFile(join(path, file)));
}

/** Follows one directory: reads its files as they grow, and opens nothing. */
export class RunFollower {
  private readonly metrics: LineFollower;
  private readonly journal: LineFollower;
  private table = new EpochTable();
  private account = new JournalAccount();
  private facts: RunFacts | undefined;
  private factsAt = Number.NEGATIVE_INFINITY;
  private lookedAt = Number.NEGATIVE_INFINITY;
  private changedAt = Number.NEGATIVE_INFINITY;
  private config: Tree | undefined;
  private configText = '';
  private manifest: Manifest | undefined;
  private stamps = new Map<string, string>();
  private problems = new Map<string, string>();
  private readonly readings = new Map<string, Promise<void>>();
  private maps: { of: string; maps: Promise<Maps> } | undefined;

  constructor(
    readonly id: string,
    readonly path: string,
    readonly shown: string,
  ) {
    this.metrics = new LineFollower(join(path, 'metrics.jsonl'));
    this.journal = new LineFollower(join(path, 'journal.jsonl'));
  }

  /** What a page is told of it that knows nothing yet; nothing before the first look. */
  whole(): Told | undefined {
    const { id, facts } = this;
    return facts && { type: 'run', id, facts, columns: this.table.since(0) };
  }

  /** What has changed since the last look. @param now_ms on any clock that runs evenly */
  async look(now_ms: number): Promise<Told[]> {
    const quiet = now_ms - this.changedAt > QUIET_ms && this.facts?.standing !== 'running';
    if (quiet && now_ms - this.lookedAt < QUIET_LOOK_ms) return [];
    this.lookedAt = now_ms;
    const known = this.table.count;
    const { grown, anew } = this.readLines();
    const whole = this.facts === undefined || anew || this.table.thin();
    if (grown || anew) this.changedAt = now_ms;
    const told: Told[] = [];
    if (!whole && this.table.count > known) {
      told.push({ type: 'epochs', id: this.id, columns: this.table.since(known) });
    }
    const every = quiet ? FACTS_ms.resting : FACTS_ms.going;
    if (whole || now_ms - this.factsAt >= every) {
      this.factsAt = now_ms;
      const before = this.facts;
      this.facts = await this.readFacts();
      const changed = before === undefined ? {} : changes(before, this.facts);
      if (Object.keys(changed).length > 0) {
        this.changedAt = now_ms;
        if (!whole) told.push({ type: 'facts', id: this.id, facts: changed });
      }
    }
    const all = whole ? this.whole() : undefined;
    return all === undefined ? told : [all];
  }

  /** Conductances as they are now; read once for each state of the directory. */
  async readMaps(): Promise<Maps> {
    await this.readConfig();
    const of = this.mapsNow() ?? '';
    if (this.maps?.of !== of) this.maps = { of, maps: mapsOfRun(this.path, this.config) };
    return this.maps.maps;
  }

  private readLines(): { grown: boolean; anew: boolean } {
    const metrics = this.metrics.look();
    if (metrics.anew) this.table = new EpochTable();
    for (const line of metrics.lines) this.table.add(line);
    const journal = this.journal.look();
    if (journal.anew) this.account = new JournalAccount();
    for (const line of journal.lines) this.account.add(line);
    return { grown: metrics.lines.length + journal.lines.length > 0, anew: metrics.anew };
  }

  private async readFacts(): Promise<RunFacts> {
    const { path, table, account } = this;
    await this.readConfig();
    await this.refresh(['manifest.json'], async () => {
      this.manifest = await readManifest(path);
    });
    const labels = await readLabels(path).catch(() => ({ tags: [] as string[], note: undefined }));
    const { config, manifest } = this;
    const study = typeof config?.study === 'string';
    const kind = study ? 'study' : typeof config?.kind === 'string' ? config.kind : this.plainKind();
    const title = study ? config.study : config?.preset;
    const training = config?.training as { epochs?: unknown } | undefined;
    const seed = config?.seed ?? manifest?.seed;
    const classes = manifest?.data?.classNames ?? manifest?.classNames ?? [];
    const { confusion } = table;
    const outputs = outputsTold(table, classes);
    const log = logTail(join(path, 'logs'));
    const mapsOf = this.mapsNow();
    const health = account.health;
    const standing: Standing = await standingOf(path, manifest);
    return {
      path: this.shown,
      name: basename(path),
      kind,
      ...(typeof title === 'string' ? { title } : {}),
      standing,
      ...(typeof seed === 'number' ? { seed } : {}),
      ...(typeof training?.epochs === 'number' ? { epochsWanted: training.epochs } : {}),
      ...(manifest === undefined ? { written: writtenAt(path) } : { began: manifest.startedAt }),
      ...(manifest?.endedAt === undefined ? {} : { ended: manifest.endedAt }),
      ...(manifest?.data === undefined ? {} : { data: manifest.data.name }),
      device: textsOf(manifest?.device),
      tags: labels.tags,
      ...(labels.note === undefined ? {} : { note: labels.note }),
      warnings: manifest?.warnings ?? [],
      problems: [...this.problems.values()],
      config: this.configText,
      ...(confusion === undefined ? {} : { confusion: { classes, counts: confusion } }),
      ...(outputs === undefined ? {} : { outputs }),
      ...(health === undefined ? {} : { health }),
      journal: [...account.entries],
      ...(log === undefined ? {} : { log }),
      ...(mapsOf === undefined ? {} : { mapsOf }),
      pictures: picturesIn(path),
      hasReport: isFile(join(path, 'report.html')),
    };
  }

  private readConfig(): Promise<void> {
    return this.refresh(['config.yaml', 'study.yaml'], async (file) => {
      this.config = await readTree(file);
      const bytes = await readRegularFile(file, { most_bytes: MOST_BYTES });
      this.configText = new TextDecoder().decode(bytes).slice(0, MOST_CONFIG_CHARACTERS);
    });
  }

  private plainKind(): string {
    return programmedFiles.some((file) => isFile(join(this.path, file))) ? 'programming' : 'training';
  }

  /** Reads what has been written since; what cannot be read is a problem until it can. */
  private async refresh(files: readonly string[], read: (file: string) => Promise<void>): Promise<void> {
    for (const name of files) {
      const file = join(this.path, name);
      const stamp = stampOf(file);
      if (stamp !== undefined && stamp !== this.stamps.get(name)) {
        this.stamps.set(name, stamp);
        this.problems.delete(name);
        const reading = read(file).catch((error: Error) => {
          this.problems.set(name, error.message);
        });
        this.readings.set(name, reading);
      }
      await this.readings.get(name);
    }
  }

  /** Names the state of what maps are made of. */
  private mapsNow(): string | undefined {
    const checkpoints = join(this.path, 'checkpoints');
    try {
      const newest = readdirSync(checkpoints)
        .filter((name) => /^\d+\.npz$/.test(name))
        .reduce<string | undefined>(
          (last, name) => (last === undefined || name > last ? name : last),
          undefined,
        );
      if (newest !== undefined) return `${newest} ${stampOf(join(checkpoints, newest)) ?? ''}`;
    } catch {
      // There are none.
    }
    const stamps = programmedFiles.flatMap((file) => stampOf(join(this.path, file)) ?? []);
    return stamps.length === 0 ? undefined : stamps.join(' ');
  }
}

/** Outputs of the newest epoch by the names of their classes, where there is one output a class. */
function outputsTold({ shown }: EpochTable, classes: readonly string[]): OutputsTold | undefined {
  if (shown === undefined) return undefined;
  const { samples, outputs, targets, labels, answers, unit } = shown.of;
  const name = (label: number) => classes[label] ?? String(label);
  const size = outputs[0]?.length ?? 0;
  const names = Array.from({ length: size }, (_, k) =>
    size === classes.length ? name(k) : `output ${k + 1}`,
  );
  return {
    epoch: shown.epoch,
    unit: unit === '1' ? '' : unit,
    names,
    samples: samples.map((sample, s) => ({
      sample,
      outputs: outputs[s],
      ...(targets === undefined ? {} : { targets: targets[s] }),
      ...(labels === undefined || answers === undefined
        ? {}
        : { asked: name(labels[s]), answer: name(answers[s]) }),
    })),
  };
}

/** The facts that are others now; null for those that are no more. */
function changes(before: RunFacts, now: RunFacts): Record<string, unknown> {
  const keys = new Set([...Object.keys(before), ...Object.keys(now)]) as Set<keyof RunFacts>;
  const changed: Record<string, unknown> = {};
  for (const key of keys) {
    if (JSON.stringify(before[key]) !== JSON.stringify(now[key])) changed[key] = now[key] ?? null;
  }
  return changed;
}

function textsOf(device: Readonly<Record<string, unknown>> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(device)
      .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
      .slice(0, 20)
      .map(([name, value]) => [name, String(value).slice(0, 200)]),
  );
}

function stampOf(file: string): string | undefined {
  const found = lstatSync(file, { throwIfNoEntry: false });
  return found?.isFile() ? `${found.ino} ${found.size} ${found.mtimeMs}` : undefined;
}

function writtenAt(path: string): string {
  return (lstatSync(path, { throwIfNoEntry: false })?.mtime ?? new Date(0)).toISOString();
}

function isFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
