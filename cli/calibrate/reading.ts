import { z } from 'zod';
import { path, repeatable } from '../frame/index.js';

const listed = (value: unknown): unknown => (typeof value === 'string' ? [value] : value);

/** Options by which every calibrate command is told what files cannot say; to be spread into its own. */
export const readingOptions = {
  answer: repeatable(z.preprocess(listed, z.array(z.string()).default([]))).meta({
    flag: '--answer <key=value>',
    description: 'an answer to a question of inspect, as currentUnit=uA; goes before calibrate.yaml',
  }),
  answers: path(z.string().optional()).meta({
    flag: '--answers <file>',
    description: 'answers from this file in place of calibrate.yaml beside each file',
  }),
  namePattern: z.string().optional().meta({
    flag: '--name-pattern <text>',
    description:
      'what file names say, as {cell}_{amplitude}_{cycle}; words: cell, cycle, amplitude, width, readVoltage, compliance, temperature, thickness, rate, frequency, seriesResistance; * is anything',
  }),
};
