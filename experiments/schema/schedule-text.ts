import { z } from 'zod';
import { inputError, nearestWord, OhmpropError, quoted } from '../../core/index.js';

/** What changes from epoch to epoch, as `learning` takes it. */
export interface ScheduleText {
  readonly rate?: readonly CurveText[];
  readonly beta?: readonly CurveText[];
  readonly estimator?: readonly { readonly name: ScheduledEstimator; readonly epochs: number }[];
}

type CurveText =
  | { readonly kind: 'exponential'; readonly factor: number }
  | { readonly kind: 'step'; readonly factor: number; readonly epochs: number }
  | { readonly kind: 'cosine'; readonly floor: number; readonly epochs?: number }
  | { readonly kind: 'warm-up'; readonly epochs: number };

/** Which two phases are contrasted (learning/estimator). */
export const estimatorChoices = ['positive', 'negative', 'centered', 'random-sign', 'hybrid'] as const;
type ScheduledEstimator = (typeof estimatorChoices)[number];

const GRAMMAR =
  'write for instance rate=cosine, beta=step:0.5/10, estimator=positive:5/centered; a rate or β goes by exponential:F, step:F/EPOCHS, cosine[:FLOOR[/EPOCHS]] or warm-up:EPOCHS, joined by *';

/** A schedule as it is written, checked. */
export const scheduleText = z.string().superRefine((text, context) => {
  try {
    readSchedule(text);
  } catch (error) {
    if (!(error instanceof OhmpropError)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
  }
});

/**
 * Reads `rate=warm-up:2*cosine,beta=step:0.5/10,estimator=positive:5/centered`.
 * @throws `config.schedule` naming the part that is wrong
 */
export function readSchedule(text: string): ScheduleText {
  const found = new Map<string, string>();
  for (const part of text.split(',')) {
    const [name, value, ...more] = part.split('=').map((word) => word.trim());
    if (value === undefined || value === '' || more.length > 0) throw wrong(part, GRAMMAR);
    if (!['rate', 'beta', 'estimator'].includes(name)) {
      const near = nearestWord(name, ['rate', 'beta', 'estimator']);
      throw wrong(name, `what can change is rate, beta, estimator${near ? `; did you mean ${near}?` : ''}`);
    }
    if (found.has(name)) throw wrong(part, `${name} is given twice`);
    found.set(name, value);
  }
  const curve = (name: string) => {
    const value = found.get(name);
    const parts = value?.split('*').map(readPart);
    if (name === 'beta' && parts?.some((part) => part.kind === 'cosine' && part.floor === 0)) {
      throw wrong(
        `beta=${value}`,
        'a β that falls to 0 contrasts nothing; give a floor, as in beta=cosine:0.1',
      );
    }
    return parts === undefined ? {} : { [name]: parts };
  };
  const estimator = found.get('estimator');
  return {
    ...curve('rate'),
    ...curve('beta'),
    ...(estimator === undefined ? {} : { estimator: readEstimators(estimator) }),
  };
}

function readPart(text: string): CurveText {
  const [kind, rest] = text.split(':').map((word) => word.trim());
  const numbers = rest === undefined ? [] : rest.split('/').map(Number);
  const whole = (n: number | undefined) => n !== undefined && Number.isInteger(n) && n >= 1;
  const [a, b] = numbers;
  if (kind === 'exponential' && numbers.length === 1 && a > 0 && Number.isFinite(a)) {
    return { kind, factor: a };
  }
  if (kind === 'step' && numbers.length === 2 && a > 0 && Number.isFinite(a) && whole(b)) {
    return { kind, factor: a, epochs: b };
  }
  if (
    kind === 'cosine' &&
    (a === undefined || (a >= 0 && a <= 1)) &&
    (b === undefined || whole(b)) &&
    numbers.length <= 2
  ) {
    return { kind, floor: a ?? 0, ...(b === undefined ? {} : { epochs: b }) };
  }
  if (kind === 'warm-up' && numbers.length === 1 && whole(a)) return { kind, epochs: a };
  throw wrong(text, GRAMMAR);
}

function readEstimators(text: string): NonNullable<ScheduleText['estimator']> {
  const parts = text.split('/');
  return parts.map((part, k) => {
    const [name, epochs] = part.split(':').map((word) => word.trim());
    const isLast = k === parts.length - 1;
    if (!(estimatorChoices as readonly string[]).includes(name)) {
      const near = nearestWord(name, estimatorChoices);
      throw wrong(
        name,
        `estimators are ${estimatorChoices.join(', ')}${near ? `; did you mean ${near}?` : ''}`,
      );
    }
    const count = Number(epochs);
    if (isLast ? epochs !== undefined : !(Number.isInteger(count) && count >= 1)) {
      throw wrong(part, 'each estimator but the last has its epochs, as in estimator=positive:5/centered');
    }
    return { name: name as ScheduledEstimator, epochs: isLast ? Number.POSITIVE_INFINITY : count };
  });
}

function wrong(part: string, advice: string): OhmpropError {
  return inputError('config.schedule', `schedule: cannot read ${quoted(part)}; ${advice}`);
}
