import type { AnalysedFile } from './analyse-file.js';
import { analyseFiles, type Batch, type BatchOptions, type CommonVoltage } from './analyse-files.js';

type Cell = AnalysedFile['features']['loops'][number];

const switchingCells = ({ features }: AnalysedFile): readonly Cell[] =>
  features.loops.filter(({ verdict }) => verdict.switches);

/**
 * The one voltage at which cells that would be read at different ones are compared: the largest of these that is below a third of the
 * amplitude of every cell, else the largest that all reach. Undefined where all are read at one already, or a person asked for it.
 */
export function commonVoltage(files: readonly AnalysedFile[]): CommonVoltage | undefined {
  const cells = files.flatMap(switchingCells);
  const own = [...new Set(cells.map(({ readVoltage }) => readVoltage.value_V))].sort((a, b) => a - b);
  if (own.length < 2 || cells.some(({ readVoltage }) => readVoltage.from === 'asked')) return undefined;
  const reach = Math.min(...cells.map(({ readVoltage }) => readVoltage.most_V ?? Number.POSITIVE_INFINITY));
  const among = own.filter((value) => value <= reach);
  return { value_V: among.at(-1) ?? reach, own_V: own };
}

/**
 * A batch with its cells read at one voltage. Files that were read at another are read again; one whose cells could not be judged as
 * well there keeps its own, which its features say.
 */
export async function atCommonVoltage(batch: Batch, options: BatchOptions): Promise<Batch> {
  const common = commonVoltage(batch.analysed);
  if (common === undefined) return batch;
  const { value_V } = common;
  const others = batch.analysed.filter((file) =>
    switchingCells(file).some(({ readVoltage }) => readVoltage.value_V !== value_V),
  );
  const again = await analyseFiles(
    others.map(({ path, name }) => ({ path, name })),
    { ...options, stage: 'comparing', features: { ...options.features, commonVoltage_V: value_V } },
  );
  const byPath = new Map(again.analysed.map((file) => [file.path, file]));
  return {
    ...batch,
    analysed: batch.analysed.map((file) => {
      const read = byPath.get(file.path);
      return read !== undefined && asGood(file, read) ? read : file;
    }),
    common,
  };
}

/** Whether every cell is what it was, and both states of it were read as often. */
function asGood(before: AnalysedFile, after: AnalysedFile): boolean {
  const readable = ({ cycles }: Cell) => cycles.filter(({ window }) => Number.isFinite(window)).length;
  return before.features.loops.every((cell, k) => {
    const now = after.features.loops[k];
    return now?.verdict.name === cell.verdict.name && readable(now) >= readable(cell);
  });
}
