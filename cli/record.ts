import { z } from 'zod';
import { path } from './frame/index.js';

/** `--record FILE` of commands that open a line: the frame writes the file down, `Io.lineLog` is how. */
export const recordOption = path(z.string().optional()).meta({
  flag: '--record <file>',
  description: "write down all bytes of a board's line, with time and meaning; replays as a test",
});
