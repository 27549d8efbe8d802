import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { inputError } from '../../core/index.js';
import { readRegularFile } from '../../core/input/index.js';
import { MAX_YAML_CHARACTERS, readYaml } from '../../core/yaml/index.js';
import {
  type DataSet,
  type EpochRecord,
  type KnownData,
  loadRows,
  type Samples,
  type UnlabelledRows,
  unlabelledData,
} from '../../learning/index.js';
import {
  type MetricsLine,
  openRunDirectory,
  type RunDirectory,
  readJournal,
  readManifest,
  readMetrics,
} from '../../records/index.js';
import { type ComposedRun, describeRun, type Opening, openDescribed } from '../composition/index.js';
import type { RunConfig } from '../schema/index.js';
import { checkConfig } from '../schema/index.js';
import { preferBest } from './best-checkpoint.js';
import {
  advanced,
  type BoardStanding,
  deviceAt,
  type FoundBoard,
  holdAgainst,
  standingAt,
  standingBy,
} from './board-standing.js';
import { compareWithRun, type LoadedCheckpoint, loadCheckpoint } from './checkpoint.js';
import { dataFinder } from './data-place.js';
import { changedFiles, knownFromOwnData, readKnownData, strangeSamples } from './run-data.js';
import { standingOf } from './standing.js';
import { adopt, reprogram } from './transfer.js';

/** What was measured of its board when a run began: a copy in its directory. */
export const calibrationCopy = 'calibration.board.json';

/** A run that exists, its device opened. The caller closes the device. */
export interface OpenedRun {
  readonly directory: RunDirectory;
  readonly run: ComposedRun;
  readonly checkpoint: LoadedCheckpoint;
  /**
   * To be told: that it was cut off, damaged checkpoints, settings and data that are no longer what it was trained on, samples
   * that lie outside what it has seen.
   */
  readonly warnings: readonly string[];
  /** What was asked for by `rows`. */
  readonly rows?: UnlabelledRows;
  /** Of a run on a board: what that was found to hold, against where the run stands. */
  readonly found?: FoundBoard;
  /** Where it is looked at in other cells than its own: how these took its conductances. A sentence for people. */
  readonly programming?: string;
}

/** What may be done to the device and the directory of a run that is opened. */
export interface OpenRunOptions {
  /**
   * `write` puts the device where the run left it. `compare` does so only where the device was made for this: hardware that
   * was there keeps what it holds, which has to be what the run left.
   */
  readonly restore: 'write' | 'compare';
  /** How its device is opened. */
  readonly opening?: Opening;
  /** To go on training: nobody else may then write into its directory. */
  readonly write?: boolean;
  /** Goes on with, or looks at, another board than the run was trained on; else that is refused. */
  readonly otherBoard?: boolean;
  /** Refuses a run by throwing, before its device is opened. */
  readonly check?: (config: RunConfig, checkpoint: LoadedCheckpoint, dataSet: DataSet) => void;
  /** Which epoch to look at: the best on the validation samples (default), where a run has any, or the last. */
  readonly epoch?: 'best' | 'last';
  /** What to set otherwise in its configuration. */
  readonly change?: (config: RunConfig) => RunConfig;
  /**
   * Writes its parameters into cells as they come from the factory; else those that only read otherwise than its own are its own,
   * as training left them.
   */
  readonly freshCells?: boolean;
  /** Time that passes before it is looked at, s, for runs in cells; on top of what passed in training. */
  readonly wait_s?: number;
  /** Data to look at instead of its own, tested whole, presented as its own were. */
  readonly data?: string;
  /** Rows of unknown classes (`csv:FILE`, `npz:FILE`) instead of its own data, as the test set. */
  readonly rows?: string;
  /** Only its parameters are wanted: its data are not read, where the run says what they were like. */
  readonly withoutData?: boolean;
  /** What becomes of a run whose own data are another file's content by now: it is told (default), or refused. */
  readonly changedData?: 'told' | 'refused';
}

/**
 * Opens a run as its newest checkpoint left it, or as its best epoch did.
 * @throws `run.hardware` where hardware holds something else and is not to be written
 */
export async function openRun(path: string, options: OpenRunOptions): Promise<OpenedRun> {
  const directory = await openRunDirectory(path, { write: options.write ?? false });
  try {
    const stored = await readRunConfig(directory);
    const written = await loadCheckpoint(directory);
    const standing = await boardStanding(directory, written);
    const newest = standing === undefined ? written : advanced(written, standing);
    // Who goes on does so from where training stands, who looks looks at the best there is.
    const last = options.write === true || options.epoch === 'last';
    const loaded = last ? newest : await preferBest(directory, newest);
    const cutOff = await standingOf(directory, options.write ?? false, standing !== undefined);
    let checkpoint = { ...loaded, warnings: [...cutOff, ...loaded.warnings] };
    const config = options.change?.(stored) ?? stored;
    const { known, other, description, changed, rows } = await loadRunData(
      directory,
      stored,
      config,
      options,
    );
    options.check?.(config, checkpoint, description.dataSet);
    const run = await openDescribed(description, {
      ...options.opening,
      ...(options.otherBoard === true ? {} : await soughtBoard(directory, stored, config)),
      ...(await ownCalibration(directory, stored, config)),
    });
    try {
      if (options.restore === 'compare' && (await holdsLast(run, checkpoint, newest))) {
        const best = `epoch ${checkpoint.best?.epoch} was the best on the validation samples`;
        const text = `${best}; ${run.trainer.device.info.name} holds the last one, which is used: --restore writes the best onto it`;
        checkpoint = { ...newest, warnings: [...checkpoint.warnings, text] };
      }
      const another = await anotherBoard(directory, run, options.otherBoard ?? false);
      const strange = other === undefined && changed.length === 0 ? [] : strangeSamples(run);
      const warnings = [
        ...checkpoint.warnings,
        ...compareWithRun(checkpoint, run, stored),
        ...another,
        ...changed,
        ...(run.dataSet.remarks ?? []),
        ...(await ofItsBoard(directory, run)),
        ...strange,
      ];
      if (known === undefined) {
        warnings.push(
          `${directory.path} does not say on which classes it was trained; the data's are taken to be those`,
        );
      }
      const { programming, found } = await restore(path, run, checkpoint, stored, options, standing);
      return {
        directory,
        run,
        checkpoint,
        warnings,
        ...(programming === undefined ? {} : { programming }),
        ...(found === undefined ? {} : { found }),
        ...(rows && { rows }),
      };
    } catch (error) {
      // A board must not stay armed.
      await run.trainer.device.close();
      throw error;
    }
  } catch (error) {
    await directory.release();
    throw error;
  }
}

/**
 * The data of a run, or others in their place, presented as those that it was trained on.
 * @throws `run.changed-data` where its own files changed, if that is to be refused
 */
async function loadRunData(
  directory: RunDirectory,
  stored: RunConfig,
  config: RunConfig,
  { data, rows: asked, changedData, withoutData }: OpenRunOptions,
) {
  const { path } = directory;
  const read = await readKnownData(directory);
  const locate = await dataFinder(directory);
  if (withoutData && read?.features !== undefined) {
    const dataSet = unlabelledData(stored.data, noRows(read, read.features), read);
    return { known: read, other: undefined, description: { config, dataSet }, changed: [], rows: undefined };
  }
  if (asked !== undefined) {
    const known = await knownFromOwnData(read, stored, path, locate);
    const rows = await loadRows(asked, known);
    const unlabelled = unlabelledData(asked, rows.samples, known);
    const dataSet = { ...unlabelled, ...(rows.remarks && { remarks: rows.remarks }) };
    return { known, other: asked, description: { config, dataSet }, changed: [], rows };
  }
  // The same words from another directory mean another file.
  const isOwn = data === undefined || (data === stored.data && locate(data) === data);
  const other = isOwn ? undefined : data;
  const known = other === undefined ? read : await knownFromOwnData(read, stored, path, locate);
  const description = await describeRun(config, {
    locate,
    ...(known && { known }),
    ...(other !== undefined && { other }),
  });
  const changed = other === undefined ? changedFiles(config, description.dataSet, known) : [];
  if (changed.length > 0 && known?.split === undefined && description.dataSet.splitDrawn) {
    changed.push(`${path} does not say which rows it was trained on: some of them may be tested now`);
  }
  if (changed.length > 0 && changedData === 'refused') {
    throw inputError(
      'run.changed-data',
      `${changed.join('; ')}. Nothing was done: --changed-data goes on with the file as it is now, on the same classes and scales, ` +
        'with new rows for training only',
    );
  }
  return { known, other, description, changed, rows: undefined };
}

function noRows({ classNames }: KnownData, features: number): Samples {
  const [values, labels] = [new Float64Array(0), new Uint16Array(0)];
  return { count: 0, features, classes: classNames.length, values, labels };
}

/** Whether hardware that was there holds the last epoch of a run, and not the best, which is wanted: nobody wrote that onto it. */
async function holdsLast(
  { composition: { hardware } }: ComposedRun,
  wanted: LoadedCheckpoint,
  newest: LoadedCheckpoint,
): Promise<boolean> {
  if (wanted.best === undefined || hardware?.lifetime !== 'persistent') return false;
  return !(await hardware.compare(wanted.device)).equal && (await hardware.compare(newest.device)).equal;
}

/**
 * What to tell of a board that is not the one that the run was trained on.
 * @throws OhmpropError `run.other-board` where nobody allowed another
 */
async function anotherBoard(
  { path }: RunDirectory,
  { composition: { hardware } }: ComposedRun,
  allowed: boolean,
): Promise<string[]> {
  const serial = hardware?.lifetime === 'persistent' ? hardware.identity?.serial : undefined;
  if (allowed && serial === undefined) {
    return [`--other-board has no effect: ${path} is on no board that was there before this command`];
  }
  const manifest = serial === undefined ? undefined : await readManifest(path).catch(() => undefined);
  const then = manifest?.device?.serial;
  if (then === undefined || serial === undefined || then === serial) return [];
  const text = `${hardware?.identity?.line} is board ${serial}, ${path} was trained on board ${then}`;
  if (allowed) return [text];
  throw inputError(
    'run.other-board',
    `${text}. Nothing was written; plug that one in (--device says where), or take this one in its place with --other-board`,
  );
}

/** What there is to say of its board that was not said when it began. */
async function ofItsBoard({ path }: RunDirectory, run: ComposedRun): Promise<string[]> {
  if (run.config.network.kind !== 'board') return [];
  const said = (await readManifest(path).catch(() => undefined))?.warnings ?? [];
  const known = new Set([...said, ...(run.dataSet.remarks ?? [])]);
  return (run.composition.warnings ?? []).filter((text) => !known.has(text));
}

/** The board of a run, unless somebody says where another is to be taken: it may be on another port by now. */
async function soughtBoard(
  { path }: RunDirectory,
  stored: RunConfig,
  { network }: RunConfig,
): Promise<{ sought?: string }> {
  if (network.kind !== 'board' || stored.network.kind !== 'board') return {};
  if (network.device !== stored.network.device) return {};
  const serial = (await readManifest(path).catch(() => undefined))?.device?.serial;
  return typeof serial === 'string' ? { sought: serial } : {};
}

/** What the run was begun with of what was measured of its board, unless somebody names another, or none. */
async function ownCalibration(
  { path }: RunDirectory,
  stored: RunConfig,
  { network }: RunConfig,
): Promise<Pick<Opening, 'ownCalibration'>> {
  if (network.kind !== 'board' || stored.network.kind !== 'board') return {};
  const file = join(path, calibrationCopy);
  if (network.calibration === 'none' || network.calibration !== stored.network.calibration) return {};
  if (!existsSync(file)) return {};
  const { device } = stored.network;
  const sha256 = (await readManifest(path).catch(() => undefined))?.device?.calibrationSha256;
  return { ownCalibration: { path: file, device, ...(typeof sha256 === 'string' ? { sha256 } : {}) } };
}

/** Where a run stands by its journal, of one that has any. */
async function boardStanding(
  { journal }: RunDirectory,
  checkpoint: LoadedCheckpoint,
): Promise<BoardStanding | undefined> {
  return existsSync(journal) ? standingBy(checkpoint, readJournal(journal), journal) : undefined;
}

/** @returns a sentence on how other cells than the run's own took its conductances, or what a board was found to hold */
async function restore(
  path: string,
  run: ComposedRun,
  checkpoint: LoadedCheckpoint,
  stored: RunConfig,
  { restore: how, freshCells, wait_s, write }: OpenRunOptions,
  standing: BoardStanding | undefined,
): Promise<{ programming?: string | undefined; found?: FoundBoard }> {
  const { trainer, config } = run;
  const { trainer: state, device, arrays } = checkpoint;
  const { hardware } = run.composition;
  if (how === 'compare' && hardware?.lifetime === 'persistent') {
    const { equal, text } = await hardware.compare(device);
    if (equal || (await holdsOneMore(run, checkpoint, standing))) return {};
    throw inputError(
      'run.hardware',
      `${trainer.device.info.name} does not hold what ${path} left: ${text}. Nothing was written; --restore writes the run's state onto it`,
    );
  }
  if (hardware?.line !== undefined && write === true) {
    const { line } = hardware;
    const found = holdAgainst(standing ?? standingAt(checkpoint), await line.held(), line.clip);
    await trainer.restore(found.trainer, deviceAt(device, found), arrays);
    return { found };
  }
  // Tried on other cells than it was trained in.
  const others = JSON.stringify(config.cells) !== JSON.stringify(stored.cells);
  let programming: string | undefined;
  if (freshCells) programming = await reprogram(run, checkpoint, stored);
  else if (others) programming = await adopt(run, checkpoint, stored);
  else await trainer.restore(state, device, arrays);
  // What the checkpoint says of conductances was seen by other reads, or earlier.
  if (others || wait_s !== undefined) await run.composition.cells?.wait(wait_s ?? 0);
  return { programming };
}

/** Whether a board has carried out the one update whose outcome nobody could write down: it holds what the run left. */
async function holdsOneMore(
  { composition: { hardware } }: ComposedRun,
  checkpoint: LoadedCheckpoint,
  standing: BoardStanding | undefined,
): Promise<boolean> {
  if (hardware?.line === undefined || standing === undefined || checkpoint.best !== undefined) return false;
  return holdAgainst(standing, await hardware.line.held(), hardware.line.clip).how === 'carried-out';
}

/** The configuration to look at a trained run with: no states of training samples are wanted. */
export function readOnlyConfig(config: RunConfig): RunConfig {
  return { ...config, training: { ...config.training, particles: false } };
}

export async function readRunConfig(directory: RunDirectory): Promise<RunConfig> {
  const most_bytes = 4 * MAX_YAML_CHARACTERS;
  const bytes = await readRegularFile(directory.config, { most_bytes }).catch((cause: Error) => {
    throw inputError('run.config', `${directory.config}: cannot be read (${cause.message})`, cause);
  });
  const tree = readYaml(new TextDecoder().decode(bytes), directory.config, 'run.config');
  return checkConfig(tree, directory.config);
}

const epochSchema = z.looseObject({
  epoch: z.number().int().positive(),
  /** Nothing where all answers of the epoch were lost with a line. */
  trainError: z.number().nullable(),
  testError: z.number(),
  cost_V2: z.number().nullable(),
  seconds: z.number(),
  samplesPerSecond: z.number().nullable(),
  confusion: z.array(z.number()),
});

function epochOf(line: MetricsLine, file: string): EpochRecord {
  const parsed = epochSchema.safeParse(line);
  if (parsed.success) {
    const { trainError } = parsed.data;
    return { ...line, trainError: trainError ?? Number.NaN } as unknown as EpochRecord;
  }
  throw inputError('run.metrics', `${file}, epoch ${line.epoch}: ${z.prettifyError(parsed.error)}`);
}

/** The epochs that a run has finished, up to one number, with what is to be told of gaps among them. */
export async function readEpochs(
  directory: RunDirectory,
  upTo: number,
): Promise<{ epochs: EpochRecord[]; warnings: string[] }> {
  const { lines, warning } = await readMetrics(directory.metrics);
  const warnings = warning === undefined ? [] : [warning];
  const epochs = lines.filter((line) => line.epoch <= upTo).map((line) => epochOf(line, directory.metrics));
  if (epochs.length < upTo) {
    warnings.push(
      `${directory.metrics} holds ${epochs.length} epochs, the checkpoint ${upTo}; the curves will have gaps`,
    );
  }
  return { epochs, warnings };
}
