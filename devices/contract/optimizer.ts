/** What is made of a gradient before the rates scale it; plain descent where nothing is said. */
export type Optimizer =
  | { readonly kind: 'sgd' }
  /** u ← µu + ∂, and the change is −rate·u. */
  | { readonly kind: 'momentum'; readonly momentum: number }
  /**
   * Adam (Kingma & Ba 2015, algorithm 1): the change is −rate·û/(√ŝ + ε), so that a rate has the unit of its parameter, and ε, of each
   * group, that of its gradient.
   */
  | {
      readonly kind: 'adam';
      readonly beta1: number;
      readonly beta2: number;
      readonly epsilon: Readonly<Record<string, number>>;
    };

/** The name of an optimiser, as `info.optimizers` lists those that a device has. */
export type OptimizerKind = Optimizer['kind'];

/** Numbers that each optimiser keeps for every parameter. */
export const accumulatorsOf: Readonly<Record<OptimizerKind, number>> = { sgd: 0, momentum: 1, adam: 2 };
