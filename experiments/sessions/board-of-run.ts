import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { inputError } from '../../core/index.js';
import { type RunDirectory, readJournal, readManifest, writeFileAtomically } from '../../records/index.js';
import { type ComposedRun, isSimulatedBoard, type Opening } from '../composition/index.js';
import type { RunConfig } from '../schema/index.js';
import { type BoardStanding, holdAgainst, standingBy } from './board-standing.js';
import type { LoadedCheckpoint } from './checkpoint.js';

// Of a run on a board: which board, what was measured of it, and whether it holds what the run left.

/** What was measured of its board when a run began: a copy in its directory. */
export const calibrationCopy = 'calibration.board.json';

/** Whether hardware that was there holds the last epoch of a run, and not the best, which is wanted: nobody wrote that onto it. */
export async function holdsLast(
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
export async function anotherBoard(
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
export async function ofItsBoard({ path }: RunDirectory, run: ComposedRun): Promise<string[]> {
  if (run.config.network.kind !== 'board') return [];
  const said = (await readManifest(path).catch(() => undefined))?.warnings ?? [];
  const known = new Set([...said, ...(run.dataSet.remarks ?? [])]);
  return (run.composition.warnings ?? []).filter((text) => !known.has(text));
}

/** The board of a run, unless somebody says where another is to be taken: it may be on another port by now. */
export async function soughtBoard(
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
export async function ownCalibration(
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

/**
 * A run with what somebody names instead of what it was begun with.
 * @throws OhmpropError `config.unused` where it is on no board on a line
 */
export function withCalibration(path: string, config: RunConfig, calibration: string | undefined): RunConfig {
  if (calibration === undefined) return config;
  const { network } = config;
  if (network.kind === 'board' && !isSimulatedBoard(network.device))
    return { ...config, network: { ...network, calibration } };
  throw inputError(
    'config.unused',
    `--calibration has no effect: ${path} is not a run on a board whose parts could have been measured; leave it out`,
  );
}

/**
 * Puts what counts from now on into a run's directory; what counted before stays beside it.
 * @param finished epochs that are done
 * @returns a sentence for people; nothing where it counted before
 */
export async function keepCalibration(
  { path }: RunDirectory,
  { hardware }: ComposedRun['composition'],
  finished: number,
): Promise<string | undefined> {
  const copy = join(path, calibrationCopy);
  const before = existsSync(copy) ? readFileSync(copy, 'utf8') : undefined;
  const now = hardware?.calibration;
  if (before === now?.text) return undefined;
  if (before !== undefined)
    await writeFileAtomically(join(path, `calibration-to-epoch-${finished}.board.json`), before);
  if (now === undefined) rmSync(copy, { force: true });
  else await writeFileAtomically(copy, now.text);
  const date = hardware?.identity?.calibration;
  const what = now === undefined ? 'data sheets' : `the calibration of ${date}`;
  return `from epoch ${finished + 1} on conductances are told by ${what}: a tap may count as another one than before`;
}

/** Where a run stands by its journal, of one that has any. */
export async function boardStanding(
  { journal }: RunDirectory,
  checkpoint: LoadedCheckpoint,
): Promise<BoardStanding | undefined> {
  return existsSync(journal) ? standingBy(checkpoint, readJournal(journal), journal) : undefined;
}

/** Whether a board has carried out the one update whose outcome nobody could write down: it holds what the run left. */
export async function holdsOneMore(
  { composition: { hardware } }: ComposedRun,
  checkpoint: LoadedCheckpoint,
  standing: BoardStanding | undefined,
): Promise<boolean> {
  if (hardware?.line === undefined || standing === undefined || checkpoint.best !== undefined) return false;
  return holdAgainst(standing, await hardware.line.held(), hardware.line.clip).how === 'carried-out';
}
