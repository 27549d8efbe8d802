import { inputError, quoted } from '../../../core/index.js';

/** An array of trials. */
export interface SlurmArray {
  /** Of the study's directory; in the queue without what would end a word. */
  readonly name: string;
  readonly count: number;
  /** Directory of its script and the logs of its tasks. */
  readonly folder: string;
  /** Its trials, a key a line: task n computes the n-th from 0. */
  readonly list: string;
  readonly cwd: string;
  /** The program and its words, to which the list is added. */
  readonly line: readonly string[];
  /** What the user adds: `--time=2:00:00`, a line each. */
  readonly options: readonly string[];
}

/** How long before its time is up a task is told so, s: for a last checkpoint. */
const WARNING_S = 60;

/** The script of an array. `exec`, so that what SLURM tells the script is told to ohmprop. */
export function slurmScript({ name, count, folder, list, cwd, line, options }: SlurmArray): string {
  return [
    '#!/bin/sh',
    `#SBATCH --job-name=ohmprop-${name.replace(/[^\w.-]+/g, '_')}`,
    `#SBATCH --array=0-${count - 1}`,
    `#SBATCH --output=${escaped(folder)}/%a.log`,
    '#SBATCH --open-mode=append',
    '#SBATCH --requeue',
    `#SBATCH --signal=B:TERM@${WARNING_S}`,
    ...options.map((option) => `#SBATCH ${option}`),
    `cd ${shell(cwd)} || exit 1`,
    `exec ${[...line, list].map(shell).join(' ')}`,
    '',
  ].join('\n');
}

/**
 * An option of sbatch as a user gives it.
 * @throws `study.slurm` (exit code 2) where it is none, or one that the study has itself
 */
export function requireSlurmOption(text: string): string {
  if (!/^--?[a-zA-Z][\w-]*([= ][^\n\r]*)?$/.test(text)) {
    throw inputError('study.slurm', `${quoted(text)}: needs an option of sbatch, such as --time=2:00:00`);
  }
  const own = /^(--array|-a|--output|-o|--error|-e|--wrap|--parsable|--chdir|-D)\b/.exec(text);
  if (own !== null) {
    throw inputError('study.slurm', `${quoted(text)}: ${own[1]} is the study’s own; leave it out`);
  }
  return text;
}

const shell = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
/** In a pattern of a file's name a % stands for itself doubled, a space behind a backslash (sbatch(1)). */
const escaped = (text: string): string => text.replaceAll('%', '%%').replace(/([\s\\])/g, '\\$1');
