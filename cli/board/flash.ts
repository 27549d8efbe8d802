import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { inputError, OhmpropError, runError } from '../../core/index.js';
import { type BoardProfile, boardProfile, nominalParts, type Taps } from '../../devices/boards/index.js';
import {
  avrdudeArguments,
  avrdudeError,
  avrdudeVersion,
  BoardClient,
  type BoardDescription,
  bootloaderRates,
  commandText,
  findBoard,
  isBoardName,
  knownBoards,
  labDirectory,
  runAvrdude,
  serialOf,
} from '../../drivers/board/index.js';
import { holderOf, SerialTransport } from '../../drivers/transport/index.js';
import { committedFirmware, InProcessTransport, readIntelHex } from '../../drivers/virtual-board/index.js';
import { virtualBoard } from '../../experiments/composition/index.js';
import { writeUserFile } from '../../records/index.js';
import { requireConsent, yesOption } from '../consent.js';
import { defineCommand } from '../frame/index.js';
import { type Io, printLine } from '../io.js';
import { boardOptions, port } from './open-board.js';

export const flashCommand = defineCommand({
  options: z.strictObject({
    port,
    board: boardOptions.board.meta({
      flag: '--board <profile>',
      description: 'whose firmware; else that of the board that answers',
    }),
    rate: z.enum(bootloaderRates).default('115200').meta({
      flag: '--rate <baud>',
      description: 'of its bootloader: 57600 on a Nano from before 2018',
    }),
    otherBoard: z.boolean().default(false).meta({
      flag: '--other-board',
      description: "another profile's firmware than the board has now",
    }),
    dryRun: z.boolean().default(false).meta({
      flag: '--dry-run',
      description: 'print the command that would be run; open and touch nothing',
    }),
    yes: yesOption,
  }),
  examples: [
    'ohmprop board flash /dev/ttyUSB0 --yes',
    'ohmprop board flash serial:V0000001 --dry-run',
    'ohmprop board flash /dev/ttyUSB0 --board xor-nano --rate 57600',
  ],
  notes:
    'Writes the firmware that belongs to this ohmprop, through avrdude, which reads it back; afterwards the board is asked for its version. Flashing resets the controller, not the potentiometers: they stay where they are while the supply does. A firmware that finds its own taps in memory keeps them; any other, as after power-on, sets every wiper to the middle. Taps are therefore written to a CSV file before.',
  async answer({ port: address, board, rate, otherBoard, dryRun, yes }, { io }) {
    if (address === 'virtual' || address.startsWith('tcp:')) {
      throw inputError(
        'board.flash',
        `${address}: a bootloader is reached by a serial port alone; name one, for instance /dev/ttyUSB0`,
      );
    }
    if (dryRun) {
      const { line, profile } = withoutAsking(address, board);
      const file = imageFile(profile);
      const command = commandText('avrdude', avrdudeArguments(line, file, rate));
      return { text: command, json: { command, line, profile, file } };
    }
    const line = serialOf(address) === undefined ? address : await findBoard(serialOf(address) ?? '');
    const holder = holderOf(line);
    if (holder !== undefined) {
      throw runError(
        'board.held',
        `${line} is held by process ${holder.pid} since ${holder.since}: ${holder.what ?? 'a board'}; end that first (ohmprop board stop ${line} makes the board safe)`,
      );
    }
    const version = await avrdudeVersion(io.env);
    const before = await ask(line, otherBoard);
    const there = before !== undefined && 'taps' in before ? before : undefined;
    const profile = profileFor(line, there?.description.profile, board, otherBoard);
    const file = imageFile(profile.name);
    readIntelHex(committedFirmware(profile.firmware), file);
    const wanted = await versionOf(profile);
    const args = avrdudeArguments(line, file, rate);
    const kept = there === undefined ? undefined : keepFile(there);
    const was =
      before === undefined
        ? 'nothing answers there'
        : 'taps' in before
          ? `firmware ${before.description.firmware} of ${before.description.profile.name} board ${before.description.serial}`
          : before.unknown;
    await requireConsent(
      io,
      `${line}: writes firmware ${wanted} for a ${profile.name} board by avrdude ${version} (now: ${was}); its controller starts anew, and may set all ${profile.pots} wipers to the middle${kept === undefined ? '; where they stand now cannot be read' : `; its taps are kept in ${kept}`}`,
      yes,
    );
    if (there !== undefined && kept !== undefined) {
      const rows = [...there.taps.taps].map((tap, pot) => `${pot},${tap}`);
      mkdirSync(dirname(kept), { recursive: true });
      await writeUserFile(kept, `pot,tap\n${rows.join('\n')}\n`, { force: true });
    }
    const { code, said } = await runAvrdude(args, io.env, (text) => io.stderr.write(text));
    if (code !== 0) throw avrdudeError(line, code, said);
    const after = await askAgain(line, io);
    if (after.description.firmware !== wanted || after.description.profile.firmware !== profile.firmware) {
      throw runError(
        'board.flash',
        `${line}: avrdude says that it wrote the flash, but the board is a ${after.description.profile.name} board with firmware ${after.description.firmware}, not ${profile.name} with ${wanted}; is this the port of that board?`,
      );
    }
    const moved =
      there === undefined ? undefined : there.taps.taps.filter((tap, e) => tap !== after.taps.taps[e]).length;
    const fate =
      moved === undefined
        ? '; where its wipers stood before is not known'
        : moved === 0
          ? '; all taps are as they were'
          : `; ${moved} wipers are elsewhere now: "ohmprop board write ${line} ${kept}" puts them back`;
    return {
      text: `${line}: ${profile.name} board ${after.description.serial} has firmware ${wanted}, written and read back by avrdude ${version}${fate}`,
      json: {
        ...{
          line,
          board: profile.name,
          serial: after.description.serial,
          firmware: wanted,
          avrdude: version,
        },
        ...{
          before: there?.description.firmware ?? null,
          wipersElsewhere: moved ?? null,
          tapsKept: kept ?? null,
        },
        command: commandText('avrdude', args),
      },
    };
  },
});

interface Asked {
  readonly description: BoardDescription;
  readonly taps: Taps;
}

/** A board whose firmware this driver does not know, or something else that may be overwritten: what it is. */
interface Unknown {
  readonly unknown: string;
}

/** Who answers on a line: nobody where nothing comes. @throws OhmpropError where something else speaks there */
async function ask(line: string, whatever = false): Promise<Asked | Unknown | undefined> {
  try {
    const client = await BoardClient.open(new SerialTransport(line));
    try {
      return { description: client.description, taps: await client.readTaps() };
    } finally {
      await client.close();
    }
  } catch (error) {
    if (!(error instanceof OhmpropError)) throw error;
    // Firmware of another version says so; a board without any says nothing.
    if (error.code === 'board.firmware') return { unknown: error.message };
    // Noise that nobody knows may be a bootloader, or a board at another rate.
    if (error.code === 'line.no-answer') return undefined;
    const isSomethingElse = error.code === 'line.foreign' || error.code === 'line.echo';
    if (isSomethingElse && whatever) return { unknown: error.message };
    const allowed = isSomethingElse ? ' (--other-board goes on all the same)' : '';
    throw runError('board.flash', `${error.message}; nothing was written${allowed}`, error);
  }
}

/** A board that has just been flashed may still be in its bootloader. */
async function askAgain(line: string, io: Io): Promise<Asked> {
  let said = '';
  for (let tries = 0; tries < 2; tries++) {
    // What a bootloader sends meanwhile is no instrument's word.
    const there = await ask(line, true);
    if (there !== undefined && 'taps' in there) return there;
    said = there?.unknown ?? said;
  }
  printLine(io.stderr, `${line}: nothing answers after flashing`);
  throw runError(
    'board.flash',
    `${line}: avrdude says that it wrote and read back the flash, but no board answers that it knows${said === '' ? '' : ` (${said})`}; press its reset button and ask "ohmprop board info ${line}"`,
  );
}

/** Where a board is and whose firmware it needs, no port opened. */
function withoutAsking(address: string, asked: string | undefined): { line: string; profile: string } {
  const serial = serialOf(address);
  const known = knownBoards().find((board) =>
    serial === undefined ? board.line === address : board.serial === serial,
  );
  const line = serial === undefined ? address : known?.line;
  const profile = asked ?? known?.profile;
  if (line !== undefined && profile !== undefined) return { line, profile };
  throw inputError(
    'board.flash',
    `${address}: with --dry-run no board is asked what it is, and none is known to have been there; ${line === undefined ? 'name its port' : 'say --board'}`,
  );
}

function profileFor(
  line: string,
  there: BoardProfile | undefined,
  asked: string | undefined,
  other: boolean,
): BoardProfile {
  const name = asked ?? there?.name;
  if (name === undefined) {
    throw inputError(
      'board.flash',
      `${line}: no board answers that says what it is; say --board reference or --board xor-nano`,
    );
  }
  // Boards of one firmware are told apart by measuring alone.
  if (there !== undefined && there.firmware !== boardProfile(name).firmware && !other) {
    throw inputError(
      'board.profile',
      `${line}: this is a ${there.name} board, --board asks for the firmware of ${name}; leave it out, or say --other-board`,
    );
  }
  return boardProfile(name);
}

/** The version that the committed image says it is: it is run. */
async function versionOf(profile: BoardProfile): Promise<string> {
  const client = await BoardClient.open(new InProcessTransport(virtualBoard(nominalParts(profile), 1)));
  const { firmware } = client.description;
  await client.close();
  return firmware;
}

function keepFile({ description: { serial } }: Asked): string {
  const name = `taps-before-flash-${new Date().toISOString().replace(/[:.]/g, '-')}.csv`;
  return join(isBoardName(serial) ? join(labDirectory(), 'boards', serial) : '.', name);
}

/** The committed image: beside the sources, or beside what was built of them. */
function imageFile(profile: string): string {
  const { firmware } = boardProfile(profile);
  for (const up of ['../..', '../../..']) {
    const file = fileURLToPath(new URL(`${up}/firmware/hex/${firmware}.hex`, import.meta.url));
    if (existsSync(file)) return file;
  }
  throw inputError(
    'board.firmware',
    `firmware/hex/${firmware}.hex is not there; run "make hex" in firmware/`,
  );
}
